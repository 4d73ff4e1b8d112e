"""What a reader of complaints relies on: evasive spellings are seen through, spans point into the text as it was written, warnings are no promises."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.errors import InvalidRule
from screening.settings import PROJECT_ROOT
from screening.text import direction, lexicon, masking, reading
from screening.text.normal import fold
from screening.text.patterns import check_linear, read_patterns
from screening.text.promises import numerals, paybacks, sums, tokens
from screening.text.promises.sentence import sentences
from screening.text.reading import TextReader
from screening.text.rules import read_text_rules
from screening.vocabulary import Sector
from tests.promises.world import SAID

RULES = PROJECT_ROOT / "rules"
READER = TextReader.of(RULES)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("理cai产品月收溢３％", "理财产品月收益3%"),
        ("返 li 高，微Xin群里说的", "返利高,微信群里说的"),
        ("投zi，本jin保证", "投资,本金保证"),
        ("黃金託管，年息壹分貳", "黄金托管,年息壹分贰"),
        ("保\u200b本\ufeff保 息😀", "保本保息"),
    ],
)
def test_evasive_spellings_are_undone(written: str, meant: str) -> None:
    assert READER.normaliser.normalise(written) == meant


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_both_ways_of_normalising_agree_and_lead_back(text: str) -> None:
    folded, origin = READER.normaliser.align(text)
    assert folded == READER.normaliser.normalise(text)
    assert len(origin) == len(folded) + 1
    assert origin == sorted(origin)


def test_a_span_points_into_the_text_as_written() -> None:
    text = "　小王說：存 10 萬，每月返 2 0 0 0 元！"
    (promise,) = READER.read(text).document()["promised"]
    start, end = promise["span"]
    assert text[start:end] == promise["text"] == "10 萬，每月返 2 0 0 0 元"
    assert promise["formula"] == "2000/100000×12 = 24%"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我把钱放他那，月息两分", "invest"),
        ("我借了他三万，月息两分", "borrow"),
        ("我借给他们三万，月息两分", "invest"),
        ("老板找我借了二十万，每个月给一分半利息", "invest"),
        ("向老板借五万，月息一分五", "borrow"),
        ("在虚甲小额贷款有限公司存了四十万，月息一分五", "invest"),
        ("社区提醒警惕年化20%的高收益", "none"),
        ("戒指成色不足，要求退货", "none"),
    ],
)
def test_who_gives_money_to_whom(text: str, said: str) -> None:
    assert READER.read(text).direction == said


def test_a_bare_rate_goes_the_way_its_sector_lends() -> None:
    assert READER.read("月息两分").direction == "invest"
    assert READER.read("月息两分", Sector.MICROLENDER).direction == "borrow"


@pytest.mark.parametrize(
    "text", ["并没有承诺年化10%", "谨防月息3分的骗局", "银行定期才1.5%", "足金999", "打八折", "我占股30%", "手续费千分之三"]
)
def test_what_only_looks_like_a_promise_is_none(text: str) -> None:
    assert all(promise["annual_simple"] is None for promise in READER.read(text).document()["promised"])


def test_negation_and_hearsay_are_said_of_each_phrase() -> None:
    found = {hit["phrase"]: hit for hit in READER.read("听说保本保息。店员讲并不保本，稳赚不赔").document()["phrases"]}
    assert found["保本保息"]["weight"] == pytest.approx(3 * 0.7)
    assert not found["稳赚不赔"]["negated"]


def test_of_two_readings_the_lower_counts_and_the_other_is_kept() -> None:
    (promise,) = READER.read("一年翻三倍").document()["promised"]
    assert (promise["annual_simple"], promise["alt_annual"]) == (2.0, 3.0)


def test_an_incredible_rate_goes_to_people() -> None:
    (promise,) = READER.read("投一万每天返五千").document()["promised"]
    assert promise["confidence"] < 0.4
    assert "人工核对" in promise["note"]


@pytest.mark.parametrize(("text", "count"), [("十几个人都放了", 11), ("几百人受害", 200), ("上千人", 1000), ("涉及36户", 36)])
def test_head_counts_are_lower_bounds(text: str, count: int) -> None:
    assert [found["count"] for found in READER.read(text).document()["persons"]] == [count]


def test_a_capital_is_not_a_claim() -> None:
    assert READER.read("该公司注册资本5000万元，我投了3万元").document()["amounts"] == [
        {"text": "3万元", "span": [17, 20], "yuan": 30000.0}
    ]


# —— robustness ——

_ALPHABET = "月年日息分厘%％点成万千百十一二三两半个每返给存投变倍番克元块，。；！？\n 0123456789.-~—至到最高保本金利收益贷款借了他我公司店😀\u200bwW千分之百"


@pytest.mark.parametrize("seed", range(4))
def test_no_text_whatever_raises(seed: int) -> None:
    """Four times 25,000 texts: random ones, and complaints with characters dropped, doubled, swapped and put in."""
    chance = random.Random(seed)
    for _ in range(25_000):
        READER.read(_noise(chance)).document()


def test_looking_at_first_characters_loses_no_token() -> None:
    chance, plain = random.Random(5), re.compile(READER.lexer.grammar, re.ASCII)
    rare = [f"三年{verb}原来的2倍" for verb in "到成是为变"]
    for text in [*SAID, *rare, *(READER.normaliser.normalise(_noise(chance)) for _ in range(3000))]:
        assert [m.span() for m in READER.lexer.pattern.finditer(text)] == [m.span() for m in plain.finditer(text)]


def _noise(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return "".join(chance.choices(_ALPHABET, k=chance.randrange(40)))
    text = list(chance.choice(SAID))
    for _ in range(chance.randrange(8)):
        place = chance.randrange(len(text))
        text[place : place + chance.randrange(2)] = chance.choice(
            [chance.choice(_ALPHABET), text[place] * 2, chr(chance.randrange(0x20, 0x1FFFF))]
        )
    return "".join(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_unicode_can_be_read(text: str) -> None:
    found = READER.read(text).document()
    for part in ("phrases", "promised", "amounts", "persons"):
        assert all(0 <= item["span"][0] <= item["span"][1] <= len(text) for item in found[part])


def _patterns() -> Iterator[re.Pattern[str]]:
    modules: list[ModuleType] = [direction, lexicon, masking, reading, tokens, numerals, sums, paybacks]
    for module in modules:
        yield from (value for value in vars(module).values() if isinstance(value, re.Pattern))
    yield from (READER.lexer.pattern, READER.directions.lend_out, READER.directions.borrow_from, READER.directions.put_in)
    yield from (pattern for pattern, _ in READER.guarded.values())


def test_no_regular_expression_repeats_without_bound() -> None:
    """Bounded repeats at each place of a text: time grows in proportion to its length."""

    def unbounded(parsed: object) -> bool:
        return "MAXREPEAT" in repr(parsed)

    assert [pattern.pattern for pattern in _patterns() if unbounded(_parser.parse(pattern.pattern))] == []


def test_productions_never_look_at_more_than_a_bounded_stretch() -> None:
    """A text without a full stop is cut, so that looking at whole sentences stays linear, too."""
    for text in ("月息两分，" * 5000, "5%" * 5000):
        assert max(len(sentence.tokens) for sentence in sentences(READER.lexer.tokens(text))) <= 200


def test_an_officer_who_guards_an_unbounded_pattern_is_told(tmp_path: Path) -> None:
    text = (RULES / "patterns.yaml").read_text(encoding="utf-8")
    (tmp_path / "patterns.yaml").write_text(text.replace("百]{1,12}(多|余)?亿", "百]+(多|余)?亿", 1), encoding="utf-8")
    with pytest.raises(InvalidRule, match="没有上限的重复"):
        check_linear(tmp_path)
    assert read_patterns(tmp_path), "a book that once scored is read as it stands"


def test_an_officer_who_writes_an_unbounded_pattern_is_told(tmp_path: Path) -> None:
    text = (RULES / "text.yaml").read_text(encoding="utf-8").replace("'借钱给(他", "'借.*给(他", 1)
    (tmp_path / "text.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRule, match="没有上限的重复"):
        read_text_rules(tmp_path)


def test_patterns_and_lexicon_are_written_as_they_are_matched() -> None:
    assert all(phrase == fold(phrase) for phrase in READER.lexicon.phrases)
