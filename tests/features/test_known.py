"""What a page says of an entity is what a scoring of all says of it."""

from pathlib import Path

from screening.features.known import known_entities
from screening.features.tables import TOLD_BY, cells_sql, entities_sql, entity_columns
from screening.scoring.ranking import find_run
from screening.store.queries import dicts
from screening.vocabulary import Kind
from tests.homes import open_home


def test_a_page_knows_every_entity_of_the_sample_as_a_scoring_does(scored_home: Path) -> None:
    workspace = open_home(scored_home)
    batches = [batch for batch in workspace.register.batches_of(find_run(workspace)) if batch.kind is Kind.ENTITIES]
    with workspace.connect(batches, [Kind.ENTITIES]) as connection:
        connection.execute(f"CREATE TABLE cells AS {cells_sql('raw_entities')}")
        cells = dicts(connection.execute("SELECT * FROM cells ORDER BY entity_id"))
        entities = dicts(connection.execute(entities_sql("cells", workspace.settings.rules)))
    found = known_entities(workspace, batches, [entity["entity_id"] for entity in entities])
    assert [found[entity["entity_id"]].entity for entity in entities] == entities
    for cell in cells:
        told_by = found[cell["entity_id"]].told_by
        said = {column: (cell[column], cell[column + TOLD_BY]) for column in entity_columns() if cell[column] is not None}
        assert {column: (row[column], row["ord"]) for column, row in told_by.items()} == said
    workspace.register.close()
