"""Promise 2: whatever the facts, a score is the exact sum of reasons, each with a sentence, a basis and the rows it rests on."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from screening.access import OPERATOR
from screening.scoring.breakdown import matrix
from screening.scoring.explanation import explain_many
from screening.scoring.ranking import ranked
from tests.promises.world import delivered, make_town


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4))
def test_the_sum_of_reasons_is_the_score(seeds: list[int]) -> None:
    with TemporaryDirectory() as folder:
        workspace, run = delivered(make_town(seeds), Path(folder) / "world")
        entities = ranked(workspace, run, actor=OPERATOR)
        for entity, explained in zip(
            entities, explain_many(workspace, run, [e.entity_id for e in entities], actor=OPERATOR), strict=True
        ):
            assert round(sum(reason.points for reason in explained.reasons) * 10) == round(entity.score * 10)
            assert round(explained.score * 10) == round(entity.score * 10)
            told = matrix(explained).document()
            for part in ("by_element", "by_dimension"):
                assert sum(round(points * 10) for points in told[part].values()) == round(entity.score * 10)
            assert sum(round(cell["points"] * 10) for cell in told["matrix"]) == round(entity.score * 10)
            assert all(reason.basis and reason.sentence for reason in explained.reasons)
            assert all(reason.sources for reason in explained.reasons if reason.kind == "rule")
        workspace.register.close()
