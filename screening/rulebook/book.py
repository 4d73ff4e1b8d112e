"""The rule book: every rule under rules/, checked against features, parameters and legal sources, with a version that is the hash of its content."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from screening.features.catalogue import Feature, read_features, source_texts
from screening.identity.name_parts import read_name_rules
from screening.reference.areas import read_areas
from screening.reference.data_files import checked, checked_at, read_yaml
from screening.reference.faults import Key, Place, did_you_mean
from screening.reference.parameters import Parameter, parameters_on, read_parameters
from screening.reference.sectors import read_sectors
from screening.rulebook.conditions import Condition, parse_condition
from screening.rulebook.content import decisive_files
from screening.rulebook.rule import Grades, LegalSource, Rule, WaitingRule
from screening.text.lexicon import read_lexicon
from screening.text.patterns import read_patterns
from screening.text.rules import read_text_rules
from screening.vocabulary import RuleStatus, Sector

_NOT_RULES = {
    "lexicon",
    "text",
    "names",
    "patterns",
    "legal_basis",
    "grades",
    "sectors",
    "areas",
    "waiting",
    "workflow",
    "access",
    "periodic",
    "workdays",
    "findings",
    "model",
}


@dataclass(frozen=True)
class Rulebook:
    """All rules with their checked conditions (one a step), and what they refer to; `numbers` are parameters besides those of the folder, `model` the
    version of the model whose lines are among the rules."""

    version: str
    rules: dict[str, Rule]
    conditions: dict[str, list[Condition]]
    waiting: list[WaitingRule]
    grades: Grades
    sources: dict[str, LegalSource]
    folder: Path
    numbers: Mapping[str, float | int] = field(default_factory=dict)
    model: str | None = None

    def scoring_on(self, day: date) -> list[Rule]:
        """Rules active and in force on a day, by id."""
        return [rule for _, rule in sorted(self.rules.items()) if rule.scores_on(day)]

    def on(self, day: date) -> "Rulebook":
        """The same with the cut-offs and caps that hold on a day."""
        return replace(self, grades=self.grades.on(day))

    def not_scoring(self) -> list[WaitingRule]:
        """Every rule that does not score, with what it waits for: those without data, and drafts, whose note says why."""
        drafts = [rule for rule in self.rules.values() if rule.status is RuleStatus.DRAFT]
        return [
            *self.waiting,
            *(WaitingRule(id=rule.id, name=rule.name, waits_for=rule.note or "草稿，还没有启用") for rule in drafts),
        ]

    def content(self, day: date) -> dict[str, Any]:
        """What a run keeps to be explained by, long after the files have changed."""
        rules = {rule.id: rule.model_dump(mode="json") for rule in self.scoring_on(day)}
        for rule_id, rule in rules.items():
            rule["cited"] = [self.sources[ref.source].cite(ref.article) for ref in self.rules[rule_id].basis]
            rule["features"] = self.features_of(rule_id)
        kept = {"rules": rules, "grades": self.grades.on(day).model_dump(mode="json"), "parameters": self.numbers_on(day)}
        return kept if self.model is None else kept | {"model": self.model}

    def numbers_on(self, day: date) -> dict[str, float | int]:
        """Every number that conditions may name, as it stands on a day."""
        return {**parameters_on(self.folder, day), **self.numbers}

    def features_of(self, rule_id: str) -> list[str]:
        """Features any step of the rule looks at."""
        return sorted({name for condition in self.conditions[rule_id] for name in condition.features})


def read_rulebook(folder: Path) -> Rulebook:
    """Read and check everything; raises `InvalidRule` at the first fault, naming file, rule and key. Re-read when a file changed."""
    return _read(folder, _fingerprint(folder))


@cache
def _read(folder: Path, version: str) -> Rulebook:
    known = _Known(
        read_features(),
        read_parameters(folder),
        checked(dict[str, LegalSource], read_yaml(folder / "legal_basis.yaml"), folder / "legal_basis.yaml"),
        checked(Grades, read_yaml(folder / "grades.yaml"), folder / "grades.yaml"),
    )
    rules: dict[str, Rule] = {}
    conditions: dict[str, list[Condition]] = {}
    for path in _rule_files(folder):
        for number, content in enumerate(checked(list[dict[str, Any]], read_yaml(path), path)):
            place = Place(path, (number,), str(content.get("id", "")))
            rule = checked_at(Rule, content, place)
            if rule.id in rules:
                raise place.down("id").fault(f"规则编号 {rule.id} 重复", "每条规则的编号须唯一。")
            known.check(rule, place)
            rules[rule.id] = rule
            conditions[rule.id] = [
                parse_condition(level.when, known.features, known.parameters, place.down(*spot))
                for level, spot in zip(rule.levels, _spots(rule), strict=True)
            ]
    for read in (read_lexicon, read_patterns, read_text_rules, read_name_rules, read_areas, read_sectors):
        read(folder)  # what scoring will need, refused here rather than there
    waiting = checked(list[WaitingRule], read_yaml(folder / "waiting.yaml"), folder / "waiting.yaml")
    _check_combinations(
        known.grades,
        {**{rule.id: rule.name for rule in rules.values()}, **{rule.id: rule.name for rule in waiting}},
        Place(folder / "grades.yaml"),
    )
    return Rulebook(version, rules, conditions, waiting, known.grades, known.sources, folder)


def _check_combinations(grades: Grades, rules: Mapping[str, str], place: Place) -> None:
    """Every group and rule a combination names; raises `InvalidRule`."""
    known = {**rules, **{group: grades.labels.get(group, "") for group in grades.caps}}
    for number, one in enumerate(grades.combinations):
        for members in [*one.all_of, one.only]:
            for member in members:
                if member not in known:
                    hint = did_you_mean(member, known) or "只能写规则编号或组名。"
                    raise place.down("combinations", number).fault(f"没有规则或组 {member}", hint)


def _spots(rule: Rule) -> list[tuple[Key, ...]]:
    """Where the conditions of a rule stand in it."""
    return [("steps", number, "when") for number in range(len(rule.steps))] or [("when",)]


def _rule_files(folder: Path) -> list[Path]:
    groups = [path for path in sorted(folder.glob("*.yaml")) if path.stem not in _NOT_RULES]
    return groups + sorted((folder / "sectors").glob("*.yaml"))


def _fingerprint(folder: Path) -> str:
    """Hash of everything that decides a score: all of rules/ but the intake dictionary, and the features."""
    texts = [f"{name}\n{text}" for name, text in decisive_files(folder).items()]
    return hashlib.sha256(json.dumps(texts + source_texts(), ensure_ascii=False).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class _Known:
    """What a rule may refer to."""

    features: Mapping[str, Feature]
    parameters: Mapping[str, Parameter]
    sources: dict[str, LegalSource]
    grades: Grades

    def check(self, rule: Rule, place: Place) -> None:
        """Every name a rule mentions, but for those in its conditions; raises `InvalidRule`."""
        if rule.group not in self.grades.caps:
            groups = {group: self.grades.labels.get(group, "") for group in self.grades.caps}
            hint = did_you_mean(rule.group, groups) or "新的组请在 rules/grades.yaml 的 caps 中写明上限。"
            raise place.down("group").fault(f"没有组 {rule.group}", hint)
        for number, ref in enumerate(rule.basis):
            if ref.source not in self.sources:
                sources = {name: source.title for name, source in self.sources.items()}
                hint = did_you_mean(ref.source, sources) or "请先在 rules/legal_basis.yaml 中登记。"
                raise place.down("basis", number, "source").fault(f"没有登记依据 {ref.source}", hint)
        for name in rule.evidence_fields:
            if name not in self.features and name not in self.parameters:
                raise place.down("evidence").fault(
                    f"没有指标或参数 {name}", self._alike(name) or "花括号里只能写指标名和参数名。"
                )
        self._check_half_life(rule, place)
        for number, example in enumerate(rule.examples):
            self._check_example(example, place.down("examples", number))

    def _check_half_life(self, rule: Rule, place: Place) -> None:
        if rule.half_life is None or rule.ages_with is None:
            return
        if rule.half_life not in self.parameters:
            hint = self._alike(rule.half_life) or "请先在 rules/parameters 中定义。"
            raise place.down("half_life").fault(f"没有参数 {rule.half_life}", hint)
        if any(dated.value <= 0 for dated in self.parameters[rule.half_life].values):
            raise place.down("half_life").fault(f"半衰期 {rule.half_life} 不能是 0", "请在 rules/parameters 中写明天数。")
        if rule.ages_with not in self.features or not self.features[rule.ages_with].min:
            ages = {name: feature.label for name, feature in self.features.items() if feature.min}
            hint = did_you_mean(rule.ages_with, ages) or "例如最近一次投诉距今天数。"
            raise place.down("ages_with").fault(f"{rule.ages_with} 不是取最小值（min）的指标", hint)

    def _check_example(self, example: Mapping[str, Any], place: Place) -> None:
        for name, value in example.items():
            if name == "sector":
                checked_at(Sector, value, place.down(name))
            elif name != "expect" and name not in self.features:
                raise place.down(name).fault(f"没有指标 {name}", self._alike(name) or "示例只列本规则用到的指标。")
            elif name in self.features and value is not None and self.features[name].is_text != isinstance(value, str):
                wanted = "文字" if self.features[name].is_text else "数字或是否"
                raise place.down(name).fault(f"指标 {name} 的值应是{wanted}", "不知道的写 null。")

    def _alike(self, name: str) -> str:
        labels = {key: feature.label for key, feature in self.features.items()}
        return did_you_mean(name, labels | {key: parameter.label for key, parameter in self.parameters.items()})
