"""Reads the YAML under rules/ and says, by file and key, what is wrong with it."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from screening.errors import InvalidRule

T = TypeVar("T")


class Strict(BaseModel):
    """A definition that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_yaml(path: Path) -> Any:
    """The content of one YAML file; raises `InvalidRule` naming file and line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError as error:
        raise InvalidRule(
            f"规则目录缺少文件 {path.name}", "请恢复该文件，或检查 SCREENING_RULES 指向的目录。", {"file": str(path)}
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行附近" if mark else "编码或格式"
        raise InvalidRule(
            f"{path.name} {line}不是正确的 YAML", "请检查缩进、冒号后的空格和引号。", {"file": str(path)}
        ) from error


def checked(type_: type[T], content: Any, path: Path, item: str = "") -> T:
    """`content` as `type_`; raises `InvalidRule` naming file, item and key of the first fault."""
    try:
        return TypeAdapter(type_).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InvalidRule(
            f"{path.name}{f' 中 {item}' if item else ''} 的“{key}”不合要求：{first['msg']}",
            "请对照 rules/README.md 修改。",
            {"file": str(path), "item": item, "key": key},
        ) from error
