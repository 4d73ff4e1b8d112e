"""Questions to a register that is never held whole: what a question needs and is not here is noted, the question put aside, and all that is wanted fetched at once.

A page is everything the register has under one key, never a part of it, so that an answer does not depend on what was fetched when.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Page = TypeVar("Page")
Question = TypeVar("Question")
Answer = TypeVar("Answer")


class NotHereError(Exception):
    """A page has to be fetched before the question can be answered."""


class Pages(Generic[Key, Page]):
    """The pages of one kind that are here. `fetch` gets those of many keys, of keys that the register does not have, too."""

    def __init__(self, fetch: Callable[[Collection[Key]], Mapping[Key, Page]]) -> None:
        self._fetch = fetch
        self._here: dict[Key, Page] = {}
        self._wanted: set[Key] = set()

    def of(self, key: Key) -> Page:
        """The page of a key; raises `NotHereError` when it has to be fetched."""
        if key not in self._here:
            self._wanted.add(key)
            raise NotHereError
        return self._here[key]

    def of_all(self, keys: Iterable[Key]) -> list[Page]:
        """The pages of several keys; all that are missing are wanted at once."""
        return each(self.of, keys)

    def turn(self) -> None:
        """Fetch what was wanted."""
        if self._wanted:
            self._here.update(self._fetch(self._wanted))
            self._wanted.clear()

    def drop(self) -> None:
        """Let go of all pages."""
        self._here.clear()


def each(ask: Callable[[Question], Answer], questions: Iterable[Question]) -> list[Answer]:
    """Ask them all, so that each says what it wants, before having to wait for any."""
    found, waiting = [], False
    for question in questions:
        try:
            found.append(ask(question))
        except NotHereError:
            waiting = True
    if waiting:
        raise NotHereError
    return found


def called(ask: Callable[[], Answer]) -> Answer:
    """For `each`: what asking without saying what gives."""
    return ask()


def answers(
    ask: Callable[[Question], Answer], questions: Iterable[Question], pages: Sequence[Pages[Any, Any]], at_once: int
) -> Iterator[tuple[Question, Answer]]:
    """Every question with its answer, so many at once, in any order; the pages are dropped in between."""
    source = iter(questions)
    while asked := list(islice(source, at_once)):
        while asked:
            aside = []
            for question in asked:
                try:
                    yield question, ask(question)
                except NotHereError:
                    aside.append(question)
            for kind in pages:
                kind.turn()
            asked = aside
        for kind in pages:
            kind.drop()
