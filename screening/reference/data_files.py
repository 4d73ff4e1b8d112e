"""Reads the YAML under rules/ and says, by file, line and key, what is wrong with it.

Anybody may edit these files: aliases, tags, deep nesting and keys written twice are refused before anything is built from them.
"""

import functools
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from screening.errors import InvalidRule
from screening.reference.faults import SAFE_LOADER, Place, did_you_mean, fault_in, file_name
from screening.vocabulary import Word

T = TypeVar("T")

_DEEPEST = 20
_FOLDERS_KEPT = 8  # rules folders at once: the one that scores, drafts, a rehearsal's
_MANUAL = "请对照 rules/README.md 修改。"
_LIST, _MAPPING, _TRUTH = "应是清单：每项一行，以“- ”开头", "应写成“名称: 内容”", "应是 true 或 false"
_SAID = {  # by pydantic's kind of error; a whole kind by its first word
    "string_type": "应是文字",
    "bool": _TRUTH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "too_short": "至少写一项",
    "int": "应是整数",
    "float": "应是数字",
    "finite_number": "应是普通的数字",
    "date": "应是日期，如 2026-01-31",
    "greater_than_equal": "不能小于 {ge:g}",
    "less_than_equal": "不能大于 {le:g}",
}


class Strict(BaseModel):
    """A definition that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, content: Any) -> Any:
        """As `extra="forbid"`, but with the keys that would have been right."""
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in content if isinstance(content, dict) else ():
            if key not in known:
                raise PydanticCustomError("unknown_key", "没有这一项", {"key": key, "known": known})
        return content


class _Refused(yaml.MarkedYAMLError):
    """Correct YAML that has no place here: what is wrong as `problem`, what to do as `note`."""


class _Loader(SAFE_LOADER):  # type: ignore[misc, valid-type]  # in C where there is one
    """The safe loader, with a line for every fault, and no key twice."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """As the loader's own, which says of 2026-02-30 that it is none, but not where."""
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise _Refused(
                problem=f"“{node.value[:40]}”不是正确的数字或日期", problem_mark=node.start_mark, note="请核对；文字请加引号。"
            ) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        """As the loader's own, which lets the last of two equal keys win unnoticed."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                raise _Refused(problem="冒号前面应是一个名称", problem_mark=key.start_mark, note=_MANUAL)
            if key.value in seen:
                raise _Refused(problem=f"“{key.value}”写了两次", problem_mark=key.start_mark, note="请只保留一处。")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_text(path: Path) -> str:
    """The text of one file under rules/; raises `InvalidRule` when it is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as error:
        name = file_name(path)
        hint = "请恢复该文件，或检查 SCREENING_RULES 指向的目录。"
        raise InvalidRule(f"规则目录缺少文件 {name}", hint, {"file": name}) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise fault_in(path, line, "不是 UTF-8 编码的文字", "用记事本打开，另存为，编码选 UTF-8。") from error


def read_yaml(path: Path) -> Any:
    """The content of one YAML file; raises `InvalidRule` naming file and line."""
    text = read_text(path)
    try:
        _refuse_tricks(yaml.parse(text, Loader=SAFE_LOADER))
        content = yaml.load(text, Loader=_Loader)
    except _Refused as error:
        raise fault_in(path, _line_of(error), str(error.problem), str(error.note)) from error
    except yaml.MarkedYAMLError as error:
        line = _line_of(error)
        raise fault_in(path, line, "这里或上一行不是正确的 YAML", _spelling_hint(text, line)) from error
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        raise fault_in(path, line, "有看不见的控制字符", "请删去这一行，重新输入。") from error
    if content is None:
        raise fault_in(path, 1, "文件是空的", "请恢复原来的内容；不再用的规则改为 status: retired，不要删除。")
    return content


def read_once(*names: str) -> Callable[[Callable[[Path], T]], Callable[[Path], T]]:
    """Makes a reader of a rules folder read again only when one of these files (or patterns) changed. What it returns is shared: nobody may change it."""

    def keep(read: Callable[[Path], T]) -> Callable[[Path], T]:
        @functools.lru_cache(maxsize=_FOLDERS_KEPT)
        def kept(rules: Path, _changed: tuple[tuple[str, int, int], ...]) -> T:
            return read(rules)

        @functools.wraps(read)
        def found(rules: Path) -> T:
            return kept(rules, tuple(stamp for name in names for stamp in _stamps(rules, name)))

        return found

    return keep


def _stamps(rules: Path, name: str) -> list[tuple[str, int, int]]:
    """Name, time and size of the files of that name: what changes when somebody edits one."""
    files = sorted(rules.glob(name)) if "*" in name else [rules / name]
    return [(file.name, state.st_mtime_ns, state.st_size) for file in files if file.is_file() and (state := file.stat())]


def checked(type_: type[T], content: Any, path: Path, item: str = "") -> T:
    """`content` as `type_`; raises `InvalidRule` naming file, line, item and key of the first fault."""
    return checked_at(type_, content, Place(path, (item,) if item else ()))


def checked_at(type_: type[T], content: Any, place: Place) -> T:
    """`content`, which stands at `place`, as `type_`; raises `InvalidRule` as `checked` does."""
    try:
        return TypeAdapter(type_).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        message, hint = _in_chinese(first)
        key = (first["ctx"]["key"],) if first["type"] == "unknown_key" else ()
        raise place.down(*first["loc"], *key).fault(message, hint) from error


def _refuse_tricks(events: Iterable[Any]) -> None:
    """Event by event, as nothing is built from them: an alias may stand for gigabytes, and deep nesting overflows the stack."""
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if getattr(event, "anchor", None):  # an alias has one too
            problem, note = "不能用 & 和 * 引用别处的内容", "请把内容写全；以 * 或 & 开头的文字加引号。"
        elif getattr(event, "tag", None):
            problem, note = f"不能用标签 {event.tag}", "请删去标签；以 ! 开头的文字加引号。"
        elif depth > _DEEPEST:
            problem, note = f"套了 {_DEEPEST} 层以上", "请检查括号和缩进。"
        else:
            continue
        raise _Refused(problem=problem, problem_mark=event.start_mark, note=note)


def _line_of(error: yaml.MarkedYAMLError) -> int:
    return error.problem_mark.line + 1 if error.problem_mark else 1


def _spelling_hint(text: str, line: int) -> str:
    """What most often goes wrong, looked for in the line and the one above."""
    near = "\n".join(text.split("\n")[max(line - 2, 0) : line])
    if "\t" in near:
        return "缩进请用空格，不要用 Tab 键。"
    if re.search(r"^[\s-]*\w+：", near, re.MULTILINE):
        return "冒号请用半角的“:”，后面空一格。"
    return "请检查缩进、冒号后的空格、引号和括号是否成对。"


def _in_chinese(error: ErrorDetails) -> tuple[str, str]:
    """What is wrong and what to do, of one of pydantic's errors."""
    kind, context, given = error["type"], error.get("ctx", {}), error["input"]
    if kind == "unknown_key":
        known = list(context["known"])
        return error["msg"], f"{did_you_mean(str(context['key']), dict.fromkeys(known, ''))}可写：{'、'.join(known)}。"
    if kind == "missing":
        return f"缺少“{error['loc'][-1]}”", _MANUAL
    if kind in ("enum", "literal_error"):
        words = _labelled(re.findall(r"'([^']*)'", context["expected"]))
        listed = "、".join(f"{code}（{label}）" if label else code for code, label in words.items())
        return f"不能写“{given}”", f"{did_you_mean(str(given), words)}可写：{listed}。"
    if kind == "value_error":
        return str(context["error"]), _MANUAL
    said = _SAID.get(kind) or _SAID.get(kind.split("_")[0]) or "写法不对"
    shown = f"，现为“{given}”" if isinstance(given, (str, int, float)) and len(str(given)) < 40 else ""
    return said.format(**context) + shown, _MANUAL


def _labelled(codes: list[str]) -> dict[str, str]:
    """Codes with their Chinese labels, where they are words of the house."""
    words = next((words for words in Word.__subclasses__() if [word.value for word in words] == codes), None)
    return {word.value: word.label for word in words} if words else dict.fromkeys(codes, "")
