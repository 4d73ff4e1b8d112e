"""Dated numbers from law or office decision: `rules/parameters/*.yaml`, each value with the day it holds from and its source."""

from datetime import date
from pathlib import Path

from pydantic import Field, model_validator

from screening.reference.data_files import Strict, checked, read_once, read_yaml
from screening.reference.faults import Place

_HIGHEST = 1e15  # beyond, a double no longer tells neighbours apart


class DatedValue(Strict):
    """A value and the day it holds from; `verified: false` where no official text was read.

    Never negative: a lower bound times a negative number would be an upper bound, and could hide a hit.
    """

    from_: date = Field(alias="from")
    value: float | int = Field(ge=0, le=_HIGHEST, allow_inf_nan=False)
    source: str
    verified: bool = True


class Parameter(Strict):
    """One number: what it is, its unit, and its values in time."""

    label: str
    unit: str
    values: list[DatedValue] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_a_day(self) -> "Parameter":
        if len({value.from_ for value in self.values}) < len(self.values):
            raise ValueError("有两行的 from 是同一天，不知以哪行为准")
        return self

    def on(self, day: date) -> float | int | None:
        """The value in force on a day; None before the first."""
        in_force = [value for value in self.values if value.from_ <= day]
        return max(in_force, key=lambda value: value.from_).value if in_force else None


@read_once("parameters/*.yaml")
def read_parameters(rules: Path) -> dict[str, Parameter]:
    """Every parameter by name; raises `InvalidRule` when one is defined twice."""
    found: dict[str, Parameter] = {}
    for path in sorted((rules / "parameters").glob("*.yaml")):
        parameters = checked(dict[str, Parameter], read_yaml(path), path)
        if twice := sorted(found.keys() & parameters.keys()):
            raise Place(path, (twice[0],)).fault("这个参数在别的文件里已有定义", "请只保留一处，或换一个名称。")
        found |= parameters
    return found


def parameters_on(rules: Path, day: date) -> dict[str, float | int]:
    """The numbers in force on a day, by name."""
    values = {name: parameter.on(day) for name, parameter in read_parameters(rules).items()}
    return {name: value for name, value in values.items() if value is not None}
