"""Names and people are compared by what they say, not by how they are typed."""

import pytest

from screening.identity.complainants import complainant_key
from screening.identity.names import has_legal_form, name_key, split_names


@pytest.mark.parametrize(
    "typed",
    [
        "湛江市虚甲（示例）典当有限公司",
        " 湛江市虚甲(示例)典当有限公司",
        "湛江市虚甲 ( 示例 ) 典当有限公司 ",
        "湛江市虚甲【示例】典当有限公司",
    ],
)
def test_one_name_has_one_key(typed: str) -> None:
    assert name_key(typed) == name_key("湛江市虚甲(示例)典当有限公司")


def test_only_registered_forms_identify_alone() -> None:
    assert has_legal_form("湛江市虚甲典当有限公司") and has_legal_form("虚甲种养专业合作社")
    assert not has_legal_form("霞山区虚甲打金店")


def test_former_names_are_taken_apart() -> None:
    assert split_names("虚甲财富公司；虚乙理财公司、 虚丙公司") == ["虚甲财富公司", "虚乙理财公司", "虚丙公司"]


def test_one_phone_is_one_complainant_and_nobody_is_nobody() -> None:
    assert complainant_key("138 0000-0001", "虚某甲", "s") == complainant_key("13800000001", None, "s")
    assert complainant_key("13800000001", None, "s") != complainant_key("13800000001", None, "other")
    assert complainant_key(None, "匿名", "s") is None and complainant_key("", "市民", "s") is None
    assert complainant_key(None, "虚某甲", "s") != complainant_key(None, "虚某乙", "s")
