"""The rule book as a manual that an officer reads: made from the very rows that score, so it cannot say otherwise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from screening.features.catalogue import Feature, read_features
from screening.reference.parameters import Parameter, read_parameters
from screening.rulebook.book import Rulebook
from screening.rulebook.rule import TENTHS, Rule
from screening.vocabulary import Sector

_NAME = re.compile(r":?[a-z_][a-z0-9_]*", re.IGNORECASE)
_WORDS = {"and": "，并且", "or": "，或者", "not": "不是", "in": "属于", "between": "介于", "true": "是", "false": "否"}
_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}


@dataclass(frozen=True)
class Entry:
    """One rule for reading. `conditions`: (condition in Chinese, points), the highest first; `numbers` the parameters it rests on, with source."""

    rule: Rule
    conditions: list[tuple[str, float]]
    sectors: str
    basis: list[str]
    numbers: list[str]


def manual(book: Rulebook, day: date) -> dict[str, list[Entry]]:
    """Group label → its rules in order, with the numbers in force on a day."""
    features, parameters = read_features(), read_parameters(book.folder)
    groups: dict[str, list[Entry]] = {}
    for rule in book.rules.values():
        conditions = [(readable(step.when, features, parameters, day), step.points / TENTHS) for step in rule.levels]
        sectors = "所有行业" if len(rule.sectors) == len(Sector) else "、".join(sector.label for sector in rule.sectors)
        basis = [book.sources[ref.source].cite(ref.article) for ref in rule.basis]
        used = sorted({name[1:] for step in rule.levels for name in _NAME.findall(step.when) if name.startswith(":")})
        numbers = [_number(parameters[name], day) for name in used if name in parameters]
        label = book.grades.labels.get(rule.group, rule.group)
        groups.setdefault(label, []).append(Entry(rule, conditions, sectors, basis, numbers))
    return groups


def readable(condition: str, features: Mapping[str, Feature], parameters: Mapping[str, Parameter], day: date) -> str:
    """A condition with names and signs as people say them."""

    def word(match: re.Match[str]) -> str:
        name = match[0]
        if name.startswith(":") and name[1:] in parameters:
            parameter = parameters[name[1:]]
            return f"{parameter.label}（{_value(parameter, day)}）"
        if name in features:
            return f"“{features[name].label}”"
        return _WORDS.get(name.lower(), name)

    said = _NAME.sub(word, condition)
    for sign, shown in _SIGNS.items():
        said = said.replace(sign, shown)
    return " ".join(said.split()).replace(" ，", "，")


def _value(parameter: Parameter, day: date) -> str:
    value = parameter.on(day)
    if value is None:
        return "未生效"
    return f"{value * 100:g}%" if parameter.unit == "比例" else f"{value:,g}{parameter.unit}"


def _number(parameter: Parameter, day: date) -> str:
    dated = max((value for value in parameter.values if value.from_ <= day), key=lambda value: value.from_, default=None)
    if dated is None:
        return f"{parameter.label}：未生效"
    return f"{parameter.label}：{_value(parameter, day)}，{dated.from_}起，{dated.source}{'' if dated.verified else '（待核）'}"
