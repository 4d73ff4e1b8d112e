"""What documents say and never say (`rules/documents/words.yaml`), and who sends them (`office.yaml`).

Words of other people (what complaints say, what officers noted) are put as the office puts them by `Wording.neutral`; `check_wording` is the last look at
every finished document: what is still there is refused, whoever wrote it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from screening.errors import InvalidRequest
from screening.reference.data_files import Strict, checked, read_once, read_yaml

FOLDER = "documents"
_AROUND = 12


class Forbidden(Strict):
    """A pattern that is never written, what is said instead, and why; `unless` a decision of the authority was made."""

    pattern: str
    say: str
    why: str
    unless: Literal["decision"] | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"“{pattern}”不是正确的正则") from error
        return pattern


class Door(Strict):
    """Where complaints come in, known by marks in source, file name or channel."""

    marks: str


class Wording(Strict):
    """The whole of `words.yaml`."""

    forbidden: tuple[Forbidden, ...]
    unplaced: str
    unplaced_sector: str
    unknown: str
    not_comparable: str
    blank: str
    draft: str
    example: str
    not_public: str
    disclaimer: str
    anonymous: str
    anonymous_other: str
    doors: Mapping[str, Door]
    other_door: str

    def neutral(self, text: str, *, is_decided: bool = False) -> str:
        """What somebody else said, as the office writes it."""
        for rule in self._standing(is_decided=is_decided):
            text = re.sub(rule.pattern, rule.say, text)
        return text

    def faults(self, text: str, *, is_decided: bool = False) -> list[str]:
        """Every forbidden word still in a text, each with what stands around it and why."""
        return [
            f"“{found[0]}”（…{text[max(0, found.start() - _AROUND) : found.end() + _AROUND]}…）：{rule.why}，请写“{rule.say}”"
            for rule in self._standing(is_decided=is_decided)
            for found in re.finditer(rule.pattern, text)
        ]

    def _standing(self, *, is_decided: bool) -> list[Forbidden]:
        return [rule for rule in self.forbidden if not (is_decided and rule.unless == "decision")]


class Office(Strict):
    """Who sends: names, the letters of document numbers (机关代字), whom to ask."""

    is_example: bool
    name: str
    short: str
    red_head: str
    district: str
    prefix: str
    report_to: str
    copies: str
    signer: str
    contact: str
    phone: str
    address: str
    partners: str


def check_wording(wording: Wording, text: str, document: str, *, is_decided: bool = False) -> None:
    """Raise `InvalidRequest` naming every forbidden word of a finished document."""
    if faults := wording.faults(text, is_decided=is_decided):
        raise InvalidRequest(
            f"{document}里有不能写的话，没有出文：" + "；".join(faults[:5]),
            "请改后再出；用语在 rules/documents/words.yaml。",
            {"words": faults},
        )


@read_once(f"{FOLDER}/words.yaml")
def read_wording(rules: Path) -> Wording:
    """The words; raises `InvalidRule` for a faulty file."""
    path = rules / FOLDER / "words.yaml"
    return checked(Wording, read_yaml(path), path)


def read_office(rules: Path) -> Office:
    """The office; raises `InvalidRule` for a faulty file."""
    path = rules / FOLDER / "office.yaml"
    return checked(Office, read_yaml(path), path)
