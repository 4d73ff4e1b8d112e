"""An entity keeps its id, whatever order its rows arrive in and whatever they add later."""

from hypothesis import given
from hypothesis import strategies as st

from screening.identity.settlement import Settlement

CODE, OTHER_CODE = "91440803MA9010033J", "91440803MA9010041D"


def row(
    name: str | None = None,
    uscc: str | None = None,
    reg_no: str | None = None,
    rep: str | None = None,
    address: str | None = None,
) -> dict[str, str | None]:
    """A delivered row, of which only what matters is said."""
    return {"uscc": uscc, "reg_no": reg_no, "name": name, "legal_rep_name": rep, "address_reg": address}


def test_a_credit_code_is_its_own_id() -> None:
    assert Settlement().settle(row("湛江市虚甲典当有限公司", CODE)) == CODE


def test_a_later_credit_code_is_linked_to_the_minted_id() -> None:
    settled = Settlement()
    minted = settled.settle(row("湛江市虚甲典当有限公司", rep="虚某甲"))
    assert minted.startswith("E")
    assert settled.settle(row("湛江市虚甲典当有限公司", CODE, rep="虚某甲")) == minted
    assert settled.settle(row(uscc=CODE)) == minted


def test_a_full_company_name_without_code_finds_the_company() -> None:
    settled = Settlement()
    settled.settle(row("湛江市虚甲典当有限公司", CODE))
    assert settled.settle(row("湛江市虚甲典当 有限公司")) == CODE


def test_two_codes_are_two_entities_even_under_one_name() -> None:
    settled = Settlement()
    assert settled.settle(row("虚甲打金店", CODE)) != settled.settle(row("虚甲打金店", OTHER_CODE))


def test_shops_of_one_name_with_different_operators_stay_apart() -> None:
    settled = Settlement()
    first = settled.settle(row("虚甲打金店", rep="虚某甲", address="虚构路1号"))
    assert settled.settle(row("虚甲打金店", rep="虚某乙", address="示例街9号")) != first
    assert settled.settle(row("虚甲打金店", rep="虚某甲")) == first


def test_an_old_number_leads_to_the_entity_until_a_second_code_claims_it() -> None:
    settled = Settlement()
    first = settled.settle(row("虚甲打金店", CODE, reg_no="440803600012345"))
    assert settled.settle(row("虚乙打金店", reg_no="440803600012345")) == first
    assert settled.settle(row("虚丙打金店", OTHER_CODE, reg_no="440803600012345")) == OTHER_CODE


names = st.sampled_from(["虚甲打金店", "虚乙打金店", "湛江市虚甲典当有限公司", None])


def maybe(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([*values, None])


rows = st.builds(row, names, maybe(CODE, OTHER_CODE), maybe("440803600012345"), maybe("虚某甲", "虚某乙"), maybe("虚构路1号"))


@given(st.lists(rows, max_size=8), st.lists(rows, max_size=8))
def test_a_new_delivery_changes_no_settled_id(first: list[dict[str, str | None]], second: list[dict[str, str | None]]) -> None:
    settled = Settlement()
    for said in first:
        settled.settle(said)
    before = {key: entity for key, entity, _ in settled.added if not key.startswith("name:")}
    reopened = Settlement.of(settled.added)
    for said in second:
        reopened.settle(said)
    assert before.items() <= reopened.by_code.items()
    assert [key for key, _, _ in reopened.added if key in before] == []
