"""The other productions: multiples, grams of gold, buy-back, gifts and commissions, and what looks like them but is none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from screening.text.promises.expression import DOUBTFUL, LIKELY, Expression, gained
from screening.text.promises.numerals import plain
from screening.text.promises.paybacks import FAR, payback
from screening.text.promises.sentence import Sentence, is_comma, is_money, is_period, is_sum, is_word
from screening.text.promises.tokens import Sort, Token
from screening.text.words import Direction

Production = Callable[[Sentence], Iterator[Expression]]
_CHEAPER = {"优惠", "便宜"}
_SMALLEST_PAYMENT = 10
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
        paid = None if back is None else sentence.before(back, is_sum, FAR)
        if paid is None:
            paid = _bought_for(sentence, word)
        if back is None or paid is None:
            continue
        gain = sentence.value(back) / sentence.value(paid) - 1
        if gain <= 0:
            continue
        sentence.used |= {back, paid}
        written = f"({plain(sentence.value(back))}−{plain(sentence.value(paid))})/{plain(sentence.value(paid))}"
        yield gained(
            "buyback", *sentence.span(min(paid, word), max(paid, word)), gain, written, sentence.period_near(back, FAR, 8)
        )


def _bought_for(sentence: Sentence, word: int) -> int | None:
    """The price told behind the buy-back: 以11万元回购我10万元买的金条; 以每克900元回收,我买的时候每克750元."""
    paid = sentence.after(word, is_sum, FAR)
    if paid is None:
        return None
    is_bought = sentence.after(paid, is_word("put"), 2) is not None or sentence.before(paid, is_word("put"), 8) is not None
    return paid if is_bought else None


def becoming(sentence: Sentence) -> Iterator[Expression]:
    """半年1万变1万5."""
    for word in list(sentence.words("become")):
        before = sentence.before(word, is_money, 8)
        if before is None:  # 三年后变成5万,现在交2万
            before = sentence.after(word, partial(_is_paid, sentence), FAR)
        after = sentence.after(word, is_money, 2)
        if before is None or after is None or not _is_growth(sentence, before, after):
            continue
        sentence.used |= {before, after}
        gain = sentence.value(after) / sentence.value(before) - 1
        written = f"({plain(sentence.value(after))}−{plain(sentence.value(before))})/{plain(sentence.value(before))}"
        yield gained(
            "x_to_y", *sentence.span(min(before, after), max(before, after)), gain, written, sentence.period_near(word, 14, 8)
        )


def _is_growth(sentence: Sentence, before: int, after: int) -> bool:
    """A sum that grows, not a price: 工费每克15变成每克30 is a quarrel over a bill."""
    is_price = any(token.sort is Sort.PER_GRAM or token.word in {"fee", "price_move"} for token in sentence.tokens)
    return not is_price and sentence.value(after) > sentence.value(before) >= _SMALLEST_STAKE


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
        found = gained("multiple", *sentence.span(i, i), low, written, sentence.period_near(i, FAR, 8))
        if token.value - 1 != low:
            alternative = None if found.period is None else (token.value - 1) * found.period.per_year
            found = replace(
                found, alternative=alternative, confidence=min(found.confidence, LIKELY), note="倍数有两种理解，取低者"
            )
        yield found


def grams(sentence: Sentence) -> Iterator[Expression]:
    """存100克黄金每月返1克: a rate without a gold price."""
    for back in list(sentence.of(Sort.GRAM)):
        give = sentence.before(back, lambda token: token.word == "give" or token.sort is Sort.HEAD, 4)
        put = None if give is None else sentence.before(give, lambda token: token.sort is Sort.GRAM, FAR)
        if give is None or put is None:
            continue
        period = give if sentence.tokens[give].sort is Sort.HEAD else sentence.before(give, is_period, 8)
        sentence.used |= {back, put}
        paid_in, paid_out = sentence.value(put), sentence.value(back)
        is_all = paid_out > paid_in
        rate = (paid_out - paid_in if is_all else paid_out) / paid_in
        written = f"({plain(paid_out)}−{plain(paid_in)})/{plain(paid_in)}" if is_all else f"{plain(paid_out)}/{plain(paid_in)}"
        yield gained(
            "gold_gram", *sentence.span(put, back), rate, written, None if period is None else sentence.tokens[period].period
        )


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
    kind = "gold_discount" if sentence.tokens[verb].text in _CHEAPER else "gold_price"
    prices = [i for i in sentence.of(Sort.AMOUNT, Sort.NUMBER) if sentence.value(i) > sentence.value(sum_place)]
    period = sentence.period_near(place, FAR, FAR)
    start, end = sentence.tokens[place].start, sentence.tokens[sum_place].end
    if period is None and kind == "gold_discount":  # nothing is waited for: a sale
        return Expression("promotion", start, end, direction="none")
    if not prices:
        return Expression(kind, start, end, period=period, confidence=DOUBTFUL, note="没有写明买入价，不折算年化")
    price = min(prices, key=lambda i: abs(sentence.tokens[i].start - end))
    sentence.used.add(price)
    rate = sentence.value(sum_place) / sentence.value(price)
    written = f"{plain(sentence.value(sum_place))}/{plain(sentence.value(price))}"
    return gained(kind, *sentence.span(place, sum_place), rate, written, period)


def per_wan(sentence: Sentence) -> Iterator[Expression]:
    """万元日利5元, 一万块一天5块."""
    for place in list(sentence.of(Sort.PER_WAN)):
        sum_place = sentence.after(place, is_money, 10)
        if sum_place is None or sentence.value(sum_place) >= 10000:
            continue
        found = sentence.before(sum_place, is_period, 10)
        period = sentence.tokens[found].period if found is not None else None
        sentence.used |= {place, sum_place}
        rate = sentence.value(sum_place) / 10000
        written = f"{plain(sentence.value(sum_place))}/10000"
        kind = "per_wan" if period is None else f"per_wan_{_adverb(period.code)}"
        yield gained(kind, *sentence.span(place, sum_place), rate, written, period)


def _adverb(code: str) -> str:
    return {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "annual"}.get(code, code)


def prepaid(sentence: Sentence) -> Iterator[Expression]:
    """充1万送3000 and 满1000减100: a gift or a cut at once, never a yearly return."""
    for i in sentence.words("bonus", "cut"):
        token = sentence.tokens[i]
        paid, given = sentence.before(i, is_sum, 4), sentence.after(i, is_money, 3)
        if paid is None or given is None:
            continue
        sentence.used |= {paid, given}
        kind = "prepaid_bonus" if token.word == "bonus" else "promotion"
        is_large = token.word == "bonus" and sentence.value(paid) >= _SMALLEST_STAKE  # 买二送一 is a sale
        direction: Direction = "invest" if is_large else "none"
        rate = sentence.value(given) / sentence.value(paid)
        yield Expression(
            kind, sentence.tokens[paid].start, sentence.tokens[given].end, rate, direction=direction, note="一次性，不折算年化"
        )


def commission(sentence: Sentence) -> Iterator[Expression]:
    """介绍一个人给500元, 拉一个人头奖励800元: paid for bringing people, never for money put in."""
    for i in list(sentence.words("commission")):
        given = sentence.after(i, lambda token: token.sort is Sort.AMOUNT, 12, stop=is_comma)
        verb = sentence.after(i, is_word("give", "bonus"), 8, stop=is_comma)
        if given is None or verb is None or verb > given:
            continue
        sentence.used.add(given)
        start, end = sentence.span(i, given)
        yield Expression("commission", start, end, direction="invest", note="拉人的奖励，不折算年化")


def repayment(sentence: Sentence) -> Iterator[Expression]:
    """每月要还2000, 月供3000: what a borrower pays back."""
    for i in list(sentence.words("repay")):
        paid = sentence.after(i, is_money, 1 if sentence.tokens[i].text == "还" else 4)
        if paid is None or sentence.value(paid) < _SMALLEST_PAYMENT:  # 还缺斤少两
            continue
        if sentence.before(i, is_word("amortised"), 4) is not None and any(True for _ in sentence.words("put")):
            continue  # 每月连本带息还2000: what is paid back to the one who put in
        sentence.used.add(paid)
        yield Expression("repayment", sentence.tokens[i].start, sentence.tokens[paid].end, direction="borrow")


PRODUCTIONS: tuple[Production, ...] = (
    discount,
    prepaid,
    commission,
    repayment,
    buyback,
    becoming,
    multiple,
    grams,
    per_gram,
    per_wan,
    payback,
)
