"""`payback_expr` of the grammar: a sum paid in, and what is paid back for it by the month, the year, or at once."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from screening.text.promises.expression import LIKELY, ONE, Expression, gained
from screening.text.promises.numerals import percent, plain
from screening.text.promises.sentence import MONEY, Sentence, is_comma, is_money, is_period, is_sum, is_word
from screening.text.promises.tokens import Period, Sort, Token

FAR = 24
_SMALLEST_STAKE = 1000  # yuan
_LARGEST_SHARE = Decimal("0.5")  # of the stake, a payment with no verb before it


def payback(sentence: Sentence) -> Iterator[Expression]:
    """存10万每月返2000. What is paid in stands before, with its verb or as the sentence's largest sum."""
    for place in list(sentence.of(*MONEY)):
        given = sentence.before(place, _is_paying, 5, stop=is_comma)
        if given is None and sentence.after(place, is_word("gain"), 2) is not None:
            given = place
        if given is None:
            yield from _unspoken(sentence, place)
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


def _unspoken(sentence: Sentence, place: int) -> Iterator[Expression]:
    """十万一个月两千: stake, period and payment side by side, the verb left out."""
    rhythm = sentence.before(place, is_period, 1, stop=lambda token: token.sort is Sort.WORD)
    paid = None if rhythm is None else sentence.before(rhythm, lambda token: token.sort is Sort.AMOUNT, 1)
    if rhythm is None or paid is None or not 0 < sentence.value(place) <= sentence.value(paid) * _LARGEST_SHARE:
        return
    if sentence.value(paid) < _SMALLEST_STAKE or sentence.after(place, is_word("fee"), 2) is not None:
        return
    sentence.used |= {paid, place}
    yield replace(_paid_back(sentence, paid, place, sentence.tokens[rhythm].period), confidence=LIKELY)


def _is_paying(token: Token) -> bool:
    return token.word in {"give", "give_weak", "gain", "amortised"} or token.sort is Sort.HEAD


def _is_at_once(sentence: Sentence, paid: int, given: int) -> bool:
    """投500返600: nothing but the verb stands between, and no term."""
    return sentence.tokens[given].start - sentence.tokens[paid].end <= 1 and sentence.before(paid, is_word("put"), 2) is not None


def _paid_in(sentence: Sentence, place: int) -> int | None:
    """The sum paid in: the one behind a verb of paying in, else the nearest amount before."""
    found = sentence.before(place, is_sum, 3 * FAR)
    while found is not None and sentence.before(found, is_word("put"), 8) is None:
        earlier = sentence.before(found, is_sum, FAR)
        if earlier is None:
            break
        found = earlier
    return found


def _paid_back(sentence: Sentence, paid: int, given: int, period: Period | None) -> Expression:
    assert period is not None
    principal, back = sentence.value(paid), sentence.value(given)
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
    found = gained("fixed_payback", *sentence.span(paid, given), back / principal, f"{plain(back)}/{plain(principal)}", period)
    note = "默认本金到期另还" if not is_inclusive else "返还含本金但没有写明期数，按本金另还计"
    return replace(found, principal=principal, alternative=net[0] if net and net[0] > 0 else None, note=note)


def _all_at_once(sentence: Sentence, paid: int, given: int, period: Period | None) -> Expression:
    """投10万一年连本带利给11.8万: more comes back than was paid in, so the principal is in it."""
    principal, back = sentence.value(paid), sentence.value(given)
    written = f"({plain(back)}−{plain(principal)})/{plain(principal)}"
    found = gained(
        "x_to_y" if period is None else "amortised", *sentence.span(paid, given), back / principal - 1, written, period
    )
    return replace(found, principal=principal, principal_returned=True)


def _net(sentence: Sentence, given: int, principal: Decimal, back: Decimal, period: Period) -> tuple[Decimal, str] | None:
    """The yearly gain if what is paid back includes the principal; needs the number of payments."""
    term = sentence.after(
        given,
        lambda token: (
            token.sort is Sort.COUNT or (token.period is not None and not token.period.is_adverb and token.value is not None)
        ),
        FAR,
    )
    if term is None:
        return None
    token = sentence.tokens[term]
    years = ONE / token.period.per_year if token.period else sentence.value(term) / period.per_year
    times = years * period.per_year
    gain = (back * times - principal) / principal / years
    written = f"({plain(back)}×{plain(times)}−{plain(principal)})/{plain(principal)}/{plain(years)}年 = {percent(gain)}"
    return gain, written
