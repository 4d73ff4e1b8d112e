"""How unsure the model is of each entity: where a visit would teach it most. The model need not be in force for that.

A finding that is as likely as not is the most open question (Lewis and Gale, uncertainty sampling, SIGIR 1994).
"""

from screening.errors import InvalidRequest
from screening.features.catalogue import read_features
from screening.model.publishing import current, find_model
from screening.model.statement import points_sql
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.workspace import Workspace


def model_doubts(workspace: Workspace, run: Run) -> dict[str, float]:
    """Entity id → chance × (1 − chance) of a finding, by the model in force or else the newest; raises `InvalidRequest` when there is none or its features changed."""
    version = current(workspace)
    if version is None:
        raise InvalidRequest("还没有训练过模型，说不出去哪里最能学到东西", "先用 model train 训练，或只用 --random。")
    card, known = find_model(workspace, version), read_features()
    card.require_features(known)
    openable = [line.feature for line in card.lines if known[line.feature].is_aggregate]
    with reading() as connection:
        rows = connection.execute(
            f"SELECT entity_id, {points_sql(card, openable)} FROM {workspace.run_rows(run, 'features')}"
        ).fetchall()
    chances = {entity_id: card.chance(tenths) for entity_id, tenths in rows}
    return {entity_id: chance * (1 - chance) for entity_id, chance in chances.items()}
