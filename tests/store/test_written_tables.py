"""Tables as they are written: nothing lost, and the same bytes however the rows were handed over."""

import pyarrow as pa
import pyarrow.parquet as pq

from screening.store.workspace import Workspace
from screening.vocabulary import Kind

ROWS = 1_500_007


def test_a_long_table_is_whole_and_the_same_however_it_was_handed_over_and_its_groups_grow(workspace: Workspace) -> None:
    table = pa.table({"number": pa.array(range(ROWS), pa.int64())})
    written = []
    for size in (999, 70_001, ROWS):
        handed_over = pa.Table.from_batches(table.to_batches(size))
        written.append(workspace.home / workspace.write_batch(Kind.COMPLAINTS, f"b{size}", handed_over))
    assert len({path.read_bytes() for path in written}) == 1
    assert pq.read_table(written[0]).equals(table)
    metadata = pq.read_metadata(written[0])
    groups = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    assert groups[:-1] == sorted(groups[:-1]) and groups[0] < groups[-2]
