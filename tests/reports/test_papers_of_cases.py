"""Ledgers, letters and packs: for every role nothing forbidden, for every changed byte a word."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from screening.access import OPERATOR, Actor, Document, Scope, Verb
from screening.cases import moves
from screening.cases.casebook import Casebook
from screening.cases.events import EventKind
from screening.errors import InvalidFile, InvalidRequest, InvalidRule, NotAllowed
from screening.follow_up import raise_from_run
from screening.reference.rights import may, scope_of
from screening.reports.figures.facts import open_facts
from screening.reports.figures.period import read_month, read_year
from screening.reports.ledgers.ledger import as_csv, as_workbook, make_ledger, read_ledgers
from screening.reports.letters.letter import draw_up, letters_for, placeholders, read_letters
from screening.reports.monthly.report import monthly, yearly
from screening.reports.monthly.writing import files_of
from screening.reports.pack.build import build_pack
from screening.reports.pack.manifest import MANIFEST, verify
from screening.reports.reading import text_of
from screening.reports.sheets import csv_bytes, harmless
from screening.reports.wording import check_wording, read_wording
from screening.settings import PROJECT_ROOT
from screening.vocabulary import Role
from tests.cases.office import Desk, person
from tests.finding import found_in
from tests.people.conftest import STREET, District, actor_of

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 2, 2, tzinfo=UTC)
RULES = PROJECT_ROOT / "rules"
WORDING = read_wording(RULES)
STATES = ["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "C1", "B1", "E1"]
CASES = [f"YJ-20261102-9{number:03d}" for number in range(len(STATES))]
SAID = "受害人称该店是骗子公司，电话13812345678，系统认定为非法集资"  # what people write, though they should not


@pytest.fixture(scope="module")
def walked(district: District) -> Desk:
    """The sample's alerts as cases, one in each state that calls for a letter, with words in them that no paper may bear."""
    desk = Desk(Casebook(district.workspace))
    raise_from_run(desk.book, district.run, at=AT)
    entities = sorted(e for e, street in district.streets.items() if street == STREET and district.names[e])
    for number, state in enumerate(STATES):
        case = desk.put(
            "A2",
            at=AT,
            entity_id=entities[number],
            entity_name=district.names[entities[number]],
            case_id=CASES[number],
            area_code=STREET,
            summary=SAID,
        )
        _brought_to(desk, case.case_id, state)
    return desk


def _brought_to(desk: Desk, case_id: str, state: str) -> None:
    """By the ledger: what counts here is the paper, not the way."""
    case = desk.book.case(person(Role.OFFICER), case_id)
    row = next(r for r in desk.book.workflow.moves if r.to == state)
    fields = {n: (SAID if desk.book.workflow.fields[n].kind == "text" else desk.paper(n)) for n in row.fields}
    after = replace(case, state=state, came_from="C1", been=[*case.been, "C1", state], street=STREET)
    with desk.book.writing() as ledger:
        ledger.keep(case, after, person(Role.CHIEF), EventKind.MOVED, at=AT, reason=SAID, fields=fields)


def forbidden_values(district: District, tipsters: frozenset[str]) -> set[str]:
    """Telephones and names of heads and shareholders that lists give, and whoever complained."""
    with district.workspace.connect(district.workspace.register.batches()) as connection:
        rows = connection.execute(
            "SELECT DISTINCT phone FROM raw_entities WHERE length(phone) > 6 UNION SELECT DISTINCT legal_rep_name FROM raw_entities WHERE length(legal_rep_name) > 2"
        ).fetchall()
    return {row[0] for row in rows} | set(tipsters) | {"13812345678"}


@pytest.fixture(scope="module")
def secret(district: District, tipsters: frozenset[str]) -> set[str]:
    return forbidden_values(district, tipsters)


def assert_clean(text: str, secret: set[str], what: str) -> None:
    assert not found_in(text, secret), what
    assert WORDING.faults(text) == [], what


@pytest.mark.parametrize("role", Role)
def test_every_document_of_every_role_has_no_forbidden_field_or_word(
    district: District, walked: Desk, secret: set[str], role: Role
) -> None:
    actor, workspace = actor_of(role), district.workspace
    for kind in read_ledgers(RULES):
        if not may(actor, Verb.EXPORT):
            with pytest.raises(NotAllowed):
                make_ledger(workspace, kind, actor=actor, at=AT)
            continue
        ledger = make_ledger(workspace, kind, actor=actor, at=AT)
        for name, content in (("a.xlsx", as_workbook(workspace, ledger, AT)), ("a.csv", as_csv(ledger))):
            assert_clean(text_of(name, content), secret, f"{role} {kind}")
        if role is Role.STREET:
            assert {row[ledger.head.index("街道")] for row in ledger.rows} <= {walked.book.areas[STREET]}
    step = 1 if role is Role.CHIEF else 9  # whoever may draw up everything does so for every case
    for case_id in CASES[::step]:
        for kind, form in read_letters(RULES).items():
            _letter_is_clean(district, actor, case_id, kind, role in form.by, secret)
        _pack_is_clean(district, actor, case_id, role in (Role.OFFICER, Role.CHIEF), secret)


@pytest.mark.parametrize("role", Role)
def test_the_months_report_is_for_who_sees_the_district_and_clean(
    district: District, walked: Desk, secret: set[str], role: Role
) -> None:
    actor, workspace, month = actor_of(role), district.workspace, read_month("2026-10")
    documents = (Document.RANKING, Document.CASES)
    if not may(actor, Verb.EXPORT) or any(scope_of(actor, document) is not Scope.DISTRICT for document in documents):
        with pytest.raises(NotAllowed):
            monthly(workspace, month, actor=actor, today=AT.date())
        with pytest.raises(NotAllowed):
            yearly(workspace, read_year("2026"), actor=actor, today=AT.date())
        with pytest.raises(NotAllowed), open_facts(workspace, month, actor=actor):
            pass
        return
    report = monthly(workspace, month, actor=actor, today=AT.date())
    for name, content in files_of(workspace, report, actor=actor).items():
        assert_clean(text_of(name, content), secret, f"{role} {name}")


def _letter_is_clean(district: District, actor: Actor, case_id: str, kind: str, is_open: bool, secret: set[str]) -> None:
    try:
        letter = draw_up(district.workspace, case_id, kind, actor=actor, at=AT)
    except NotAllowed:
        assert not is_open, kind
        return
    except InvalidRequest:  # the case has not come so far
        return
    assert is_open, kind
    text = text_of("a.docx", letter.content)
    assert_clean(text, secret, f"{actor.role} {kind}")
    assert "草稿" in text and "{{" not in text and "None" not in text


def _pack_is_clean(district: District, actor: Actor, case_id: str, is_open: bool, secret: set[str]) -> None:
    if not is_open:
        with pytest.raises(NotAllowed):
            build_pack(district.workspace, case_id, actor=actor, at=AT)
        return
    if case_id != CASES[4]:  # one of them tells it
        return
    pack = build_pack(district.workspace, case_id, actor=actor, at=AT)
    assert_clean(text_of("a.zip", pack.content), secret, f"{actor.role} pack")


def test_every_kind_of_letter_was_drawn_up_and_keeps_its_number(district: District, walked: Desk) -> None:
    officer, drawn = actor_of(Role.OFFICER), set[str]()
    for case_id in CASES:
        for kind in set(letters_for(district.workspace, walked.book, case_id, actor=officer)) - drawn:
            first = draw_up(district.workspace, case_id, kind, actor=officer, at=AT)
            again = draw_up(district.workspace, case_id, kind, actor=officer, at=AT + timedelta(days=9))
            assert (first.number, first.content) == (again.number, again.content)
            drawn.add(kind)
    assert drawn == set(read_letters(RULES))
    assert draw_up(district.workspace, CASES[0], "notice", actor=officer, at=AT).number == "霞处非提〔2026〕1号"


def test_templates_ask_only_for_what_there_is_and_a_slip_is_named(district: District, walked: Desk, tmp_path: Path) -> None:
    template = RULES / "documents" / "letters" / "A_风险提示函.docx"
    assert {"企业名称", "文号", "期限"} <= placeholders(template)
    (tmp_path / "坏.docx").write_bytes(b"not a word file")
    with pytest.raises(InvalidRule, match="坏"):
        placeholders(tmp_path / "坏.docx")


def test_a_letter_comes_only_when_it_is_called_for(district: District, walked: Desk) -> None:
    with pytest.raises(InvalidRequest, match="还不到"):
        draw_up(district.workspace, "YJ-20261102-9000", "seizure", actor=actor_of(Role.OFFICER), at=AT)


def test_the_inspection_ledger_has_the_offices_columns_in_their_order(district: District, walked: Desk) -> None:
    head = make_ledger(district.workspace, "inspection", actor=actor_of(Role.OFFICER), at=AT).head
    assert head[:8] == ["序号", "街道", "社区/网格", "企业名称", "统一社会信用代码", "法定代表人", "联系电话", "登记住所"]
    assert head[-4:] == ["销号日期", "填报人", "审核人", "备注"] and len(head) == 37


def test_csv_opens_right_and_nothing_in_it_runs() -> None:
    content = csv_bytes(["名称", "数"], [["=1+1", 1], ["@cmd", 2], ["　+86", 3], ["-2", 4], ["正常", -5]])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["名称", "'=1+1", "'@cmd", "'　+86", "'-2", "正常"] and rows[-1][1] == "-5"
    assert harmless("＝SUM(A1)").startswith("'")


def test_a_formula_in_a_name_stays_text_in_the_workbook(district: District, walked: Desk) -> None:
    ledger = make_ledger(district.workspace, "key", actor=actor_of(Role.OFFICER), at=AT)
    ledger.rows.append(["=HYPERLINK(1)"] * len(ledger.head))
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(district.workspace, ledger, AT))).active
    assert sheet is not None
    assert {cell.data_type for cell in sheet[sheet.max_row]} == {"s"}


def test_a_pack_built_a_week_later_has_the_same_content(district: District, walked: Desk) -> None:
    case_id = walked.book.cases(person(Role.OFFICER))[0].case_id
    first = build_pack(district.workspace, case_id, actor=OPERATOR, at=AT)
    later = build_pack(district.workspace, case_id, actor=OPERATOR, at=AT + timedelta(days=7))
    assert first.digest == later.digest and first.content != later.content, "only the list says when it was built"
    assert verify(first.content).faults == verify(later.content).faults == []
    moved = moves.move(
        walked.book,
        person(Role.OFFICER),
        "YJ-20261102-9009",
        "F9",
        version=walked.book.case(person(Role.OFFICER), "YJ-20261102-9009").version,
        at=AT,
        fields={"new_fact": "evidence", "explanation": "新证据"},
    )
    assert moved.state == "F9"


@pytest.fixture(scope="module")
def pack(district: District, walked: Desk) -> bytes:
    case = next(case for case in walked.book.cases(person(Role.OFFICER)) if case.state == "D4")
    return build_pack(district.workspace, case.case_id, actor=OPERATOR, at=AT).content


def test_any_flipped_bit_is_found(pack: bytes) -> None:
    places = [*range(0, len(pack), max(1, len(pack) // 150)), len(pack) - 1, len(pack) - 3]
    for place in places:
        changed = bytearray(pack)
        changed[place] ^= 0x01
        try:
            assert not verify(bytes(changed)).is_sound, place
        except InvalidFile:
            continue


def rezipped(
    pack: bytes, *, without: str = "", more: dict[str, bytes] | None = None, changed: dict[str, bytes] | None = None
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            if name != without:
                new.writestr(name, (changed or {}).get(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()


def test_a_changed_a_missing_and_an_added_file_are_named(pack: bytes) -> None:
    name = "03_评分理由.csv"
    assert f"{name} 被改动过" in verify(rezipped(pack, changed={name: b"x"})).faults
    assert f"{name} 不见了" in verify(rezipped(pack, without=name)).faults
    assert "补充.txt 是后来加进来的" in verify(rezipped(pack, more={"补充.txt": b"x"})).faults
    with pytest.raises(InvalidFile, match="清单"):
        verify(rezipped(pack, without=MANIFEST))
    with pytest.raises(InvalidFile):
        verify(b"no zip")


def test_words_that_are_never_written_are_put_otherwise_and_refused_where_they_stay() -> None:
    assert WORDING.faults(WORDING.neutral(SAID)) == []
    with pytest.raises(InvalidRequest, match="集资参与人"):
        check_wording(WORDING, "三名受害人来访", "月报")
    assert WORDING.faults("认定为非法集资", is_decided=True) == [] and WORDING.faults("认定为非法集资") != []
    assert WORDING.faults("依法组织调查认定；系统只提示风险线索，不作认定") == []
