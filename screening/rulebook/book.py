"""The rule book: every rule under rules/, checked against features, parameters and legal sources, with a version that is the hash of its content."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from screening.errors import InvalidRule
from screening.features.catalogue import Feature, read_features, source_texts
from screening.reference.data_files import checked, read_yaml
from screening.reference.parameters import parameters_on, read_parameters
from screening.rulebook.conditions import Condition, parse_condition
from screening.rulebook.content import decisive_files
from screening.rulebook.rule import Grades, LegalSource, Rule, WaitingRule

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
    "workdays",
    "findings",
}


@dataclass(frozen=True)
class Rulebook:
    """All rules with their checked conditions (one a step), and what they refer to."""

    version: str
    rules: dict[str, Rule]
    conditions: dict[str, list[Condition]]
    waiting: list[WaitingRule]
    grades: Grades
    sources: dict[str, LegalSource]
    folder: Path

    def scoring_on(self, day: date) -> list[Rule]:
        """Rules active and in force on a day, by id."""
        return [rule for _, rule in sorted(self.rules.items()) if rule.scores_on(day)]

    def content(self, day: date) -> dict[str, Any]:
        """What a run keeps to be explained by, long after the files have changed."""
        rules = {rule.id: rule.model_dump(mode="json") for rule in self.scoring_on(day)}
        for rule_id, rule in rules.items():
            rule["cited"] = [self.sources[ref.source].cite(ref.article) for ref in self.rules[rule_id].basis]
            rule["features"] = self.features_of(rule_id)
        return {"rules": rules, "grades": self.grades.model_dump(mode="json"), "parameters": parameters_on(self.folder, day)}

    def features_of(self, rule_id: str) -> list[str]:
        """Features any step of the rule looks at."""
        return sorted({name for condition in self.conditions[rule_id] for name in condition.features})


def read_rulebook(folder: Path) -> Rulebook:
    """Read and check everything; raises `InvalidRule` at the first fault, naming file, rule and key. Re-read when a file changed."""
    return _read(folder, _fingerprint(folder))


@cache
def _read(folder: Path, version: str) -> Rulebook:
    features, parameters = read_features(), read_parameters(folder)
    sources = {
        key: checked(
            LegalSource, {("from_" if k == "from" else k): v for k, v in content.items()}, folder / "legal_basis.yaml", key
        )
        for key, content in read_yaml(folder / "legal_basis.yaml").items()
    }
    grades = checked(Grades, read_yaml(folder / "grades.yaml"), folder / "grades.yaml")
    rules: dict[str, Rule] = {}
    conditions: dict[str, list[Condition]] = {}
    for path in _rule_files(folder):
        for content in read_yaml(path) or []:
            rule = checked(Rule, content, path, str(content.get("id", "")))
            where = {"file": path.name, "rule": rule.id}
            if rule.id in rules:
                raise InvalidRule(f"规则编号 {rule.id} 重复（{path.name}）", "每条规则的编号须唯一。", where)
            _check_references(rule, features, parameters, sources, grades, where)
            rules[rule.id] = rule
            conditions[rule.id] = [parse_condition(step.when, features, parameters, where) for step in rule.levels]
    waiting = checked(list[WaitingRule], read_yaml(folder / "waiting.yaml"), folder / "waiting.yaml")
    return Rulebook(version, rules, conditions, waiting, grades, sources, folder)


def _rule_files(folder: Path) -> list[Path]:
    groups = [path for path in sorted(folder.glob("*.yaml")) if path.stem not in _NOT_RULES]
    return groups + sorted((folder / "sectors").glob("*.yaml"))


def _fingerprint(folder: Path) -> str:
    """Hash of everything that decides a score: all of rules/ but the intake dictionary and how cases are worked, and the features."""
    texts = [f"{name}\n{text}" for name, text in decisive_files(folder).items()]
    return hashlib.sha256(json.dumps(texts + source_texts(), ensure_ascii=False).encode()).hexdigest()[:12]


def _check_references(
    rule: Rule,
    features: Mapping[str, Feature],
    parameters: Mapping[str, object],
    sources: Mapping[str, LegalSource],
    grades: Grades,
    where: Mapping[str, object],
) -> None:
    if rule.group not in grades.caps:
        raise InvalidRule(f"{rule.id} 的组 {rule.group} 没有上限", "请在 rules/grades.yaml 的 caps 中写明。", where)
    for ref in rule.basis:
        if ref.source not in sources:
            raise InvalidRule(f"{rule.id} 的依据 {ref.source} 未登记", "请在 rules/legal_basis.yaml 中登记。", where)
    for name in rule.evidence_fields:
        if name not in features and name not in parameters:
            raise InvalidRule(f"{rule.id} 的证据句用到未知指标或参数 {name}", "只能用指标名和参数名。", where)
    if rule.half_life is not None and rule.half_life not in parameters:
        raise InvalidRule(f"{rule.id} 的半衰期参数 {rule.half_life} 未定义", "请在 rules/parameters 中定义。", where)
    if rule.ages_with is not None and not (rule.ages_with in features and features[rule.ages_with].min):
        raise InvalidRule(f"{rule.id} 的 ages_with 须是取最小值（min）的指标", "例如最近一次投诉距今天数。", where)
    for example in rule.examples:
        if unknown := example.keys() - features.keys() - {"expect", "sector"}:
            raise InvalidRule(f"{rule.id} 的示例用到未知指标 {'、'.join(sorted(unknown))}", "示例只列本规则用到的指标。", where)
