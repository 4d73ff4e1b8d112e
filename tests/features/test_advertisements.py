"""What an entity says in public counts like what complaints say of it; what its papers say it forbids itself does not. Names and shareholders' lists beside."""

from typing import Any

import pytest
from stdnum.cn import uscc

from screening.vocabulary import Kind
from tests.promises.world import Rows, delivered

_SHAPES = {
    "金店": ("霞山区虚{}打金店", "5245"),
    "小贷": ("湛江市虚{}小额贷款有限公司", "6635"),
    "典当": ("湛江市虚{}典当有限公司", "6633"),
    "其他": ("湛江市虚{}商务有限公司", "5299"),
}
# sector, channel, what is said, the features that count it
SAID = [
    ("金店", "抖音直播", "存金生息，黄金托管一年，每年返利12%", {"gold_custody_ads_2y"}),
    ("金店", "门店海报", "免费代管黄金首饰", set()),
    ("金店", "海报", "本店不做黄金托管，不承诺溢价回购", set()),
    ("金店", "小程序", "付定金锁价，买涨买跌随时平仓", {"gold_lock_ads_2y"}),
    ("金店", "微信群", "金条到期溢价回购", {"gold_buyback_ads_2y"}),
    ("典当", "传单", "把钱存在我行，保本保息，每月返利两分", {"deposit_ads_2y", "guarantee_ads_2y"}),
    ("小贷", "传单", "贷款月息低至一分五，当天放款", set()),
    ("小贷", "海报", "本公司不吸收存款，不承诺保本，谨防高息揽储", set()),
    ("其他", "微信群", "投资数字藏品月月返利，拉人头有团队奖", {"crypto_ads_2y", "referral_ads_2y"}),
    ("其他", "社区海报", "谨防虚拟货币骗局，警惕拉人头返利", set()),
]
FEATURES = ["guarantee_ads_2y", "deposit_ads_2y", "gold_custody_ads_2y", "gold_lock_ads_2y", "gold_buyback_ads_2y", "referral_ads_2y", "crypto_ads_2y"]  # fmt: skip


def _code(number: int) -> str:
    body = f"91440803MA9Q{number:05d}"
    return body + str(uscc.calc_check_digit(body))


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The features of each advertiser, in the order of `SAID`; then those of firms with a name to look at and of a pawnshop that holds shares."""
    entities: Rows = [
        {"企业名称": _SHAPES[sector][0].format(number), "统一社会信用代码": _code(number), "行业代码": _SHAPES[sector][1]}
        for number, (sector, *_) in enumerate(SAID)
    ]
    for number, name in enumerate(("霞山区虚甲当铺", "湛江市典当行业协会", "霞山区虚乙绝当品商店"), start=len(SAID)):
        entities.append({"企业名称": name, "统一社会信用代码": _code(number), "行业代码": "5299"})
    ads = [
        {"统一社会信用代码": _code(number), "宣传渠道": channel, "宣传内容": text, "采集时间": "2026-10-01"}
        for number, (_, channel, text, _) in enumerate(SAID)
    ]
    pawnshop = next(e["企业名称"] for e in entities if "典当有限" in e["企业名称"])
    holders = [{"统一社会信用代码": _code(0), "股东名称": pawnshop.replace("湛江市", "湛江市 "), "认缴出资额": "100"}]
    world = {Kind.ENTITIES: entities, Kind.PUBLICITY: ads, Kind.SHAREHOLDERS: holders}
    workspace, run = delivered(world, tmp_path_factory.mktemp("ads") / "w")
    with workspace.connect() as connection:
        found = connection.execute(f"SELECT * FROM {workspace.run_rows(run, 'features')}")
        names = [column[0] for column in found.description or []]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    workspace.register.close()
    return [rows[entity["统一社会信用代码"]] for entity in entities]


@pytest.mark.parametrize("number", range(len(SAID)), ids=[text for _, _, text, _ in SAID])
def test_an_advertisement_counts_as_what_it_says(number: int, counted: list[dict[str, Any]]) -> None:
    assert {name for name in FEATURES if counted[number][name] == 1} == SAID[number][3]
    assert not any(counted[number][f"{name}__open"] for name in FEATURES)


def test_a_name_may_say_pawnshop_without_being_one(counted: list[dict[str, Any]]) -> None:
    assert [entity["name_pawn_word"] for entity in counted[len(SAID) :]] == ["当铺", "", ""]


def test_a_holding_is_found_by_name_and_none_is_never_certain(counted: list[dict[str, Any]]) -> None:
    holding = [number for number, entity in enumerate(counted) if entity["outward_holdings"] == 1]
    assert [SAID[number][0] for number in holding] == ["典当"]
    assert all(entity["outward_holdings__open"] for entity in counted)
