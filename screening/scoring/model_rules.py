"""The model in force as a group of graded rules: it scores in the same statement, and is explained, capped, rehearsed and stored as rules are.

A line is a rule whose steps are its bins; what is not known could add, as of any rule. Off, nothing at all changes. On, the rule book's version says so,
so that past scores are always explained by what scored them. Source: design 4 and 5 (an additive, binned model is a score card).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from screening.features.catalogue import Feature, read_features
from screening.model.publishing import active_model
from screening.model.scorecard import MOST, Line, Scorecard
from screening.reference.faults import Place
from screening.rulebook.book import Rulebook, read_rulebook
from screening.rulebook.conditions import parse_condition
from screening.rulebook.rule import TENTHS, BasisRef, LegalSource, Rule, Step
from screening.store.workspace import Workspace
from screening.vocabulary import Dimension, Element, Outcome

GROUP = "MDL"
_LABEL = "模型"
_SOURCE = "模型"
_FALSE_POSITIVE = "模型从以往上门结果学来，只说明与查出过问题的主体相像，不说明有问题；须有规则或线索印证"
_PERCENT = {"比例"}


def with_model(book: Rulebook, card: Scorecard | None) -> Rulebook:
    """The rule book with the model's lines as rules; the very same book without a model. Raises `InvalidRequest` when its features changed."""
    if card is None:
        return book
    known = read_features()
    card.require_features(known)
    numbers = _numbers(card)
    rules, conditions = dict(book.rules), dict(book.conditions)
    for number, line in enumerate(card.lines, 1):
        rule = _rule(number, line, known[line.feature], card.version)
        rules[rule.id] = rule
        place = Place(Path(f"model-{card.version}"), (), rule.id)
        conditions[rule.id] = [parse_condition(level.when, known, numbers, place) for level in rule.levels]
    grades = book.grades.model_copy(
        update={"caps": {**book.grades.caps, GROUP: MOST}, "labels": {**book.grades.labels, GROUP: _LABEL}}
    )
    sources = {**book.sources, _SOURCE: LegalSource(title=f"模型 {card.version}：从以往上门结果学得，经另一人批准启用")}
    return replace(
        book,
        version=_version(book, card),
        rules=rules,
        conditions=conditions,
        grades=grades,
        sources=sources,
        numbers=numbers,
        model=card.version,
    )


def scoring_book(workspace: Workspace, folder: Path) -> Rulebook:
    """The rule book of a folder with the model in force; raises as `read_rulebook` and `with_model` do."""
    return with_model(read_rulebook(folder), active_model(workspace))


def rules_alone(rules: Iterable[Rule]) -> list[Rule]:
    """Without the model's: what combinations and single voices look at, since no model may decide a grade by keeping company."""
    return [rule for rule in rules if rule.group != GROUP]


def model_points_sql(columns: Iterable[str]) -> str:
    """Over `outcomes`: tenths that the model's rules gave, capped; 0 where none scored."""
    own = [f'coalesce("{name}", 0)' for name in columns if name.startswith(f"{GROUP}-") and not name.endswith("?")]
    return f"least({MOST}, {' + '.join(own)})" if own else "0"


def _version(book: Rulebook, card: Scorecard) -> str:
    return hashlib.sha256(f"{book.version}|model {card.version}".encode()).hexdigest()[:12]


def _rule(number: int, line: Line, feature: Feature, version: str) -> Rule:
    """The bins that add something, the largest first, as steps."""
    bins = range(len(line.tenths) - 1, -1, -1) if line.is_rising else range(len(line.tenths))
    steps = [
        Step(when=_when(number, line, place, feature), points=line.tenths[place] / TENTHS)
        for place in bins
        if line.tenths[place] > 0
    ]
    unit = "" if feature.unit in ("是否", "比例") else feature.unit
    return Rule(
        id=f"{GROUP}-{number:02d}",
        name=f"模型：{feature.label}{'偏高' if line.is_rising else '偏低'}"
        if feature.unit != "是否"
        else f"模型：{feature.label}",
        dimension=Dimension.COMPLIANCE,
        element=Element.GENERAL,
        group=GROUP,
        steps=steps,
        basis=[BasisRef(source=_SOURCE)],
        evidence=f"{feature.label}为 {{{line.feature}{_form(feature)}}}{unit}，与以往上门查出问题的主体相近",
        false_positive=_FALSE_POSITIVE,
        examples=[{line.feature: None, "expect": Outcome.UNKNOWN}],
        note=f"模型 {version} 的第 {number} 行",
    )


def _form(feature: Feature) -> str:
    return ":.1%" if feature.unit in _PERCENT else ":.0f" if feature.unit == "元" else ""


def _when(number: int, line: Line, place: int, feature: Feature) -> str:
    """The least demanding condition of a bin: bins that add more were asked for before. The bin that adds least is any known value."""
    is_last = place == (0 if line.is_rising else len(line.edges))
    if feature.unit == "是否":
        return f"{line.feature} or not {line.feature}" if is_last else f"{'' if line.is_rising else 'not '}{line.feature}"
    if is_last:
        return f"{line.feature} >= :{_name(number, None)}"
    return f"{line.feature} > :{_name(number, place - 1)}" if line.is_rising else f"{line.feature} <= :{_name(number, place)}"


def _name(number: int, edge: int | None) -> str:
    return f"mdl_{number:02d}_{'any' if edge is None else edge}"


def _numbers(card: Scorecard) -> Mapping[str, float]:
    """Edges by the name their conditions give them; `any` lies below every value."""
    found: dict[str, float] = {}
    for number, line in enumerate(card.lines, 1):
        found |= {_name(number, place): edge for place, edge in enumerate(line.edges)}
        found[_name(number, None)] = -1e300
    return found
