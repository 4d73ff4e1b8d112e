"""`rules/text.yaml`, checked: evasive spellings, hearsay, which way money flows, and the words of promised returns."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from screening.reference.data_files import Strict, checked, read_yaml

_UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{\d*,\}")


def _bounded(regex: str) -> str:
    """The expression, if it has bounded repeats only, so that any text is read in linear time; raises `ValueError`."""
    if _UNBOUNDED.search(regex):
        raise ValueError(f"正则 {regex} 含没有上限的重复（* + {{n,}}），请改成 {{0,8}} 这样的写法")
    try:
        re.compile(regex)
    except re.error as error:
        raise ValueError(f"正则 {regex} 写法有误：{error}") from error
    return regex


BoundedRegex = Annotated[str, AfterValidator(_bounded)]


class Hearsay(Strict):
    """Words that make what is said in their sentence second-hand, and the share of its weight that is left."""

    words: list[str]
    factor: float


class DirectionWords(Strict):
    """Which way money flows: patterns of lending out and borrowing, consumer talk, trades that lend (they decide where nothing else does), trades that take money without saying so."""

    lend_out: list[BoundedRegex]
    borrow_from: list[BoundedRegex]
    consumer: list[str]
    fund_taking: list[str]
    lenders: list[str] = []  # a book from before there were any reads as it did


class TextRules(Strict):
    """The whole file; `promise` and `senses` map a family to its words."""

    homophones: dict[str, str]
    hearsay: Hearsay
    direction: DirectionWords
    not_claimed: list[str]
    promise: dict[str, list[str]]
    senses: dict[str, list[str]]


def read_text_rules(rules: Path) -> TextRules:
    """Raises `InvalidRule` for a faulty file."""
    path = rules / "text.yaml"
    return checked(TextRules, read_yaml(path), path)
