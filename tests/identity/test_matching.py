"""Whom a complaint means: linked where it is sure, proposed where it is likely, left alone where nobody can tell."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching import RULES, TWINS_UNTOLD, Noise, absent_unlinked, crowded_register, known_of, ours, scores
from screening.identity.duplicates import duplicates_in
from screening.identity.entity_index import known_index
from screening.identity.matching import Asked, Known, Match, Matcher, likely_duplicates


def known(entity_id: str, *names: str, at: str = "", street: str | None = None, phone: str = "", head: str = "") -> Known:
    return Known(entity_id, names, (at,) if at else (), (phone,) if phone else (), (head,) if head else (), street)


def row(name: str | None = None, *, at: str | None = None, street: str | None = None, phone: str | None = None,
        head: str | None = None, text: str | None = None) -> Asked:  # fmt: skip
    return Asked(name, at, street, phone, head, text)


REGISTER = [
    known("打金", "霞山区丁寅和打金店", at="湛江市霞山区新园街道虚构路12号之50", phone="13800001001", head="虚某甲"),
    known("小贷", "湛江市霞山区丁丑源小额贷款有限公司", at="样本一路221号", street="440803001"),
    known("典当", "湛江市戊辰隆典当有限公司", "湛江市戊辰兴典当有限公司", at="示例街8号3铺", street="友谊街道"),
    known("解放鑫源", "霞山区鑫源金店", at="示例街3号1铺", street="解放街道"),
    known("爱国鑫源", "霞山区鑫源金店", at="示例街9号2铺", street="爱国街道"),
    known("阿里", "阿里巴巴集团控股有限公司"),
    known("B能源", "湛江市B能源有限公司"),
    known("无区典当", "永泰典当有限公司"),
]
MATCHER = Matcher(REGISTER, RULES)


def match(asked: Asked) -> Match:
    return MATCHER.match([asked])[0]


@pytest.mark.parametrize(
    ("asked", "entity_id", "method"),
    [
        (row("湛江市霞山区丁丑源小额贷款有限公司"), "小贷", "name_exact"),
        (row(" 湛江市戊辰兴典当有限公司 "), "典当", "name_exact"),  # a former name
        (row("霞山区丁寅和打金店"), "打金", "name_exact"),
        (row("城东那家丁寅和打金店"), "打金", "name_fuzzy"),
        (row("丁寅和金铺"), "打金", "name_fuzzy"),
        (row("丁丑源小贷"), "小贷", "name_fuzzy"),
        (row("戊辰隆当铺"), "典当", "name_fuzzy"),
        (row("阿里巴巴集团控股"), "阿里", "name_fuzzy"),
        (row("丁寅和"), "打金", "name_fuzzy"),
        (row("丁寅合打金店", street="新园"), "打金", "name_fuzzy"),
        (row("丁卯和打金店", at="虚构路十二号50铺"), "打金", "name_fuzzy"),
        (row("鑫源金店", street="爱国街道"), "爱国鑫源", "name_fuzzy"),
        (row("霞山区鑫源金店", at="示例街3号"), "解放鑫源", "name_exact"),
        (row(phone="138-0000-1001"), "打金", "phone"),
        (row(at="虚构路12号之50", text="这家打金店收了钱不交货"), "打金", "address"),
        (row(text="反映湛江市霞山区丁丑源小额贷款有限公司利息太高"), "小贷", "name_in_text"),
        (row(text="上个月在丁寅和金行打的戒指，掉色"), "打金", "name_in_text"),
        (row(text="向丁丑源小贷借了三万，丁丑源小贷天天催收"), "小贷", "name_in_text"),
    ],
)
def test_who_is_surely_meant_is_linked(asked: Asked, entity_id: str, method: str) -> None:
    found = match(asked)
    assert (found.entity_id, found.method) == (entity_id, method)
    assert found.confidence is not None and found.confidence >= 0.9
    assert found.candidates[0].entity_id == entity_id


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        (row("丁寅合打金店"), "打金"),  # one sound, and nothing else
        (row("丁卯和打金店"), "打金"),  # one character apart
        (row("丁寅和打金店", at="样本一路3号", street="解放"), "打金"),  # everything but the name contradicts
        (row(at="虚构路12号之50"), "打金"),  # a door, but nothing said of the shop
        (row("大福打金店", at="虚构路12号之50"), "打金"),  # a new sign at the same door
        (row(text="上个月在丁寅合打金店买的戒指"), "打金"),
        (row(text="大永泰典当有限公司骗人"), "无区典当"),  # another name may begin before
    ],
)
def test_who_is_likely_meant_waits_for_people(asked: Asked, best: str) -> None:
    found = match(asked)
    assert found.entity_id is None and found.method not in ("none", "ambiguous")
    assert found.confidence is not None and found.confidence < 0.9
    assert found.candidates[0].entity_id == best


@pytest.mark.parametrize(
    ("asked", "rivals"),
    [
        (row("鑫源金店"), {"解放鑫源", "爱国鑫源"}),
        (row("霞山区鑫源金店"), {"解放鑫源", "爱国鑫源"}),
        (row(text="鑫源金店不退定金"), {"解放鑫源", "爱国鑫源"}),
        (row(text="丁丑源小贷和丁寅和金店都骗人"), {"小贷", "打金"}),
    ],
)
def test_two_that_nobody_can_tell_apart_are_ambiguous(asked: Asked, rivals: set[str]) -> None:
    found = match(asked)
    assert (found.entity_id, found.method) == (None, "ambiguous")
    assert {candidate.entity_id for candidate in found.candidates} == rivals


@pytest.mark.parametrize(
    "asked",
    [
        row("A能源"),
        row("大兴旺理发店"),
        row("某某店"),
        row("丁卯和打金店", street="解放"),  # another character and another subdistrict
        row(),
        row(""),
        row(text="楼下施工噪音太大"),
        row(text="附近的金店天天放喇叭"),
        row(at="虚构路399号"),
    ],
)
def test_whom_no_list_has_gets_no_candidate(asked: Asked) -> None:
    found = match(asked)
    assert (found.entity_id, found.method, found.confidence, found.candidates) == (None, "none", None, ())


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (row("丁寅和打金店", at="虚构路12号"), "字号“丁寅和”、行业“打金店”一致，地址同为新园街道虚构路12号"),
        (row("丁寅合", street="新园"), "字号“丁寅合”与登记“丁寅和”读音相同，街道一致"),
        (row("丁卯和金店", phone="13800001001"), "字号“丁卯和”与登记“丁寅和”只差一个字，行业“金店”与“打金店”相近，电话一致"),
        (row("丁寅和典当", head="虚某甲"), "字号“丁寅和”一致，行业“典当”与“打金店”不同，负责人一致"),
    ],
)
def test_the_reason_says_what_agrees_and_what_does_not(asked: Asked, why: str) -> None:
    assert match(asked).why == why


def test_answers_come_in_the_order_asked() -> None:
    asked = [row("丁丑源小贷"), row("无此店"), row("丁寅和打金店"), row("丁丑源小贷")]
    assert [found.entity_id for found in MATCHER.match(asked)] == ["小贷", None, "打金", "小贷"]


_SIGNS = st.text(alphabet="甲乙丙丁鑫源福", min_size=2, max_size=3)
_TRADES = st.sampled_from(["打金店", "金店", "典当有限公司", "小额贷款有限公司", ""])
_STREETS = st.sampled_from(["解放街道", "爱国街道", None])
_ADDRESSES = st.sampled_from(["虚构路1号2铺", "虚构路1号", "示例街3号", ""])
_FIRMS = st.lists(st.tuples(_SIGNS, _TRADES, _STREETS, _ADDRESSES), min_size=1, max_size=6)
_ASKED = st.builds(
    lambda sign, trade, street, at, spoken: row(text=f"在{sign}{trade}买的", street=street, at=at)
    if spoken
    else row(sign + trade, street=street, at=at),
    _SIGNS, _TRADES, _STREETS, _ADDRESSES, st.booleans(),
)  # fmt: skip


def _register(firms: list[tuple[str, str, str | None, str]]) -> list[Known]:
    return [known(f"E{number}", sign + trade, at=at, street=street) for number, (sign, trade, street, at) in enumerate(firms)]


@settings(max_examples=60, deadline=None)
@given(_FIRMS, st.lists(_ASKED, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_the_register_does_not_matter(
    firms: list[tuple[str, str, str | None, str]], asked: list[Asked], chance: random.Random
) -> None:
    register = _register(firms)
    shuffled = chance.sample(register, len(register))
    one, other = known_index(register, RULES), known_index(shuffled, RULES)
    assert Matcher(one, RULES).match(asked) == Matcher(other, RULES).match(asked)
    assert duplicates_in(one) == duplicates_in(other)


@settings(max_examples=60, deadline=None)
@given(_FIRMS, st.lists(_ASKED, min_size=1, max_size=4))
def test_an_unrelated_entity_never_takes_a_sure_link(firms: list[tuple[str, str, str | None, str]], asked: list[Asked]) -> None:
    register = _register(firms)
    stranger = known("E9", "湛江市霞山区虚拟例证宝养老服务有限公司", at="拟建巷77号", street="海滨街道")
    before = Matcher(register, RULES).match(asked)
    after = Matcher([*register, stranger], RULES).match(asked)
    assert all(new.entity_id in (old.entity_id, None) for old, new in zip(before, after, strict=True) if old.entity_id)
    assert all(new.entity_id != "E9" for new in after)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=60))
def test_any_words_can_be_asked(name: str, address: str, text: str) -> None:
    for found in MATCHER.match([row(name, at=address, text=text), row(text=name + text)]):
        assert found.confidence is None or 0 <= found.confidence <= 1
        assert (found.entity_id is None) or found.candidates[0].entity_id == found.entity_id


def test_an_empty_register_answers_nobody() -> None:
    assert Matcher([], RULES).match([row("丁寅和打金店", text="丁寅和打金店")])[0].method == "none"
    assert likely_duplicates([], RULES) == []


def test_a_sure_threshold_is_what_the_rules_say(tmp_path: Path) -> None:
    for name in ("names.yaml", "areas.yaml"):
        (tmp_path / name).write_text((RULES / name).read_text(encoding="utf-8"), encoding="utf-8")
    asked = [row("丁寅合打金店", street="新园")]
    assert Matcher(REGISTER, tmp_path).match(asked)[0].entity_id == "打金"
    strict = (RULES / "names.yaml").read_text(encoding="utf-8").replace("  sure: 0.9 ", "  sure: 0.999 ")
    (tmp_path / "names.yaml").write_text(strict, encoding="utf-8")
    assert Matcher(REGISTER, tmp_path).match(asked)[0].entity_id is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (known("E1", "霞山区丁寅和打金店", at="虚构路12号之50"), known("E2", "丁寅和金店", at="新园街道虚构路12号50铺")),
        (known("E1", "霞山区丁寅和打金店", phone="13800001001"), known("E2", "丁寅合打金店", phone="138 0000 1001")),
        (known("E1", "丁寅和打金店", head="虚某甲"), known("E2", "丁寅合打金店", head="虚某甲")),
        (
            known("E1", "丁寅和打金店", head="虚某甲", at="虚构路1号2铺"),
            known("E2", "大福打金店", head="虚某甲", at="虚构路1号2铺"),
        ),
    ],
)
def test_what_may_be_one_entity_is_proposed(one: Known, other: Known) -> None:
    ((first, second, confidence, why),) = likely_duplicates([other, one, *REGISTER[1:]], RULES)[:1]
    assert (first, second) == ("E1", "E2") and 0.5 <= confidence <= 1 and why


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (known("E1", "丁寅和打金店", street="新园"), known("E2", "丁寅和打金店", street="解放")),
        (known("E1", "丁寅和打金店", at="虚构路1号2铺"), known("E2", "大福理发店", at="虚构路1号2铺")),
        (known("E1", "丁寅和打金店"), known("E2", "丁卯和打金店")),
        # Two valid credit codes are two legal persons.
        (
            known("91440803MA0000001R", "丁寅和打金店", phone="13800001001"),
            known("91440803MA0000002W", "丁寅和打金店", phone="13800001001"),
        ),
    ],
)
def test_neighbours_and_namesakes_are_not_proposed(one: Known, other: Known) -> None:
    assert likely_duplicates([one, other], RULES) == []


def test_the_benchmark_targets_hold_on_another_seed(scored_home: Path) -> None:
    noise = Noise(known_of(scored_home), seed=20261)
    queries = noise.queries(120)
    answers = ours(noise.known, queries)
    figures = scores(queries, answers)
    assert (figures["合计"].precision or 0) >= 0.98
    assert (figures["合计"].recall or 0) >= 0.90
    assert absent_unlinked(queries, answers) >= 0.97
    assert figures[TWINS_UNTOLD].linked == 0


def test_common_brands_cost_candidates_but_no_wrong_links() -> None:
    noise = Noise(crowded_register(1500, seed=20262), seed=20263)
    queries = noise.queries(120)
    answers = ours(noise.known, queries)
    assert (scores(queries, answers)["合计"].precision or 0) >= 0.98
    assert absent_unlinked(queries, answers) >= 0.97
