"""Named regular expressions (`rules/patterns.yaml`, RE2 syntax)."""

from pathlib import Path

from screening.reference.data_files import Strict, checked, read_yaml


class Pattern(Strict):
    """A named regular expression (RE2 syntax); with `texts: false` it is for names and addresses, and no text is tried on it.

    `guards` are those of `rules/lexicon.yaml` that void a match, as they void a phrase.
    """

    label: str
    texts: bool = True
    guards: list[str] = []
    regex: str


def read_patterns(rules: Path) -> dict[str, Pattern]:
    """Every pattern by name; raises `InvalidRule`."""
    path = rules / "patterns.yaml"
    return {name: checked(Pattern, content, path, name) for name, content in read_yaml(path).items()}
