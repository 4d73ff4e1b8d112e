"""Credit codes: the public test vectors hold, and nothing is repaired."""

import pytest

from screening.reference import credit_code

VALID = [
    "91350200MA2YJ1XR9G",
    "91440101MA5CJQ4N59",
    "91330203674737244W",
    "92420583MACEQG4N01",
    "91440803MA9X01372Y",
    "93440803MA9X10965K",
]


@pytest.mark.parametrize("code", VALID)
def test_public_vectors_are_valid(code: str) -> None:
    assert credit_code.is_valid(code)
    assert not credit_code.is_valid(code[:-1] + ("0" if code[-1] != "0" else "1"))


def test_cleaning_folds_width_case_spaces_and_the_copy_number() -> None:
    assert credit_code.clean("'９１440803 ma9x01372y（1-1）") == "91440803MA9X01372Y"


def test_old_numbers_and_misreadings_are_told_apart() -> None:
    assert credit_code.is_old_number("440803600012345")
    assert credit_code.is_misread("914408O3MA9X01372Y")
    assert not credit_code.is_valid("914408O3MA9X01372Y")
    assert credit_code.is_registration_number("59b38c56de3836831ff90a77d892a13523b7494f6ed09ff7")
    assert not credit_code.is_registration_number("待补")
