"""Where something under rules/ is wrong, and how to say so: file, line, rule, key, and the nearest word that would have been right."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

from screening.errors import InvalidRule

Key = str | int
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FOLDERS = {"parameters", "sectors", "fields", "sources", "documents", "catalogue"}  # complaints.yaml stands in several
_ALIKE = 65  # of 100: `pionts` is like `points` (83), `risk_level` like none of a rule's keys


@dataclass(frozen=True)
class Place:
    """A spot in a YAML file: the keys and list positions that lead to it, and the rule it belongs to."""

    path: Path
    at: tuple[Key, ...] = ()
    rule: str = ""

    def down(self, *keys: Key) -> "Place":
        """The place so many keys further in."""
        return Place(self.path, self.at + keys, self.rule)

    def fault(self, message: str, hint: str, **more: object) -> InvalidRule:
        """What is wrong here, as an error that says where; `more` is added to its `where`."""
        line, found = _find(self.path, self.at)
        key = ".".join(str(part) for part in (found[1:] if self.rule else found))
        said = [f"规则 {self.rule}" if self.rule else "", f"“{key}”" if key else ""]
        where = {name: value for name, value in (("rule", self.rule), ("key", key)) if value}
        return fault_in(self.path, line, " ".join([*filter(None, said), message]), hint, **where, **more)


def fault_in(path: Path, line: int, message: str, hint: str, **more: object) -> InvalidRule:
    """What is wrong in a line of a file; `more` is added to `where`."""
    name = file_name(path)
    return InvalidRule(f"{name} 第 {line} 行：{message}", hint, {"file": name, "line": line, **more})


def file_name(path: Path) -> str:
    """A file as an officer knows it: `grades.yaml`, `sectors/gold_shop.yaml`."""
    return f"{path.parent.name}/{path.name}" if path.parent.name in _FOLDERS else path.name


def did_you_mean(word: str, known: Mapping[str, str]) -> str:
    """`是不是 gold_shop（黄金饰品店）？` for a word like a known code or its label; empty where nothing is alike."""
    codes = {label: code for code, label in known.items() if label} | {code: code for code in known}
    found = process.extractOne(word, list(codes), scorer=fuzz.ratio, processor=str.lower, score_cutoff=_ALIKE)
    if found is None:
        return ""
    code = codes[found[0]]
    return f"是不是 {code}{f'（{known[code]}）' if known[code] else ''}？"


def _find(path: Path, at: tuple[Key, ...]) -> tuple[int, tuple[Key, ...]]:
    """The line of the innermost part of a place that is really in the file, and that part."""
    node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=SAFE_LOADER)
    line, found = 1, 0
    for part in at:
        inner = _inner(node, part)
        if inner is None:
            break
        (line, node), found = inner, found + 1
    return line, at[:found]


def _inner(node: yaml.Node | None, part: Key) -> tuple[int, yaml.Node] | None:
    """Line and content of one key or list position."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None
