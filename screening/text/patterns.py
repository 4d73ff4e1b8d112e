"""Named regular expressions (`rules/patterns.yaml`, RE2 syntax)."""

from pathlib import Path

from screening.reference.data_files import Strict, checked, read_yaml
from screening.text.rules import BoundedRegex


class Pattern(Strict):
    """A named regular expression (RE2 syntax); with `texts: false` it is for names and addresses, and no text is tried on it.

    `guards` are those of `rules/lexicon.yaml` that void a match, as they void a phrase.
    """

    label: str
    texts: bool = True
    guards: list[str] = []
    regex: str


class _Linear(Strict):
    """What a guarded pattern must be."""

    regex: BoundedRegex


def read_patterns(rules: Path) -> dict[str, Pattern]:
    """Every pattern by name; raises `InvalidRule`."""
    path = rules / "patterns.yaml"
    return {name: checked(Pattern, content, path, name) for name, content in read_yaml(path).items()}


def check_linear(rules: Path) -> None:
    """Raise `InvalidRule` for a guarded pattern with an open repeat: it is matched by an engine that goes back and tries again, too.

    Asked of what is to be changed only; what once scored is read as it stands.
    """
    path = rules / "patterns.yaml"
    for name, pattern in read_patterns(rules).items():
        if pattern.guards:
            checked(_Linear, {"regex": pattern.regex}, path, name)
