"""A firm's name is taken apart the way an officer would: area, brand, trade, legal form."""

from pathlib import Path

import pytest

from screening.errors import InvalidRule
from screening.identity.name_parts import NameParts, NameReader, Relation, read_name_rules
from screening.settings import PROJECT_ROOT

READER = NameReader(PROJECT_ROOT / "rules")


@pytest.mark.parametrize(
    ("name", "area", "brand", "trade", "form"),
    [
        ("湛江市丁寅和典当有限公司", "湛江市", "丁寅和", "典当", "有限公司"),
        ("湛江市霞山区丁寅和小额贷款有限公司", "湛江市霞山区", "丁寅和", "小额贷款", "有限公司"),
        ("霞山区丁寅和首饰加工店", "霞山区", "丁寅和", "首饰加工店", ""),
        ("城东那家鑫源打金店", "", "鑫源", "打金店", ""),
        ("解放街鑫源金店", "解放街", "鑫源", "金店", ""),
        ("友谊金店", "", "友谊", "金店", ""),  # 友谊街道 without 街 is somebody's brand
        ("永福超市", "", "永福", "超市", ""),  # no city
        ("石家庄市鑫源典当行", "石家庄市", "鑫源", "典当", ""),
        ("阿里巴巴（中国）有限公司", "中国", "阿里巴巴", "", "有限公司"),
        ("湛江市甲乙（示例）典当有限公司", "湛江市", "甲乙示例", "典当", "有限公司"),
        ("阿里巴巴集团控股有限公司", "", "阿里巴巴", "", "集团控股有限公司"),
        ("湛江市丙丁宝股权投资合伙企业（有限合伙）", "湛江市", "丙丁宝", "股权投资", "合伙企业有限合伙"),
        ("湛江市霞山区拟辛宝种植专业合作社", "湛江市霞山区", "拟辛宝", "种植", "专业合作社"),
        ("鑫源珠宝有限公司霞山分公司", "", "鑫源", "珠宝", "有限公司霞山分公司"),
        ("湛江典当行", "湛江", "", "典当", ""),
        ("丁寅和", "", "丁寅和", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_a_name_has_four_parts(name: str, area: str, brand: str, trade: str, form: str) -> None:
    assert READER.parts(name) == NameParts(area, brand, trade, form)


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("甲乙小贷", "甲乙小额贷款有限公司", Relation.SAME),
        ("甲乙当铺", "甲乙典当行", Relation.SAME),
        ("甲乙典当行", "甲乙典当有限公司", Relation.SAME),
        ("甲乙金店", "甲乙打金店", Relation.RELATED),
        ("甲乙金行", "甲乙珠宝", Relation.RELATED),
        ("甲乙珠宝", "甲乙首饰加工店", Relation.RELATED),
        ("甲乙金店", "甲乙典当", Relation.DIFFERENT),
        ("甲乙", "甲乙典当", Relation.UNKNOWN),
        ("甲乙贸易", "甲乙典当", Relation.UNKNOWN),
    ],
)
def test_trades_are_the_same_related_or_different(one: str, other: str, relation: Relation) -> None:
    assert READER.compare_trades(READER.parts(one).trade, READER.parts(other).trade) is relation


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("霞山区", "湛江市霞山区", Relation.SAME),
        ("霞山", "霞山区", Relation.SAME),
        ("霞山区", "赤坎区", Relation.DIFFERENT),
        ("湛江市", "广州市", Relation.DIFFERENT),
        ("湛江市", "霞山区", Relation.UNKNOWN),
        ("", "霞山区", Relation.UNKNOWN),
    ],
)
def test_areas_contradict_only_on_one_level(one: str, other: str, relation: Relation) -> None:
    assert READER.compare_areas(one, other) is relation


def test_a_branch_is_told_from_its_firm() -> None:
    assert READER.is_branch(READER.parts("鑫源珠宝有限公司霞山分公司").form)
    assert not READER.is_branch(READER.parts("鑫源珠宝有限公司").form)


def test_a_mistake_in_the_words_is_named(tmp_path: Path) -> None:
    text = (PROJECT_ROOT / "rules" / "names.yaml").read_text(encoding="utf-8")
    (tmp_path / "names.yaml").write_text(text.replace("  sure: 0.9 ", "  sure: 很高 "), encoding="utf-8")
    with pytest.raises(InvalidRule, match=r"names\.yaml.*decision\.sure"):
        read_name_rules(tmp_path)


def test_every_trade_word_stands_in_one_line_only() -> None:
    lines = [word for family in read_name_rules(PROJECT_ROOT / "rules").trades.values() for line in family for word in line]
    assert len(lines) == len(set(lines))
