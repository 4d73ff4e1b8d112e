"""The score card: an additive model as a table of look-ups. Points are whole tenths, so every sum is exact, on any engine.

Five decisions for whoever uses it. 1 The points rank; the probability is what visits found at such points, no more. 2 A value not known adds nothing and
says how much it could add: it never lowers points plus what unknowns could add. 3 A line only rises or only falls, over its whole range. 4 Past 30 points
a cap is a line of its own, as in the rules. 5 Whoever was never visited was never counted as clean. Source: Siddiqi, Credit Risk Scorecards (2006).
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from screening.errors import InvalidRequest
from screening.features.catalogue import Feature
from screening.model.boosting import Floats, place

MOST = 300  # tenths: the model's points go from 0 to 30
CAP = "cap"
_FORMAT = 1


@dataclass(frozen=True)
class Line:
    """What one feature adds: `tenths[i]` up to and with `edges[i]`, the last one above all edges. Rising or falling over the whole range."""

    feature: str
    label: str
    unit: str
    is_rising: bool
    edges: tuple[float, ...]
    tenths: tuple[int, ...]

    @property
    def highest(self) -> int:
        """The most it can add, in tenths."""
        return max(self.tenths)

    def bin_of(self, value: float) -> int:
        """Which of `tenths` counts for a known value."""
        return sum(value > edge for edge in self.edges)

    def points(self, value: float | None, is_open: bool = False) -> int:
        """Tenths; none for a value not known, and of an open one (a lower bound) those that its growing cannot take away."""
        if value is None or math.isnan(value):
            return 0
        return self.tenths[-1] if is_open and not self.is_rising else self.tenths[self.bin_of(value)]

    def could_add(self, value: float | None, is_open: bool = False) -> int:
        """Tenths that learning the value could add."""
        if value is None or math.isnan(value):
            return self.highest
        return max(self.tenths[self.bin_of(value) :]) - self.points(value, is_open) if is_open else 0


@dataclass(frozen=True)
class Part:
    """One line of an explanation; `feature` is `cap` where the whole passed the most there can be."""

    feature: str
    label: str
    value: float | None
    tenths: int
    could_add: int


@dataclass(frozen=True)
class Scorecard:
    """Lines, the definitions of the features they were learned on (fingerprints), the calibration of points (log-odds = base + slope × tenths), and how it was learned."""

    lines: tuple[Line, ...]
    definitions: Mapping[str, str]
    base: float
    slope: float
    learned: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The hash of everything the card says, so that neither a point nor the judgement of it can be changed unnoticed."""
        decisive = {"lines": [asdict(line) for line in self.lines], "definitions": dict(self.definitions)}
        text = json.dumps(
            decisive | {"base": self.base, "slope": self.slope, "learned": dict(self.learned)}, sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def parts(self, values: Mapping[str, float | None], is_open: Mapping[str, bool] | None = None) -> list[Part]:
        """Every line for one entity, in the order of the card, and the cap where it applies; the tenths add up to `points`."""
        opened = is_open or {}
        parts = [
            Part(
                line.feature,
                line.label,
                values.get(line.feature),
                line.points(values.get(line.feature), opened.get(line.feature, False)),
                line.could_add(values.get(line.feature), opened.get(line.feature, False)),
            )
            for line in self.lines
        ]
        total = sum(part.tenths for part in parts)
        return [*parts, Part(CAP, "模型分上限", None, MOST - total, 0)] if total > MOST else parts

    def points(self, values: Mapping[str, float | None], is_open: Mapping[str, bool] | None = None) -> int:
        """Tenths, 0 to 300."""
        opened = is_open or {}
        return min(MOST, sum(line.points(values.get(line.feature), opened.get(line.feature, False)) for line in self.lines))

    def points_of(self, columns: Mapping[str, Floats]) -> Floats:
        """`points` of many entities at once, none of whose values is open: values by feature, NaN where not known."""
        rows = len(next(iter(columns.values())))
        lines = [np.array([0, *line.tenths])[place(line.edges, columns[line.feature])] for line in self.lines]
        return np.minimum(MOST, np.sum(lines, axis=0)).astype(np.float64) if lines else np.zeros(rows)

    def could_add(self, values: Mapping[str, float | None], is_open: Mapping[str, bool] | None = None) -> int:
        """Tenths that everything unknown could add, under the cap."""
        parts = self.parts(values, is_open)
        most = min(MOST, sum(part.tenths + part.could_add for part in parts if part.feature != CAP))
        return most - self.points(values, is_open)

    def chance(self, tenths: float) -> float:
        """Of entities with so many points, the share where a visit finds something."""
        return 1 / (1 + math.exp(-(self.base + self.slope * tenths)))

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "format": _FORMAT,
            "version": self.version,
            "lines": [asdict(line) for line in self.lines],
            "definitions": dict(self.definitions),
            "calibration": {"base": self.base, "slope": self.slope},
            "learned": dict(self.learned),
        }

    def require_features(self, known: Mapping[str, Feature]) -> None:
        """Raise `InvalidRequest` naming every feature that is gone or no longer defined as it was."""
        labels = {line.feature: line.label for line in self.lines}
        now = definitions_of(labels, known)
        if changed := sorted(name for name in labels if now.get(name) != self.definitions.get(name)):
            named = "、".join(f"{labels[name]}（{name}）" for name in changed)
            raise InvalidRequest(
                f"模型 {self.version} 用到的指标已改变：{named}", "模型停用，请用现在的指标重新训练。", {"features": changed}
            )


def read_scorecard(content: Mapping[str, Any]) -> Scorecard:
    """A card from its document; raises `InvalidRequest` for another format or one whose content is not what its version says."""
    try:
        if content["format"] != _FORMAT:
            raise InvalidRequest(f"模型文件的格式是 {content['format']}，本程序读的是 {_FORMAT}", "请重新训练。")
        lines = tuple(_line(line) for line in content["lines"])
        calibration = content["calibration"]
        card = Scorecard(lines, content["definitions"], calibration["base"], calibration["slope"], content.get("learned", {}))
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidRequest(f"模型文件不完整：{error}", "请重新训练，不要手工修改模型文件。") from error
    if card.version != content.get("version"):
        raise InvalidRequest("模型文件的内容与版本号不符，可能被改动过", "请重新训练，不要手工修改模型文件。")
    return card


def _line(content: Mapping[str, Any]) -> Line:
    line = Line(**{**content, "edges": tuple(content["edges"]), "tenths": tuple(content["tenths"])})
    steps = list(line.tenths) if line.is_rising else list(reversed(line.tenths))
    if (
        steps != sorted(steps)
        or min(steps) < 0
        or list(line.edges) != sorted(set(line.edges))
        or len(steps) != len(line.edges) + 1
    ):
        raise InvalidRequest(f"模型的“{line.label}”一行不是单调的", "请重新训练。", {"feature": line.feature})
    return line


def definitions_of(names: Sequence[str] | Mapping[str, str], known: Mapping[str, Feature]) -> dict[str, str]:
    """Feature → fingerprint of how it is counted; features nobody defines are left out."""
    return {name: hashlib.sha256(known[name].model_dump_json().encode()).hexdigest()[:12] for name in names if name in known}
