"""Keys of many names at once: in SQL where a name is written in plain characters, by `name_key` where it is not."""

from collections.abc import Callable, Iterable

import pyarrow as pa

from screening.identity.names import name_key
from screening.store.tables import Tables
from screening.vocabulary import Kind

# Of what `fold` drops, what stands in names every day; what it keeps as it is, but for the case. Whatever else a name holds, Python looks at it.
_NOISE = r"""[\s\x{3000}()（）\[\]【】〔〕<>《》"''“”‘’·.,，。、:：;；\-—_*#]+"""
_PLAIN = r"[\x{4e00}-\x{9fff}A-Za-z0-9]*"
_SEPARATORS = "[;；、,，/|\\n]+"
_BLANK = r"[\x{9}-\x{d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"  # what `str.strip` takes off


def key_sql(name: str, plain: str = _PLAIN) -> str:
    """The key of a name as a SQL expression; NULL where only `name_key` can tell, as where it holds more than `plain` characters."""
    kept = f"regexp_replace({name}, '{_NOISE}', '', 'g')"
    return f"CASE WHEN regexp_full_match({kept}, '{plain}') THEN upper({kept}) END"


def parts_sql(cell: str) -> str:
    """The single names of a cell that lists several, as a SQL list: what `split_names` gives."""
    trimmed = f"list_transform(regexp_split_to_array({cell}, '{_SEPARATORS}'), lambda part: regexp_replace(part, '^{_BLANK}+|{_BLANK}+$', '', 'g'))"
    return f"list_filter({trimmed}, lambda part: part != '')"


def create_former_names(connection: Tables) -> None:
    """Create `former_names(entity_id, name)`, one row a former name."""
    connection.execute(f"""
        CREATE TABLE former_names AS SELECT entity_id, unnest({parts_sql("former_names")}) AS name
        FROM (SELECT DISTINCT entity_id, former_names FROM raw_entities WHERE former_names IS NOT NULL)
    """)


def create_name_keys(connection: Tables, kinds: Iterable[Kind]) -> None:
    """Create `name_keys(name, name_key)` for every name that rows of these kinds bear."""
    listed = " UNION ".join(f"SELECT name FROM raw_{kind.table} WHERE name IS NOT NULL" for kind in kinds)
    create_keys(connection, "name_keys", listed)


def create_keys(connection: Tables, table: str, names: str, key: Callable[[str], str] = name_key, plain: str = _PLAIN) -> None:
    """Create `table(name, name_key)` for every name that the query `names` selects as `name`; `key` must leave `plain` characters as they are."""
    connection.execute(f"CREATE TABLE {table} AS SELECT DISTINCT name, {key_sql('name', plain)} AS name_key FROM ({names})")
    unusual = [row[0] for row in connection.execute(f"SELECT name FROM {table} WHERE name_key IS NULL").fetchall()]
    if unusual:
        keys = pa.table({"name": pa.array(unusual, pa.string()), "name_key": pa.array(map(key, unusual), pa.string())})
        connection.register("_keys", keys)
        connection.execute(f"UPDATE {table} SET name_key = k.name_key FROM _keys k WHERE k.name = {table}.name")
        connection.unregister("_keys")
