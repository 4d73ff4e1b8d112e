"""Addresses are compared door by door, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.identity.addresses import Address, AddressReader, Place, compare_addresses
from screening.settings import PROJECT_ROOT

READER = AddressReader(PROJECT_ROOT / "rules")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("湛江市霞山区虚构路12号首层31号铺", Address(None, "虚构路", "12", "", "31")),
        ("新园街道虚构路12号之50", Address("440803011", "虚构路", "12", "", "50")),
        ("广东省湛江市霞山区新园街道虚构路十二号之五十", Address("440803011", "虚构路", "12", "", "50")),
        ("样本一路221号", Address(None, "样本一路", "221", "", "")),
        ("虚构路１２号商铺３１", Address(None, "虚构路", "12", "", "31")),
        ("拟建巷一二〇号", Address(None, "拟建巷", "120", "", "")),
        ("拟建巷一百二十号", Address(None, "拟建巷", "120", "", "")),
        ("人民大道中12号2栋301房", Address(None, "人民大道中", "12", "2", "301")),
        ("人民大道南5号3楼302室", Address(None, "人民大道南", "5", "", "302")),
        ("解放街12号", Address(None, "解放街", "12", "", "")),  # a road; the subdistrict has no numbers
        ("霞山区建设街道", Address("440803009", "", "", "", "")),
        ("不详", Address(None, "", "", "", "")),
        ("", Address(None, "", "", "", "")),
    ],
)
def test_an_address_has_parts(text: str, address: Address) -> None:
    assert READER.read(text) == address


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ("湛江市霞山区新园街道虚构路12号之50", "虚构路十二号50铺", Place.SAME_DOOR),
        ("虚构路12号首层31号铺", "虚构路12号商铺31", Place.SAME_DOOR),
        ("虚构路12号首层31号铺", "虚构路12号", Place.SAME_NUMBER),
        ("虚构路12号31铺", "虚构路12号32铺", Place.SAME_NUMBER),
        ("虚构路12号1栋301房", "虚构路12号2栋301房", Place.SAME_NUMBER),
        ("虚构路12号", "虚构路", Place.SAME_ROAD),
        ("虚构路12号", "虚构路14号", Place.SAME_ROAD),
        ("虚构路12号", "示例街12号", Place.DIFFERENT),
        ("样本一路12号", "样本二路12号", Place.DIFFERENT),
        ("在我家楼下虚构路12号那家店被骗了3万元", "虚构路12号31铺", Place.SAME_NUMBER),
        ("新园街道", "虚构路12号", Place.UNKNOWN),
        ("", "虚构路12号", Place.UNKNOWN),
    ],
)
def test_two_addresses_compare(one: str, other: str, place: Place) -> None:
    assert compare_addresses(READER.read(one), READER.read(other)) is place
    assert compare_addresses(READER.read(other), READER.read(one)) is place


@pytest.mark.parametrize("said", ["440803009", "建设", "建设街", "建设街道", "霞山区建设街道", " 湛江市霞山区建设街道 "])
def test_a_subdistrict_has_one_code(said: str) -> None:
    assert READER.street_code(said) == "440803009"


@pytest.mark.parametrize("said", [None, "", "城东", "440802001", "霞山区"])
def test_what_is_no_subdistrict_has_none(said: str | None) -> None:
    assert READER.street_code(said) is None


@given(st.text(alphabet="湛江市霞山区新园街道虚构路0123456789一二三十百号之铺栋楼室-（） 大村", max_size=30))
def test_any_text_can_be_read_and_is_nowhere_else_than_itself(text: str) -> None:
    address = READER.read(text)
    assert compare_addresses(address, address) is not Place.DIFFERENT
