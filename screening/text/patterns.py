"""Named regular expressions (`rules/patterns.yaml`, RE2 syntax)."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from screening.reference.data_files import Strict, checked, read_yaml
from screening.text.rules import bounded


class Pattern(Strict):
    """A named regular expression (RE2 syntax); with `texts: false` it is for names and addresses, and no text is tried on it.

    `guards` are those of `rules/lexicon.yaml` that void a match, as they void a phrase.
    """

    label: str
    texts: bool = True
    guards: list[str] = []
    regex: str

    @model_validator(mode="after")
    def _reads_in_linear_time(self) -> Self:
        """What is guarded is matched here, too, by an engine that goes back and tries again: its repeats must be bounded."""
        if self.guards:
            bounded(self.regex)
        return self


def read_patterns(rules: Path) -> dict[str, Pattern]:
    """Every pattern by name; raises `InvalidRule`."""
    path = rules / "patterns.yaml"
    return {name: checked(Pattern, content, path, name) for name, content in read_yaml(path).items()}
