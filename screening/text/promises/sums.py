"""The other productions: sums paid in and out, multiples, grams of gold, buy-back, and what looks like them but is none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from screening.text.promises.expression import DOUBTFUL, LIKELY, ONE, SURE, Expression, annualised
from screening.text.promises.numerals import percent, plain
from screening.text.promises.sentence import MONEY, Sentence, is_comma, is_money, is_period, is_word
from screening.text.promises.tokens import Period, Sort, Token
from screening.text.words import Direction

Production = Callable[[Sentence], Iterator[Expression]]
_FAR = 24
_SMALLEST_STAKE = 1000  # yuan; smaller sums that become larger ones are bills


def discount(sentence: Sentence) -> Iterator[Expression]:
    """打九折."""
    for i in list(sentence.of(Sort.DISCOUNT)):
        sentence.used.add(i)
        yield Expression("discount", sentence.tokens[i].start, sentence.tokens[i].end, direction="none")


def buyback(sentence: Sentence) -> Iterator[Expression]:
    """买20万金条一年后按22.4万回购."""
    for word in list(sentence.words("buyback")):
        back = sentence.before(word, is_money, 6)
        paid = None if back is None else sentence.before(back, _is_sum, _FAR)
        if back is None or paid is None:
            continue
        gain = _value(sentence, back) / _value(sentence, paid) - 1
        if gain <= 0:
            continue
        sentence.used |= {back, paid}
        written = f"({plain(_value(sentence, back))}−{plain(_value(sentence, paid))})/{plain(_value(sentence, paid))}"
        yield _gain(sentence, "buyback", paid, word, gain, written, sentence.period_near(back, _FAR, 8))


def becoming(sentence: Sentence) -> Iterator[Expression]:
    """半年1万变1万5."""
    for word in list(sentence.words("become")):
        before = sentence.before(word, is_money, 8)
        if before is None:  # 三年后变成5万,现在交2万
            before = sentence.after(word, partial(_is_paid, sentence), _FAR)
        after = sentence.after(word, is_money, 2)
        if before is None or after is None or not _is_growth(sentence, before, after):
            continue
        sentence.used |= {before, after}
        gain = _value(sentence, after) / _value(sentence, before) - 1
        written = f"({plain(_value(sentence, after))}−{plain(_value(sentence, before))})/{plain(_value(sentence, before))}"
        yield _gain(sentence, "x_to_y", min(before, after), max(before, after), gain, written, sentence.period_near(word, 14, 8))


def _is_growth(sentence: Sentence, before: int, after: int) -> bool:
    """A sum that grows, not a price: 工费每克15变成每克30 is a quarrel over a bill."""
    is_price = any(token.sort is Sort.PER_GRAM or token.word in {"fee", "price_move"} for token in sentence.tokens)
    return not is_price and _value(sentence, after) > _value(sentence, before) >= _SMALLEST_STAKE


def _is_paid(sentence: Sentence, token: Token) -> bool:
    """A sum with a verb of paying in right before it."""
    place = next(i for i, other in enumerate(sentence.tokens) if other is token)
    return is_money(token) and sentence.before(place, is_word("put"), 1) is not None


def multiple(sentence: Sentence) -> Iterator[Expression]:
    """三年翻倍; of two readings (增值20倍) the lower counts, the other is kept."""
    for i in list(sentence.of(Sort.MULTIPLE)):
        sentence.used.add(i)
        token = sentence.tokens[i]
        assert token.value is not None
        low = (token.low or token.value) - 1
        if low <= 0:
            continue
        written = f"({plain(low + 1)}−1)"
        found = _gain(sentence, "multiple", i, i, low, written, sentence.period_near(i, _FAR, 8))
        if token.value - 1 != low:
            alternative = None if found.period is None else (token.value - 1) * found.period.per_year
            found = replace(
                found, alternative=alternative, confidence=min(found.confidence, LIKELY), note="倍数有两种理解，取低者"
            )
        yield found


def grams(sentence: Sentence) -> Iterator[Expression]:
    """存100克黄金每月返1克: a rate without a gold price."""
    for back in list(sentence.of(Sort.GRAM)):
        give = sentence.before(back, is_word("give"), 4)
        put = None if give is None else sentence.before(give, lambda token: token.sort is Sort.GRAM, _FAR)
        if give is None or put is None:
            continue
        period = sentence.before(give, is_period, 8)
        sentence.used |= {back, put}
        paid_in, paid_out = _value(sentence, put), _value(sentence, back)
        is_all = paid_out > paid_in
        rate = (paid_out - paid_in if is_all else paid_out) / paid_in
        written = f"({plain(paid_out)}−{plain(paid_in)})/{plain(paid_in)}" if is_all else f"{plain(paid_out)}/{plain(paid_in)}"
        yield _gain(sentence, "gold_gram", put, back, rate, written, None if period is None else sentence.tokens[period].period)


def per_gram(sentence: Sentence) -> Iterator[Expression]:
    """每克补贴40元(买入价800元/克); a deduction per gram is a fee."""
    for place in list(sentence.of(Sort.PER_GRAM)):
        sum_place = sentence.after(place, is_money, 10, stop=is_comma)
        verb = sentence.after(place, lambda token: token.word in {"give", "fee"}, 8)
        if sum_place is None:
            continue
        if verb is None or verb > sum_place:
            continue
        sentence.used.add(sum_place)
        if sentence.tokens[verb].word == "fee":
            yield Expression("fee", sentence.tokens[place].start, sentence.tokens[sum_place].end, direction="none")
            continue
        yield _price_gain(sentence, place, verb, sum_place)


def _price_gain(sentence: Sentence, place: int, verb: int, sum_place: int) -> Expression:
    kind = "gold_discount" if sentence.tokens[verb].text == "优惠" else "gold_price"
    prices = [i for i in sentence.of(Sort.AMOUNT, Sort.NUMBER) if _value(sentence, i) > _value(sentence, sum_place)]
    period = sentence.period_near(place, _FAR, _FAR)
    start, end = sentence.tokens[place].start, sentence.tokens[sum_place].end
    if not prices:
        return Expression(kind, start, end, period=period, confidence=DOUBTFUL, note="没有写明买入价，不折算年化")
    price = min(prices, key=lambda i: abs(sentence.tokens[i].start - end))
    sentence.used.add(price)
    rate = _value(sentence, sum_place) / _value(sentence, price)
    written = f"{plain(_value(sentence, sum_place))}/{plain(_value(sentence, price))}"
    return _gain(sentence, kind, place, sum_place, rate, written, period)


def per_wan(sentence: Sentence) -> Iterator[Expression]:
    """万元日利5元, 一万块一天5块."""
    for place in list(sentence.of(Sort.PER_WAN)):
        sum_place = sentence.after(place, is_money, 10)
        if sum_place is None or _value(sentence, sum_place) >= 10000:
            continue
        found = sentence.before(sum_place, is_period, 10)
        period = sentence.tokens[found].period if found is not None else None
        sentence.used |= {place, sum_place}
        rate = _value(sentence, sum_place) / 10000
        written = f"{plain(_value(sentence, sum_place))}/10000"
        kind = "per_wan" if period is None else f"per_wan_{_adverb(period.code)}"
        yield _gain(sentence, kind, place, sum_place, rate, written, period)


def _adverb(code: str) -> str:
    return {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "annual"}.get(code, code)


def prepaid(sentence: Sentence) -> Iterator[Expression]:
    """充1万送3000 and 满1000减100: a gift or a cut at once, never a yearly return."""
    for i, token in enumerate(sentence.tokens):
        if token.word not in {"bonus", "cut"}:
            continue
        paid, given = sentence.before(i, is_money, 4), sentence.after(i, is_money, 3)
        if paid is None or given is None:
            continue
        sentence.used |= {paid, given}
        kind = "prepaid_bonus" if token.word == "bonus" else "promotion"
        direction: Direction = "invest" if token.word == "bonus" else "none"
        rate = _value(sentence, given) / _value(sentence, paid)
        yield Expression(
            kind, sentence.tokens[paid].start, sentence.tokens[given].end, rate, direction=direction, note="一次性，不折算年化"
        )


def repayment(sentence: Sentence) -> Iterator[Expression]:
    """每月要还2000, 月供3000: what a borrower pays back."""
    for i in list(sentence.words("repay")):
        paid = sentence.after(i, is_money, 4)
        if paid is None:
            continue
        sentence.used.add(paid)
        yield Expression("repayment", sentence.tokens[i].start, sentence.tokens[paid].end, direction="borrow")


def payback(sentence: Sentence) -> Iterator[Expression]:
    """存10万每月返2000. What is paid in stands before, with its verb or as the sentence's largest sum."""
    for place in list(sentence.of(*MONEY)):
        given = sentence.before(place, _is_paying, 5, stop=is_comma)
        if given is None and sentence.after(place, is_word("gain"), 2) is not None:
            given = place
        if given is None:
            continue
        if sentence.tokens[given].sort is Sort.HEAD:
            period_place: int | None = given
        else:
            period_place = sentence.before(given, is_period, 10, stop=is_money)
            if period_place is None:
                period_place = sentence.after(place, is_period, 3, stop=is_comma)
        paid = _paid_in(sentence, min(given, period_place if period_place is not None else given))
        if paid is None or (period_place is None and not _is_at_once(sentence, paid, given)):
            continue
        sentence.used |= {paid, place}
        if period_place is None:
            yield _all_at_once(sentence, paid, place, None)
        else:
            yield _paid_back(sentence, paid, place, sentence.tokens[period_place].period)


def _is_paying(token: Token) -> bool:
    return token.word in {"give", "give_weak", "gain"} or token.sort is Sort.HEAD


def _is_at_once(sentence: Sentence, paid: int, given: int) -> bool:
    """投500返600: nothing but the verb stands between, and no term."""
    return sentence.tokens[given].start - sentence.tokens[paid].end <= 1 and sentence.before(paid, is_word("put"), 2) is not None


def _paid_in(sentence: Sentence, place: int) -> int | None:
    """The sum paid in: the one behind a verb of paying in, else the nearest amount before."""
    found = sentence.before(place, _is_sum, 3 * _FAR)
    while found is not None and sentence.before(found, is_word("put"), 8) is None:
        earlier = sentence.before(found, _is_sum, _FAR)
        if earlier is None:
            break
        found = earlier
    return found


def _paid_back(sentence: Sentence, paid: int, given: int, period: Period | None) -> Expression:
    assert period is not None
    principal, back = _value(sentence, paid), _value(sentence, given)
    if back > principal:
        return _all_at_once(sentence, paid, given, period)
    net = _net(sentence, given, principal, back, period)
    is_inclusive = any(True for _ in sentence.words("amortised"))
    if is_inclusive and net is not None:
        annual, written = net
        start, end = sentence.tokens[paid].start, sentence.tokens[given].end
        return Expression(
            "amortised",
            start,
            end,
            back / principal,
            period,
            annual,
            back / principal * period.per_year,
            principal,
            True,
            formula=written,
        ).checked()
    found = _gain(sentence, "fixed_payback", paid, given, back / principal, f"{plain(back)}/{plain(principal)}", period)
    note = "默认本金到期另还" if not is_inclusive else "返还含本金但没有写明期数，按本金另还计"
    return replace(found, principal=principal, alternative=net[0] if net and net[0] > 0 else None, note=note)


def _all_at_once(sentence: Sentence, paid: int, given: int, period: Period | None) -> Expression:
    """投10万一年连本带利给11.8万: more comes back than was paid in, so the principal is in it."""
    principal, back = _value(sentence, paid), _value(sentence, given)
    written = f"({plain(back)}−{plain(principal)})/{plain(principal)}"
    found = _gain(sentence, "x_to_y" if period is None else "amortised", paid, given, back / principal - 1, written, period)
    return replace(found, principal=principal, principal_returned=True)


def _net(sentence: Sentence, given: int, principal: Decimal, back: Decimal, period: Period) -> tuple[Decimal, str] | None:
    """The yearly gain if what is paid back includes the principal; needs the number of payments."""
    term = sentence.after(
        given,
        lambda token: (
            token.sort is Sort.COUNT or (token.period is not None and not token.period.is_adverb and token.value is not None)
        ),
        _FAR,
    )
    if term is None:
        return None
    token = sentence.tokens[term]
    years = ONE / token.period.per_year if token.period else _value(sentence, term) / period.per_year
    times = years * period.per_year
    gain = (back * times - principal) / principal / years
    written = f"({plain(back)}×{plain(times)}−{plain(principal)})/{plain(principal)}/{plain(years)}年 = {percent(gain)}"
    return gain, written


def _gain(sentence: Sentence, kind: str, first: int, last: int, gain: Decimal, written: str, period: Period | None) -> Expression:
    """A gain over a stated period, or over none: then it is kept without a yearly rate."""
    start, end = sentence.tokens[first].start, sentence.tokens[last].end
    if period is None:
        return Expression(
            kind, start, end, gain, confidence=DOUBTFUL, formula=f"{written} = {percent(gain)}", note="没有写明期限，不折算年化"
        )
    annual, formula = annualised(gain, period, written)
    return Expression(kind, start, end, gain, period, annual, confidence=SURE, formula=formula).checked()


def _value(sentence: Sentence, place: int) -> Decimal:
    value = sentence.tokens[place].value
    assert value is not None, "sums carry their value"
    return value


def _is_sum(token: Token) -> bool:
    return token.sort in (*MONEY, Sort.PER_WAN) and token.value is not None and token.value > 0


PRODUCTIONS: tuple[Production, ...] = (
    discount,
    prepaid,
    repayment,
    buyback,
    becoming,
    multiple,
    grams,
    per_gram,
    per_wan,
    payback,
)
