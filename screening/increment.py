"""A run drawn from an earlier one: only entities of which something new came in, or for which the passing of days may change something, go through the stages.

Exact, because an entity's features rest on its own rows but for shared themes and coverage (`features/compute`), and those stand still while no new row
feeds them. Only the ranks are everybody's, and given anew. Where any of this does not hold there is no earlier run to draw from, and all are scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb

from screening.features.catalogue import Theme, known_themes
from screening.features.compute import OPEN, SHARED
from screening.features.passing import moved_sql, shared_moved_sql
from screening.grounds import Grounds
from screening.identity.linking import LINKED_KINDS
from screening.scoring.grading import give_ranks
from screening.store import run_files
from screening.store.queries import sql_text
from screening.store.register import Batch, Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

# Kinds of rows that concern only the entity they are linked to. Entities, shareholders and cases say who hangs together with whom; licences and annual
# reports say which lists were received at all.
OWN = frozenset(Kind) - {Kind.ENTITIES, Kind.SHAREHOLDERS, Kind.CASES, Kind.LICENCES, Kind.ANNUAL_REPORTS}
STANDING = ("coverage", *SHARED)  # what the earlier run found and nothing new can change
_NEEDED = ("coverage", "shared_evidence")  # of versions before there were any, no run can be continued
AT_MOST = 0.25  # of all entities may differ: of more, scoring everybody is as quick


class NotWorthwhile(Exception):
    """Too many entities would differ."""


@dataclass(frozen=True)
class Increment:
    """The step from an earlier run to the one that the grounds give."""

    workspace: Workspace
    grounds: Grounds
    earlier: Run

    @cached_property
    def new(self) -> list[Batch]:
        """Batches that the earlier run did not know."""
        return self.grounds.batches[len(self.earlier.batches) :]

    def show_new_rows(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Leave in `raw_<kind>` of linked kinds the new rows alone, so that only they are linked; all are in `every_<kind>`."""
        new = ", ".join(sql_text(batch.batch_id) for batch in self.new) or "NULL"
        for kind in LINKED_KINDS:
            connection.execute(f"ALTER VIEW raw_{kind.table} RENAME TO every_{kind.table}")
            connection.execute(f"CREATE VIEW raw_{kind.table} AS SELECT * FROM every_{kind.table} WHERE batch_id IN ({new})")

    def narrow(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Leave in `raw_<kind>` and `links` what concerns entities to be looked at anew (`anew`), and new rows; create what is `STANDING` of them.

        Raises `NotWorthwhile` where they are so many that everybody may as well be scored.
        """
        self._choose(connection)
        changed, everybody = (f"(SELECT count(*) FROM {rows})" for rows in (f"({self._since()})", self._kept("scores")))
        ((is_too_much,),) = connection.execute(f"SELECT {changed} > {AT_MOST} * {everybody}").fetchall()
        if is_too_much:
            raise NotWorthwhile
        connection.execute("CREATE TABLE new_links AS SELECT * FROM links")
        connection.execute(f"INSERT INTO links {self._of_them('links')}")
        for kind in LINKED_KINDS:
            self._leave(connection, kind, f"ord IN (SELECT ord FROM links WHERE kind = '{kind}')")
        self._leave(connection, Kind.ENTITIES, "entity_id IN (FROM anew)")
        connection.execute(f"CREATE TABLE coverage AS SELECT * FROM {self._kept('coverage')}")
        connection.execute(f"CREATE TABLE shared_evidence AS {self._of_them('shared_evidence')}")
        shared = {t.theme: _columns(t) for t in known_themes({batch.kind for batch in self.grounds.batches}) if t.theme in SHARED}
        listed = ", ".join(column for columns in shared.values() for column in columns)
        connection.execute(
            f"CREATE TABLE shared AS SELECT entity_id, {listed} FROM {self._kept('features')} SEMI JOIN anew USING (entity_id)"
        )
        for theme, columns in shared.items():
            connection.execute(f"CREATE TABLE theme_{theme} AS SELECT entity_id, {', '.join(columns)} FROM shared")

    def join(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Bring into `scores` everybody else, as the earlier run found them, and give all their ranks."""
        give_ranks(
            connection,
            f"SELECT * FROM {self._kept('scores')} ANTI JOIN anew USING (entity_id) UNION ALL SELECT * FROM graded",
        )

    def written(self, tables: Mapping[str, str]) -> dict[str, str]:
        """What to write of a run that is this one whole and the earlier one's files besides; `tables` is what a whole run keeps, as queries."""
        since = {name: tables[name] for name in run_files.REPLACED}
        since |= {
            "links": "SELECT * FROM new_links",
            "persons": f"SELECT * FROM persons ANTI JOIN {self._kept('persons')} USING (person)",
        }
        for name in since:
            others = "WHERE entity_id NOT IN (FROM anew)" if name in run_files.REPLACED else ""
            if (before := run_files.since_of(self._folder, name)).exists():
                since[name] = f"SELECT * FROM {run_files.read_sql(before)} {others} UNION ALL ({since[name]})"
        written = {f"{name}.{run_files.SINCE}": query for name, query in since.items()}
        return {"scores": tables["scores"], run_files.SINCE: self._since(), **written}

    @property
    def _folder(self) -> Path:
        return self.workspace.home / self.earlier.path

    def _since(self) -> str:
        """Everybody who differs from the run whose files are shared: that may be one before the earlier one."""
        before = run_files.file_of(self._folder, run_files.SINCE)
        return f"SELECT * FROM anew UNION SELECT * FROM {run_files.read_sql(before)}" if before.exists() else "SELECT * FROM anew"

    def _choose(self, connection: duckdb.DuckDBPyConnection) -> None:
        """`anew`: whom new rows mean, whom older versions of the same records meant, and whom the days may have moved."""
        links, features = self._kept("links"), self._kept("features")
        meant = ["SELECT entity_id FROM links WHERE entity_id IS NOT NULL"]
        meant.append(f"SELECT entity_id FROM {links} WHERE entity_id IS NOT NULL AND subject IN (SELECT subject FROM links)")
        meant += moved_sql(self.earlier.as_of, self.grounds.as_of, features, links)
        connection.execute(f"CREATE TABLE anew AS {' UNION '.join(meant)}")

    def _leave(self, connection: duckdb.DuckDBPyConnection, kind: Kind, condition: str) -> None:
        name = f"raw_{kind.table}"
        source = name if kind is Kind.ENTITIES else f"every_{kind.table}"
        connection.execute(f"CREATE TABLE few AS SELECT * FROM {source} WHERE {condition}")
        connection.execute(f"DROP VIEW {name}")
        connection.execute(f"ALTER TABLE few RENAME TO {name}")

    def _of_them(self, name: str) -> str:
        return f"SELECT * FROM {self._kept(name)} SEMI JOIN anew USING (entity_id)"

    def _kept(self, name: str) -> str:
        return self.workspace.run_rows(self.earlier, name)


def _columns(theme: Theme) -> list[str]:
    """What a theme's table has beside the entity."""
    return [f'"{c}"' for name, f in theme.features.items() for c in ([name, name + OPEN] if f.is_aggregate else [name])]


def increment(workspace: Workspace, grounds: Grounds) -> Increment | None:
    """The step from the newest run that these grounds continue; None where there is none and everybody is to be scored."""
    for run in workspace.register.runs():
        if _continues(workspace, grounds, run):
            return Increment(workspace, grounds, run)
    return None


def _continues(workspace: Workspace, grounds: Grounds, run: Run) -> bool:
    """Whether the run rests on the same but for later batches that concern single entities, and another day of the same month at most."""
    before, now = run.as_of, grounds.as_of
    if (before.year, before.month) != (now.year, now.month):
        return False
    old, new = grounds.batches[: len(run.batches)], grounds.batches[len(run.batches) :]
    then = replace(grounds, batches=old, as_of=before)
    if then.run_id != run.run_id or not all(workspace.has_table(run, name) for name in _NEEDED):
        return False
    if not {batch.kind for batch in new} <= OWN & {batch.kind for batch in old}:
        return False
    return before == now or (
        then.book.content(before) == grounds.book.content(now) and not _shared_moved(workspace, then, now_of=grounds)
    )


def _shared_moved(workspace: Workspace, then: Grounds, now_of: Grounds) -> bool:
    """Whether a case counts on one of the two days only: it may concern anybody."""
    cases = [batch for batch in then.batches if batch.kind is Kind.CASES]
    with workspace.connect(cases, [Kind.CASES]) as connection:
        numbers = then.book.numbers_on(then.as_of)
        return bool(connection.execute(shared_moved_sql(then.as_of, now_of.as_of, numbers)).fetchall())
