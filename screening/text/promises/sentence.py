"""The tokens of one sentence, with the questions productions ask of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from screening.text.promises.tokens import Period, Sort, Token

Wanted = Callable[[Token], bool]
MONEY = (Sort.AMOUNT, Sort.NUMBER)
# Every production begins or ends with one of these.
_FIGURES = {*MONEY, Sort.RATE, Sort.SLANG, Sort.STEP, Sort.MULTIPLE, Sort.GRAM, Sort.DISCOUNT}
_SMALLEST_BARE = 100
_LONG, _LONGEST = 80, 160  # tokens of one sentence


@dataclass
class Sentence:
    """Tokens between two sentence ends; `used` are those a production has already read."""

    tokens: Sequence[Token]
    used: set[int] = field(default_factory=set)
    _by_sort: dict[str, list[int]] = field(default_factory=dict)
    _by_word: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, token in enumerate(self.tokens):
            self._by_sort.setdefault(token.sort, []).append(place)
            if token.word:
                self._by_word.setdefault(token.word, []).append(place)

    @property
    def has_figures(self) -> bool:
        """Whether anything stands here that an expression can be made of."""
        return not _FIGURES.isdisjoint(self._by_sort)

    def value(self, place: int) -> Decimal:
        """The number at a place known to hold one."""
        value = self.tokens[place].value
        assert value is not None, "sums carry their value"
        return value

    def span(self, first: int, last: int) -> tuple[int, int]:
        """From the start of one token to the end of another."""
        return self.tokens[first].start, self.tokens[last].end

    def of(self, *sorts: Sort) -> Iterator[int]:
        """Places of unused tokens of these sorts."""
        return (place for place in _places(self._by_sort, sorts) if place not in self.used)

    def words(self, *families: str) -> Iterator[int]:
        """Places of words of these families."""
        return iter(_places(self._by_word, families))

    def before(self, place: int, wanted: Wanted, reach: int, stop: Wanted | None = None) -> int | None:
        """The nearest wanted token that ends at most `reach` characters before, unless a stopping one lies between."""
        start = self.tokens[place].start
        return self._nearest(range(place - 1, -1, -1), lambda token: start - token.end > reach, wanted, stop)

    def after(self, place: int, wanted: Wanted, reach: int, stop: Wanted | None = None) -> int | None:
        """The nearest wanted token that starts at most `reach` characters behind, unless a stopping one lies between."""
        end = self.tokens[place].end
        return self._nearest(range(place + 1, len(self.tokens)), lambda token: token.start - end > reach, wanted, stop)

    def _nearest(self, order: Iterable[int], is_far: Wanted, wanted: Wanted, stop: Wanted | None) -> int | None:
        for i in order:
            token = self.tokens[i]
            if is_far(token):
                return None
            if wanted(token) and i not in self.used:
                return i
            if stop is not None and stop(token):
                return None
        return None

    def period_near(self, place: int, back: int, forth: int) -> Period | None:
        """The nearest period before, else behind."""
        found = self.before(place, is_period, back)
        if found is None:
            found = self.after(place, is_period, forth)
        return None if found is None else self.tokens[found].period


def _places(found: Mapping[str, Sequence[int]], names: Sequence[str]) -> Sequence[int]:
    """Where any of these stands, in order."""
    if len(names) == 1:
        return found.get(names[0], ())
    return sorted(place for name in names for place in found.get(name, ()))


def is_period(token: Token) -> bool:
    """A period, alone or within a word such as 月息."""
    return token.period is not None


def is_money(token: Token) -> bool:
    """An amount, or a bare number that may be one."""
    return token.sort in MONEY


def is_sum(token: Token) -> bool:
    """Money that may have been paid in: an amount, or a bare number no smaller than a hundred (一头牛 is none)."""
    if token.value is None or token.value <= 0 or token.sort not in (*MONEY, Sort.PER_WAN):
        return False
    return token.sort is not Sort.NUMBER or token.value >= _SMALLEST_BARE


def is_comma(token: Token) -> bool:
    """A clause ends here."""
    return token.sort is Sort.COMMA


def is_word(*families: str) -> Callable[[Token], bool]:
    """A word of these families."""
    return lambda token: token.word in families


def sentences(tokens: Sequence[Token]) -> Iterator[Sentence]:
    """Cut at 。;!?, and at a comma where a sentence runs on and on: productions look at a sentence as a whole, so that its length must be bounded."""
    current: list[Token] = []
    for token in tokens:
        if token.sort is not Sort.END:
            current.append(token)
            if len(current) < (_LONG if is_comma(token) else _LONGEST):
                continue
        if current:
            yield Sentence(current)
        current = []
    if current:
        yield Sentence(current)
