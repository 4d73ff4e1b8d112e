"""A row is linked only to whom it surely speaks of."""

from pathlib import Path

import pytest

from screening import pipeline
from screening.identity.linking import link_rows
from screening.store.workspace import Workspace
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, Rows, write_csv

CODE, OTHER_CODE, UNKNOWN_CODE = "91440803MA9010033J", "91440803MA9010041D", "91440803MA9010025P"
ENTITIES: Rows = [
    {"企业名称": "湛江市虚甲典当有限公司", "统一社会信用代码": CODE, "法定代表人": "虚某甲", "曾用名": "湛江市虚旧典当有限公司"},
    {"企业名称": "霞山区虚乙打金店", "统一社会信用代码": OTHER_CODE, "法定代表人": "虚某乙", "曾用名": ""},
    {"企业名称": "霞山区虚丙打金店", "统一社会信用代码": "", "法定代表人": "虚某丙", "曾用名": ""},
    {"企业名称": "霞山区虚丙打金店", "统一社会信用代码": "", "法定代表人": "虚某丁", "曾用名": ""},
]


@pytest.mark.parametrize(
    ("complaint", "method", "entity"),
    [
        ({"统一社会信用代码": CODE, "诉求内容": "退货"}, "uscc", CODE),
        ({"被投诉方名称": "湛江市虚甲典当 有限公司", "诉求内容": "退货"}, "name_exact", CODE),
        ({"被投诉方名称": "湛江市虚旧典当有限公司", "诉求内容": "退货"}, "name_exact", CODE),
        ({"诉求内容": "我在霞山区虚乙打金店买的戒指掉色"}, "name_in_text", OTHER_CODE),
        ({"诉求内容": "霞山区虚乙打金店和湛江市虚甲典当有限公司都不退钱"}, "ambiguous", None),
        ({"被投诉方名称": "霞山区虚丙打金店", "诉求内容": "退货"}, "ambiguous", None),
        ({"诉求内容": "霞山区虚丙打金店不退钱"}, "ambiguous", None),
        ({"统一社会信用代码": UNKNOWN_CODE, "被投诉方名称": "霞山区虚乙打金店", "诉求内容": "退货"}, "ambiguous", None),
        ({"诉求内容": "城东那家虚乙金店不退钱"}, "name_in_text", OTHER_CODE),
        ({"诉求内容": "路口那家首饰店不退钱"}, "none", None),
    ],
)
def test_a_complaint_finds_its_entity_or_nobody(
    workspace: Workspace, tmp_path: Path, complaint: dict[str, str], method: str, entity: str | None
) -> None:
    for kind, rows in ((Kind.ENTITIES, ENTITIES), (Kind.COMPLAINTS, [complaint])):
        pipeline.load(workspace, [write_csv(tmp_path / f"{kind}.csv", rows)], kind=kind, received=AS_OF)
    with workspace.connect(workspace.register.batches()) as connection:
        link_rows(connection, workspace.settings.rules)
        assert connection.execute("SELECT method, entity_id FROM links").fetchall() == [(method, entity)]


def test_a_telephone_number_in_the_words_leads_to_its_owner_and_is_not_stored(workspace: Workspace, tmp_path: Path) -> None:
    owners = [{**row, "联系电话": f"1380000000{number}"} for number, row in enumerate(ENTITIES)]
    complaint = {"诉求内容": "打138 0000 0001问退款，老板不接", "求助号码": "13800009999"}
    for kind, rows in ((Kind.ENTITIES, owners), (Kind.COMPLAINTS, [complaint])):
        pipeline.load(workspace, [write_csv(tmp_path / f"{kind}.csv", rows)], kind=kind, received=AS_OF)
    run = pipeline.score(workspace, as_of=AS_OF)
    with workspace.connect(workspace.register.batches_of(run)) as connection:
        (stored,) = connection.execute("SELECT content FROM raw_complaints").fetchall()
        links = connection.execute(f"SELECT method, why, candidates FROM {workspace.run_rows(run, 'links')}").fetchall()
    assert stored == ("打138****0001问退款，老板不接",)
    ((method, why, candidates),) = links
    assert (method, candidates[0]["entity_id"]) == ("phone", OTHER_CODE)
    assert "电话" in why
