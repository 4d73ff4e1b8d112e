"""What the model may learn from and when it may speak: `rules/model.yaml`, for an officer to read and change.

The file decides no score: what scores is the card that two people put into force, which carries everything it needs.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from screening.features.catalogue import Feature, read_features
from screening.reference.data_files import Strict, checked, read_once, read_yaml
from screening.reference.faults import Place, did_you_mean


class Recipe(Strict):
    """Which features, in which direction more of it means more risk, and what it takes to be believed.

    `budget`: visits a period, at which rules and model are compared. `fewest_outcomes`, `fewest_finds`: visited entities, and those of them with a
    finding, below which nothing is learned. `horizon_days`: how long after a scoring a visit counts as its outcome. `held_back_share`: of the days with
    outcomes, the latest part, kept for judging. `either` is given to the model as a rising and a falling line.
    """

    budget: int = Field(ge=1)
    fewest_outcomes: int = Field(ge=10)
    fewest_finds: int = Field(ge=3)
    horizon_days: int = Field(ge=1)
    held_back_share: float = Field(gt=0, lt=1)
    rounds: int = Field(ge=1, le=5000)
    features: dict[str, Literal["rising", "falling", "either"]] = Field(min_length=1)

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """(feature, is rising), in order of name."""
        either = [(name, True) for name, way in self.features.items() if way in ("rising", "either")]
        return sorted(either + [(name, False) for name, way in self.features.items() if way in ("falling", "either")])

    @model_validator(mode="after")
    def _findable(self) -> "Recipe":
        if self.fewest_finds >= self.fewest_outcomes:
            raise ValueError("fewest_finds 须小于 fewest_outcomes")
        return self


@read_once("model.yaml")
def read_recipe(rules: Path) -> Recipe:
    """The recipe; raises `InvalidRule` for a faulty file or a feature that cannot be learned from."""
    path = rules / "model.yaml"
    recipe = checked(Recipe, read_yaml(path), path)
    known = {name: feature for name, feature in read_features().items() if is_learnable(feature)}
    for name in recipe.features:
        if name not in known:
            hint = did_you_mean(name, {key: feature.label for key, feature in known.items()})
            raise Place(path, ("features", name)).fault(
                f"模型不能用指标 {name}", hint or "只能写数字类指标；文字类和“最近一次距今天数”类不能用。"
            )
    return recipe


def is_learnable(feature: Feature) -> bool:
    """Numbers and truths; not text, and not the least of several, where nothing known means that nothing happened."""
    return not feature.is_text and feature.min is None
