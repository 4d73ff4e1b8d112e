"""Dated numbers from law or office decision: `rules/parameters/*.yaml`, each value with the day it holds from and its source."""

from datetime import date
from pathlib import Path

from screening.errors import InvalidRule
from screening.reference.data_files import Strict, checked, read_yaml


class DatedValue(Strict):
    """A value and the day it holds from; `verified: false` where no official text was read."""

    from_: date
    value: float | int
    source: str
    verified: bool = True


class Parameter(Strict):
    """One number: what it is, its unit, and its values in time."""

    label: str
    unit: str
    values: list[DatedValue]

    def on(self, day: date) -> float | int | None:
        """The value in force on a day; None before the first."""
        in_force = [value for value in self.values if value.from_ <= day]
        return max(in_force, key=lambda value: value.from_).value if in_force else None


def read_parameters(rules: Path) -> dict[str, Parameter]:
    """Every parameter by name; raises `InvalidRule` when one is defined twice."""
    found: dict[str, Parameter] = {}
    for path in sorted((rules / "parameters").glob("*.yaml")):
        for name, content in (read_yaml(path) or {}).items():
            if name in found:
                raise InvalidRule(f"参数 {name} 重复定义（{path.name}）", "请只保留一处。", {"file": str(path), "item": name})
            values = [{("from_" if key == "from" else key): v for key, v in value.items()} for value in content.get("values", [])]
            found[name] = checked(Parameter, content | {"values": values}, path, name)
    return found


def parameters_on(rules: Path, day: date) -> dict[str, float | int]:
    """The numbers in force on a day, by name."""
    values = {name: parameter.on(day) for name, parameter in read_parameters(rules).items()}
    return {name: value for name, value in values.items() if value is not None}
