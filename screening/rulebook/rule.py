"""The shape of a rule, of the legal sources it rests on, and of the grades its points lead to, as written under rules/."""

import re
from datetime import date
from itertools import pairwise
from string import Formatter
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from screening.reference.data_files import Strict
from screening.vocabulary import Dimension, Element, Grade, Outcome, RuleStatus, Sector

TENTHS = 10  # points are kept as whole tenths, so that sums are exact
_MOST_POINTS = 1000
_BLANK_FORMAT = re.compile(r"(,?(\.[0-4])?[fg%])?|pct")


def _tenths(points: object) -> int:
    """Points as an officer writes them, in tenths."""
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not 0 < points <= _MOST_POINTS:
        raise ValueError(f"分值应是大于 0、不超过 {_MOST_POINTS} 的数字，现为“{points}”")
    if round(points * TENTHS) != round(points * TENTHS, 6):
        raise ValueError(f"分值最多一位小数，现为“{points}”")
    return round(points * TENTHS)


Tenths = Annotated[int, BeforeValidator(_tenths)]


class BasisRef(Strict):
    """What a rule rests on: a key of legal_basis.yaml and the article."""

    source: str
    article: str = ""


class LegalSource(Strict):
    """A law, standard or the office's own experience."""

    title: str
    number: str = ""
    from_: date | None = Field(default=None, alias="from")
    verified: bool = True
    note: str = ""

    def cite(self, article: str) -> str:
        """`《防范和处置非法集资条例》第九条第一款`, with 待核 where no official text was read."""
        title = f"《{self.title}》" if self.number else self.title
        return f"{title}{article}{'' if self.verified else '（待核）'}"


class Step(Strict):
    """One level of a graded rule."""

    when: str
    points: Tenths


class Rule(Strict):
    """One rule, as its YAML row says it. Points are in tenths here."""

    id: str = Field(pattern=r"^[A-Z]{2,6}-[0-9]{2,3}$")
    name: str
    sectors: list[Sector] = Field(default=list(Sector), min_length=1)
    dimension: Dimension
    element: Element
    group: str
    when: str | None = None
    points: Tenths | None = None
    steps: list[Step] = []
    red_line: bool = False
    half_life: str | None = None
    ages_with: str | None = None
    basis: list[BasisRef] = Field(min_length=1)
    evidence: str
    false_positive: str
    verified: bool = True
    status: RuleStatus = RuleStatus.ACTIVE
    effective_from: date | None = None
    effective_to: date | None = None
    examples: list[dict[str, Any]] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "Rule":
        if bool(self.steps) == (self.when is not None) or (self.when is None) != (self.points is None):
            raise ValueError("写 when 和 points，或者写 steps，二者取一")
        if any(a.points <= b.points for a, b in pairwise(self.steps)):
            raise ValueError("steps 须按分值从高到低排列")
        if (self.half_life is None) != (self.ages_with is None):
            raise ValueError("half_life 与 ages_with 须同时填写")
        if any(example.get("expect") not in list(Outcome) for example in self.examples):
            raise ValueError("每个 example 的 expect 须为 hit、miss 或 unknown")
        return self

    @field_validator("evidence")
    @classmethod
    def _fillable(cls, evidence: str) -> str:
        try:
            blanks = list(Formatter().parse(evidence))
        except ValueError as error:
            raise ValueError("花括号没有成对") from error
        if any(name is not None and (how or not _BLANK_FORMAT.fullmatch(form or "")) for _, name, form, how in blanks):
            raise ValueError("花括号里冒号后只能写 g、,.0f、.1%、pct 之类")
        return evidence

    @property
    def levels(self) -> list[Step]:
        """The rule as steps, whichever way it is written."""
        return self.steps or [Step(when=self.when or "", points=(self.points or 0) / TENTHS)]

    @property
    def highest(self) -> int:
        """The most it can add, in tenths."""
        return self.levels[0].points

    @property
    def evidence_fields(self) -> list[str]:
        """Names the evidence sentence fills in."""
        return [name for _, name, _, _ in Formatter().parse(self.evidence) if name is not None]

    def scores_on(self, day: date) -> bool:
        """Whether it is active and in force on a day."""
        begun = self.effective_from is None or self.effective_from <= day
        ended = self.effective_to is not None and self.effective_to < day
        return self.status is RuleStatus.ACTIVE and begun and not ended


class Combination(Strict):
    """What reasons say together, or by standing alone, about the grade. Source: domain brief 3.2.

    `all_of`: lists of groups or rule ids, of each of which one must hit. `only`: groups beside which nothing hits. `one_complainant`: all rests on
    the word of one person. `at_least` lifts the grade, `at_most` holds it down; `proposes` is for people to decide.
    """

    id: str = Field(pattern=r"^COM-[0-9]{2,3}$")
    name: str
    all_of: list[list[str]] = []
    only: list[str] = []
    one_complainant: bool = False
    at_least: Grade | None = None
    at_most: Grade | None = None
    proposes: Grade | None = None
    advice: str

    @model_validator(mode="after")
    def _whole(self) -> "Combination":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("写 at_least（至少为）或者 at_most（至多为），二者取一")
        if bool(self.all_of) + bool(self.only) + self.one_complainant != 1:
            raise ValueError("写 all_of、only 或者 one_complainant，三者取一")
        return self


class LaterGrades(Strict):
    """Cut-offs and caps (tenths) that hold from a day on; what is not named stays as it was."""

    from_: date = Field(alias="from")
    source: str
    cut_offs: dict[Grade, Tenths] = {}
    caps: dict[str, Tenths] = {}


class Grades(Strict):
    """Cut-offs (tenths), group caps (tenths), who set them, combinations, and below what completeness an entity is 资料不足."""

    source: str = ""
    cut_offs: dict[Grade, Tenths]
    red_line_at_least: Grade = Grade.ORANGE
    min_completeness: float
    caps: dict[str, Tenths]
    labels: dict[str, str] = {}
    combinations: list[Combination] = []
    later: list[LaterGrades] = []

    @model_validator(mode="after")
    def _later_changes_what_there_is(self) -> "Grades":
        for one in self.later:
            if new := [*sorted(one.cut_offs.keys() - self.cut_offs.keys()), *sorted(one.caps.keys() - self.caps.keys())]:
                raise ValueError(f"later 里的 {new[0]} 不在 cut_offs 或 caps 里")
        if any(one.from_ >= next_.from_ for one, next_ in pairwise(self.later)):
            raise ValueError("later 须按 from 从早到晚排列，不能有同一天")
        return self

    def on(self, day: date) -> "Grades":
        """What holds on a day."""
        cut_offs, caps = dict(self.cut_offs), dict(self.caps)
        for one in self.later:
            if one.from_ <= day:
                cut_offs |= one.cut_offs
                caps |= one.caps
        return self.model_copy(update={"cut_offs": cut_offs, "caps": caps, "later": []})

    @property
    def by_urgency(self) -> list[tuple[Grade, int]]:
        """Grades with a cut-off and the cut-off in tenths, most urgent first."""
        return [(grade, self.cut_offs[grade]) for grade in Grade if grade in self.cut_offs]


class WaitingRule(Strict):
    """A researched rule that cannot be computed yet, and what it waits for."""

    id: str
    name: str
    waits_for: str
