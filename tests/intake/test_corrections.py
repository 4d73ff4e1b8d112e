"""Columns that a person put right: followed, remembered for the next file of that shape, refused when they cannot be."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR, Actor
from screening.errors import NotAllowed
from screening.intake import read_file
from screening.intake.reading import UnknownColumns
from screening.pipeline import Receipt
from screening.reference.corrections import Correction, Corrections
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role
from tests.intake.conftest import CODES, RECEIVED, column

Write = Callable[..., Path]
Load = Callable[..., Receipt]
STRANGE = [["商户", "代号", "啥地儿"], ["甲典当有限公司", CODES[0], "人民路1号"], ["乙打金店", CODES[1], "解放路2号"]]
RIGHT = {"商户": "name", "代号": "uscc", "啥地儿": "address_reg"}
COMPLAINTS = [
    ["工单编号", "诉求内容", "联系人", "联系电话", "备注内容"],
    ["GD1", "", "张三", "13800001111", "老板跑路，存的钱取不出"],
]


@pytest.fixture
def load(workspace: Workspace) -> Load:
    """Loads one file as the operator."""

    def load_one(
        path: Path, *, said: Sequence[Correction] = (), kind: Kind | None = None, received: date = RECEIVED, dry_run: bool = False
    ) -> Receipt:
        return pipeline.load(workspace, [path], kind=kind, received=received, corrections=said, dry_run=dry_run)

    return load_one


def shape_of_file(path: Path, kind: Kind | None = None) -> str:
    """The shape of a file's only table, whether anybody knows its columns or not."""
    try:
        (delivery,) = read_file(path, kind=kind, source=None, received=RECEIVED)
    except UnknownColumns as unknown:
        return unknown.tables[0].shape
    return delivery.tables[0].shape


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_with_headings_nobody_knows_is_read_as_a_person_says(text: Write, delimiter: str) -> None:
    path = text([*STRANGE, STRANGE[0], ["丙店", "", ""]], encoding="gb18030", delimiter=delimiter)
    said = Correction(shape_of_file(path), Kind.ENTITIES, RIGHT)
    (delivery,) = read_file(path, kind=None, source=None, received=RECEIVED, corrections=Corrections([said]))
    assert column(delivery, "name") == ["甲典当有限公司", "乙打金店", "丙店"]  # the header on the next page is no row
    assert column(delivery, "uscc") == [*CODES[:2], None]
    assert column(delivery, "address_reg")[:2] == ["人民路1号", "解放路2号"]
    assert delivery.tables[0].correction == said


def test_what_the_dictionary_reads_wrongly_is_read_as_a_person_says(text: Write) -> None:
    path = text([["企业名称", "统一社会信用代码", "经营地址", "注册资金2(万元)"], ["甲店", CODES[0], "东街", "50"]])
    said = Correction(shape_of_file(path), Kind.ENTITIES, {"经营地址": "address_reg", "注册资金2(万元)": "reg_capital_yuan"})
    (delivery,) = read_file(path, kind=None, source=None, received=RECEIVED, corrections=Corrections([said]))
    assert column(delivery, "address_reg") == ["东街"]
    assert column(delivery, "address_biz") == [None]
    assert column(delivery, "reg_capital_yuan") == [500_000]  # the unit its heading states


def test_a_column_not_to_be_used_stays_in_the_row_as_found(text: Write) -> None:
    path = text([["企业名称", "统一社会信用代码", "经营地址"], ["甲店", CODES[0], "东街"]])
    said = Correction(shape_of_file(path), Kind.ENTITIES, {"经营地址": None})
    (delivery,) = read_file(path, kind=None, source=None, received=RECEIVED, corrections=Corrections([said]))
    assert column(delivery, "address_biz") == [None]
    assert delivery.unmapped == ["经营地址"]
    assert "东街" in column(delivery, "raw")[0]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"商户": "name", "代号": "name"}, "都对应到“企业名称”"),
        ({"啥地儿": "address_reg"}, "必须有"),
        ({"商户": "name", "代号": "no_such_column"}, "没有“no_such_column”这一列"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_chinese(
    text: Write, load: Load, columns: dict[str, str], sentence: str
) -> None:
    path = text(STRANGE)
    receipt = load(path, said=[Correction(shape_of_file(path), Kind.ENTITIES, columns)])
    (entry,) = receipt.unreadable
    assert sentence in entry["message"]
    assert entry["hint"]
    assert [column["path"] for column in entry["tables"][0]["columns"]] == STRANGE[0]


def test_the_next_file_with_the_same_headings_is_read_as_the_last_one(text: Write, load: Load, workspace: Workspace) -> None:
    first = text(STRANGE)
    said = Correction(shape_of_file(first), Kind.ENTITIES, RIGHT)
    load(first, said=[said], dry_run=True)
    assert load(first).unreadable  # a preview is not remembered
    (entry,) = load(first, said=[said]).files
    assert (entry["accepted"], entry["tables"][0]["corrected"], entry["tables"][0]["remembered"]) == (2, RIGHT, None)
    turned = text([["啥地儿", "商户", "代号"], ["人民路9号", "丙典当", CODES[2]]], name="下月.csv")
    (entry,) = load(turned).files
    table = entry["tables"][0]
    assert (entry["accepted"], table["corrected"], table["corrected_by"]) == (1, RIGHT, OPERATOR.signature)
    pipeline.forget_columns(workspace, table["remembered"], actor=OPERATOR)
    assert load(text([STRANGE[0], ["丁店", "", ""]], name="再下月.csv")).unreadable


def test_what_is_read_as_the_dictionary_has_it_again_forgets_the_correction(text: Write, load: Load) -> None:
    heads = ["企业名称", "统一社会信用代码", "经营地址"]
    first = text([heads, ["甲店", CODES[0], "东街"]])
    shape = shape_of_file(first)
    load(first, said=[Correction(shape, Kind.ENTITIES, {"经营地址": "address_reg"})])
    second = text([heads, ["乙店", CODES[1], "西街"]], name="二.csv")
    (entry,) = load(second, said=[Correction(shape, Kind.ENTITIES, {})]).files
    assert entry["columns"]["经营地址"] == "address_biz"
    (entry,) = load(text([heads, ["丙店", CODES[2], "南街"]], name="三.csv")).files
    assert (entry["columns"]["经营地址"], entry["tables"][0]["remembered"]) == ("address_biz", None)


def test_a_word_of_another_source_or_kind_does_not_count(text: Write, workspace: Workspace) -> None:
    path = text(STRANGE)
    said = [Correction(shape_of_file(path), Kind.ENTITIES, RIGHT)]
    pipeline.load(workspace, [path], kind=None, source="甲单位", received=RECEIVED, corrections=said)
    later = text([STRANGE[0], ["丙店", CODES[2], ""]], name="二.csv")
    assert pipeline.load(workspace, [later], kind=None, received=RECEIVED).unreadable
    assert pipeline.load(workspace, [later], kind=Kind.COMPLAINTS, source="甲单位", received=RECEIVED).unreadable
    assert not pipeline.load(workspace, [later], kind=None, source="甲单位", received=RECEIVED).unreadable


def test_a_file_read_in_another_way_counts_instead_of_the_first_reading(text: Write, load: Load, workspace: Workspace) -> None:
    path = text([COMPLAINTS[0], *COMPLAINTS[1:], ["GD2", "有问题", "", "", "说是保本"]])
    (entry,) = load(path, received=date(2026, 10, 31)).files
    assert (entry["accepted"], entry["rejected"]) == (1, 1)
    shape = entry["tables"][0]["shape"]
    said = Correction(shape, Kind.COMPLAINTS, {"备注内容": "content", "诉求内容": "title"})
    (seen,) = load(path, said=[said], dry_run=True).files
    (entry,) = load(path, said=[said]).files
    for told in (seen, entry):  # neither known already nor a duplicate
        assert (told["rows_read"], told["accepted"], told["rejected"], told["duplicate"]) == (2, 2, 0, 0)
        assert "代替原来那一份" in told["message"]
    (batch,) = workspace.register.batches()
    assert (batch.accepted, batch.received) == (2, date(2026, 10, 31))  # it came when it came
    assert batch.receipt["tables"][0]["corrected"] == dict(said.columns)
    assert load(path, said=[said]).files[0]["message"].endswith("本次没有新增。")
    (entry,) = load(path, said=[Correction(shape, Kind.COMPLAINTS, {})]).files
    assert (entry["accepted"], [b.reading for b in workspace.register.batches()]) == (1, [""])  # and back again


def test_a_run_keeps_the_reading_it_was_made_with(text: Write, load: Load, workspace: Workspace) -> None:
    path = text([["企业名称", "统一社会信用代码", "经营地址"], ["甲店", CODES[0], "东街"]])
    before = load(path).files[0]
    run = pipeline.score(workspace, as_of=RECEIVED)
    said = Correction(before["tables"][0]["shape"], Kind.ENTITIES, {"经营地址": "address_reg"})
    load(path, said=[said])
    again = pipeline.score(workspace, as_of=RECEIVED)
    assert again.run_id != run.run_id
    assert [b.batch_id for b in workspace.register.batches_of(run)] == [before["batch"]]
    assert [b.batch_id for b in workspace.register.batches_of(again)] == [b.batch_id for b in workspace.register.batches()]


def test_what_the_tipster_gave_is_hidden_whatever_it_is_read_as(text: Write, load: Load, workspace: Workspace) -> None:
    path = text(COMPLAINTS)
    shape = shape_of_file(path)
    said = Correction(shape, Kind.COMPLAINTS, {"备注内容": "content", "诉求内容": None, "联系人": None, "联系电话": None})
    previewed = load(path, said=[said], dry_run=True)
    load(path, said=[said])
    with workspace.connect(workspace.register.batches()) as connection:
        kept = connection.sql("SELECT * FROM raw_complaints").fetchall()
    for told in (str(kept), str(previewed.first_rows), str(workspace.register.batches()[0].receipt)):
        assert "张三" not in told
        assert "13800001111" not in told
    assert previewed.first_rows[0][0]["content"] == "老板跑路，存的钱取不出"


def test_who_may_not_load_may_not_forget(workspace: Workspace) -> None:
    with pytest.raises(NotAllowed):
        pipeline.forget_columns(workspace, 1, actor=Actor("p", "甲", "区审计局", Role.AUDITOR))
