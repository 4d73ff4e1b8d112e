"""What many tests of rights lean on finds every word that stands in a text, wherever and within whatever else."""

from hypothesis import given
from hypothesis import strategies as st

from tests.finding import found_in

TEXTS = st.text("张三丰1", max_size=30)


@given(TEXTS, st.sets(st.text("张三丰1", min_size=1, max_size=5)))
def test_it_finds_what_asking_for_one_after_the_other_finds(text: str, words: set[str]) -> None:
    assert found_in(text, words) == {word for word in words if word in text}


def test_a_word_within_another_and_over_its_end_is_found() -> None:
    assert found_in("某张三丰某", ["张三", "三丰", "张三丰", "丰张"]) == {"张三", "三丰", "张三丰"}
    assert found_in("", ["张"]) == found_in("张", []) == set()
