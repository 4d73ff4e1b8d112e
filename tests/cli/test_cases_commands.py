"""`screening case …` and `screening audit …` through the front door: documents, exit codes, sentences."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from screening.access import OPERATOR
from screening.accounts.people import add_person
from screening.cases.casebook import Casebook
from screening.cases.leads import Alert, raise_alerts
from screening.cli import main
from screening.reference.clock import local_day
from screening.settings import read_settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Role
from tests.cli.conftest import Run

OFFICER = ("--as", "jingban")
CHIEF = ("--as", "fuzeren")
STREET = ("--as", "jiedao")
AUDITOR = ("--as", "shenji")
PEOPLE = (
    ("jingban", "虚经办", "区处非办", Role.OFFICER, ()),
    ("fuzeren", "虚负责", "区处非办", Role.CHIEF, ()),
    ("jiedao", "虚街道", "解放街道办", Role.STREET, ("解放街道",)),
    ("shenji", "虚审计", "区审计局", Role.AUDITOR, ()),
    ("shijian", "虚市监", "区市场监管局", Role.MARKET, ()),
    ("jingzhen", "虚经侦", "公安经侦大队", Role.POLICE, ()),
)
TODAY = local_day(datetime.now(UTC)).isoformat()
MARKET, POLICE = ("--as", "shijian"), ("--as", "jingzhen")


@pytest.fixture
def case_id(workspace_home: Path) -> str:
    workspace = Workspace(read_settings())
    for login, name, unit, role, areas in PEOPLE:
        add_person(workspace, actor=OPERATOR, login=login, name=name, unit=unit, role=role, areas=areas)
    alert = Alert("E1", "虚构商行", "440803001", Grade.YELLOW, red_line=False, rules={"RET-01": 20.0})
    became = raise_alerts(Casebook(workspace), "run1", [alert], at=datetime.now(UTC))
    workspace.register.close()
    return next(iter(became.values()))[0]


def test_a_case_from_desk_to_visit(case_id: str, tmp_path: Path, run: Run) -> None:
    assert run("case", "list", *OFFICER)[1]["cases"][0]["case_id"] == case_id
    code, document = run("case", "move", case_id, "B1", *OFFICER, "--field", "承办街道=解放街道", "--field", "points=查收费")
    assert (code, document["case"]["state"]) == (0, "B1")
    people = '[{"name":"虚甲","warrant_no":"粤G1"},{"name":"虚乙","warrant_no":"粤G2"}]'
    assert run("case", "move", case_id, "B3", *STREET, "--field", f"team={people}")[0] == 0
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(b"\xff\xd8 picture")
    fields = (f"visit_date={TODAY}", f"officers={people}", "findings=S10", "situation=正常营业")
    words = [word for field in fields for word in ("--field", field)]
    code, document = run("case", "move", case_id, "b4", *STREET, *words, "--file", f"photos={photo}")
    assert (code, document["case"]["state"]) == (0, "B4")
    code, document = run("case", "move", case_id, "D1", *OFFICER, "--field", "letter=提示", "--field", "grounds=有海报")
    assert (code, document["case"]["waits_for"]) == (0, "风险提示")
    assert run("case", "approve", case_id, *OFFICER)[0] == 3
    assert run("case", "approve", case_id, *CHIEF)[1]["case"]["state"] == "D1"
    shown = run("case", "show", case_id, *OFFICER)[1]
    assert [event["kind"] for event in shown["events"]][-2:] == ["submitted", "moved"]
    assert {step["to"] for step in shown["next"]} == {"F1", "D0", "D2", "F9"}
    assert run("audit", "verify")[1]["sound"]
    assert run("case", "deliver")[1] == {"delivered": 1}


def test_a_lead_from_the_desk_to_a_street_its_clock_and_whom_it_is_given_to(
    case_id: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ("--source", "信访", "--summary", "门口发传单，电话13800001234", "--name", "楼下的店", "--area", "解放")
    code, lead = run("case", "lead", *told, *OFFICER)
    assert (code, lead["became"]) == (0, "new")
    lead_id = lead["case_id"]
    assert "13800001234" not in str(run("case", "show", lead_id, *OFFICER))
    assert run("case", "link", lead_id, "没有的主体", *OFFICER)[0] == 2
    assert run("case", "move", lead_id, "A2", *OFFICER)[0] == 0
    fields = ("--field", "street=解放街道", "--field", "points=看传单")
    assert run("case", "move", lead_id, "B1", *fields, *OFFICER)[0] == 0
    assert run("case", "assign", lead_id, *OFFICER)[1]["case"]["assignee"]
    assert run("case", "assign", lead_id, "shijian", *OFFICER)[0] == 3
    assert run("case", "move", lead_id, "B3", "--field", "team=虚甲、虚乙", *STREET)[0] == 0
    assert run("case", "extend", lead_id, "99", "--reason", "企业停业", *STREET)[0] == 3
    assert run("case", "extend", lead_id, "5", "--reason", "企业停业", *STREET)[1]["case"]["waits_for"] == "extension"
    with pytest.raises(SystemExit):
        main(["case", "show", lead_id, *OFFICER])
    assert "等批准：虚街道（解放街道办）提请延期，由处非办负责人批准。" in capsys.readouterr().out
    assert run("case", "approve", lead_id, *CHIEF)[0] == 0
    for verb, more in (("pause", ("等待鉴定",)), ("resume", ())):
        assert run("case", verb, lead_id, *more, "--reason", "送检金条", *STREET)[0] == 0
        due = run("case", "approve", lead_id, *CHIEF)[1]["case"]["due_at"]
        assert (due is None) == (verb == "pause")
    assert run("case", "doubles", *OFFICER)[1] == {"doubles": []}


def test_a_joint_session_and_an_investigation(case_id: str, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("case", "move", case_id, "B1", "--field", "street=解放街道", "--field", "points=查收费", *OFFICER)[0] == 0
    people = '[{"name":"虚甲","warrant_no":"粤G1"},{"name":"虚乙","warrant_no":"粤G2"}]'
    assert run("case", "move", case_id, "B3", "--field", "team=虚甲、虚乙", *STREET)[0] == 0
    paper = tmp_path / "材料.pdf"
    paper.write_bytes(b"%PDF paper")
    visit = (f"visit_date={TODAY}", f"officers={people}", "findings=S10", "situation=正常营业")
    words = [word for field in visit for word in ("--field", field)]
    assert run("case", "move", case_id, "B4", *words, "--file", f"photos={paper}", *STREET)[0] == 0
    called = ("--field", "grounds=须会商", "--field", "requested_by=区市场监管局")
    assert run("case", "move", case_id, "C1", *called, *OFFICER)[0] == 0
    assert run("case", "invite", case_id, "区处非办", "区市场监管局", *OFFICER)[0] == 2
    assert run("case", "invite", case_id, "区处非办", "区市场监管局", "公安经侦大队", *OFFICER)[0] == 0
    assert run("case", "answer", case_id, "已立案", *POLICE)[0] == 2
    assert run("case", "answer", case_id, "有", *OFFICER)[0] == 3
    assert run("case", "answer", case_id, "需面谈", *POLICE)[0] == 0
    with pytest.raises(SystemExit):
        main(["case", "show", case_id, *STREET])
    assert "需面谈" in capsys.readouterr().out
    for proposal, whom in (("d8", OFFICER), ("D4", MARKET), ("D8", POLICE)):
        assert run("case", "opinion", case_id, proposal, "--text", "查处", *whom)[0] == 0
    assert run("case", "minutes", case_id, "D8", "--text", "立案查处", *CHIEF)[0] == 3
    settled = ("--text", "立案查处", "--disagreement", "市监建议先移送；多数认为立案", "--grade", "红")
    assert run("case", "minutes", case_id, "D8", *settled, *CHIEF)[1]["case"]["grade"] == "red"
    filing = ("legal_opinion=可以立案", "legal_reviewer=虚丙", f"investigators={people}", "grounds=涉嫌非法集资")
    words = [word for field in filing for word in ("--field", field)]
    assert run("case", "move", case_id, "D8", *words, "--file", f"filing_form={paper}", *OFFICER)[0] == 0
    assert run("case", "approve", case_id, *CHIEF)[1]["case"]["state"] == "D8"
    action = ("--field", "调查措施=查询账户", "--field", f"officers={people}")
    assert run("case", "measure", case_id, *action, *OFFICER)[0] == 3
    assert run("case", "measure", case_id, *action, "--file", f"head_approval={paper}", *OFFICER)[0] == 0
    assert run("audit", "verify")[1]["sound"]


def test_refusals_have_exit_code_3_and_say_why(case_id: str, run: Run) -> None:
    for words in (
        ("case", "move", case_id, "F2", *OFFICER),
        ("case", "move", case_id, "B1", *STREET),
        ("case", "deliver", *STREET),
        ("case", "show", case_id, *AUDITOR),
        ("case", "move", case_id, "D0", *OFFICER, "--field", "grounds=看看", "--version", "1"),
    ):
        code, document = run(*words)
        assert code == 3 and document["error"] and document["hint"], words
    stale = run("case", "move", case_id, "D0", *OFFICER, "--field", "grounds=看看", "--version", "1")[1]
    assert stale["where"]["now"] == 2 and "系统" in stale["error"]


def test_json_that_is_none_is_a_sentence(case_id: str, run: Run) -> None:
    code, document = run("case", "move", case_id, "B1", "--field", 'team=[{"name"', *OFFICER)
    assert code == 2 and "JSON 写法不对" in document["error"]


@pytest.mark.parametrize(
    "words",
    [
        ("case", "show", "YJ-19990101-0001"),
        ("case", "list", "--as", "nobody"),
        ("case", "list", "--state", "Z9"),
        ("audit", "verify", "--head", "abc"),
    ],
)
def test_wrong_use_has_exit_code_2(workspace_home: Path, run: Run, words: tuple[str, ...]) -> None:
    code, document = run(*words)
    assert code == 2 and document["hint"]


def test_people_get_tables_and_sentences(case_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (("case", "list", *OFFICER), "待初筛"),
        (("case", "show", case_id, *OFFICER), "可到 B1 已派发：须填 承办街道（street）"),
        (("case", "due", "--all", *OFFICER), "虚构商行"),
        (("case", "check"), "流程检查通过"),
        (("audit", "verify"), "完整无缺"),
        (("audit", "head"), "2-"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([*words])
        assert said in capsys.readouterr().out, words
        assert ended.value.code in (0, None)
