"""The many ways in which offices write the same date, amount, code and name."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from .model import Value

_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHJKLMNPQRTUWXY"}


class Speller:
    """Writes values as a careless clerk would; one per file, so that files do not disturb one another."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(seed)

    def date(self, day: Value) -> Value:
        """One of six spellings, an Excel date among them."""
        if not isinstance(day, date):
            return day
        plain = date(day.year, day.month, day.day)
        return self._rng.choice(
            (
                plain,
                plain,
                f"{plain:%Y-%m-%d}",
                f"{plain.year}/{plain.month}/{plain.day}",
                f"{plain:%Y%m%d}",
                f"{plain:%Y.%m.%d}",
                f"{plain.year}年{plain.month}月{plain.day}日",
            )
        )

    def written_date(self, day: Value) -> Value:
        """As `date`, always text: what a csv or an HTML table carries."""
        spelt = self.date(day)
        return f"{spelt:%Y-%m-%d} 00:00:00" if isinstance(spelt, date) else spelt

    def amount(self, wan: Value) -> Value:
        """An amount of 万元 written out with its unit."""
        if not isinstance(wan, int | float):
            return wan
        choices = [
            f"{wan:g}万元",
            f"{wan:g}万元人民币",
            f"人民币{wan:g}万元",
            f"{wan:,g}万元",
            f"{wan:g}万元".translate(_FULL_WIDTH),
        ]
        if wan >= 5000:
            choices += [f"{wan / 10000:g}亿元"] * 2
        return self._rng.choice(choices)

    def grouped(self, wan: Value) -> Value:
        """A number with thousands separators, the unit being in the header."""
        return f"{wan:,g}" if isinstance(wan, int | float) else wan

    def code(self, code: str) -> str:
        """A code, now and then in small letters, full width or with blanks."""
        draw = self._rng.random()
        if draw < 0.03:
            return code.lower()
        if draw < 0.05:
            return code.translate(_FULL_WIDTH)
        return f" {code} " if draw < 0.07 and code else code

    def quoted(self, code: str) -> str:
        """A code as exports protect it from Excel: an apostrophe or a tab in front."""
        return self._rng.choice(("'", "'", "\t", "")) + self.code(code) if code else ""

    def name(self, name: str) -> str:
        """A name, now and then with a blank at the end or with the other kind of brackets."""
        draw = self._rng.random()
        if draw < 0.03:
            return name + " "
        return name.replace("（", "(").replace("）", ")") if draw < 0.4 else name

    def moment(self, when: Value) -> Value:
        """A date and time, as text or as an Excel value."""
        if not isinstance(when, datetime):
            return when
        return self._rng.choice((when, f"{when:%Y-%m-%d %H:%M:%S}", f"{when:%Y/%m/%d %H:%M}"))

    def written_moment(self, when: Value) -> Value:
        """As `moment`, always text."""
        return f"{when:%Y-%m-%d %H:%M:%S}" if isinstance(when, datetime) else when
