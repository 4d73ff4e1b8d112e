"""Keys of many names at once: in SQL where a name is written in plain characters, by `name_key` where it is not."""

import duckdb
import pyarrow as pa

from screening.identity.names import name_key
from screening.vocabulary import Kind

# Of what `fold` drops, what stands in names every day; what it keeps as it is, but for the case. Whatever else a name holds, Python looks at it.
_NOISE = r"""[\s\x{3000}()（）\[\]【】〔〕<>《》"''“”‘’·.,，。、:：;；\-—_*#]+"""
_PLAIN = r"[\x{4e00}-\x{9fff}A-Za-z0-9]*"
_SEPARATORS = "[;；、,，/|\\n]+"


def key_sql(name: str) -> str:
    """The key of a name as a SQL expression; NULL where only `name_key` can tell."""
    kept = f"regexp_replace({name}, '{_NOISE}', '', 'g')"
    return f"CASE WHEN regexp_full_match({kept}, '{_PLAIN}') THEN upper({kept}) END"


def create_name_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `former_names(entity_id, name)`, one row a former name, and `name_keys(name, name_key)` for every name any row bears."""
    connection.execute(f"""
        CREATE TABLE former_names AS
        SELECT entity_id, unnest(regexp_split_to_array(former_names, '{_SEPARATORS}')) AS name
        FROM (SELECT DISTINCT entity_id, former_names FROM raw_entities WHERE former_names IS NOT NULL)
    """)
    listed = " UNION ".join(f"SELECT name FROM raw_{kind.table} WHERE name IS NOT NULL" for kind in Kind)
    connection.execute(
        f"CREATE TABLE name_keys AS SELECT name, {key_sql('name')} AS name_key FROM ({listed} UNION SELECT name FROM former_names)"
    )
    unusual = [row[0] for row in connection.execute("SELECT name FROM name_keys WHERE name_key IS NULL").fetchall()]
    if unusual:
        keys = pa.table({"name": pa.array(unusual, pa.string()), "name_key": pa.array(map(name_key, unusual), pa.string())})
        connection.register("_keys", keys)
        connection.execute("UPDATE name_keys SET name_key = k.name_key FROM _keys k WHERE k.name = name_keys.name")
        connection.unregister("_keys")
