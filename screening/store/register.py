"""The register: one relational database that names every batch, run, rule book and entity key there is.

SQLite by default, PostgreSQL by URL. Readers never wait; writers queue behind one lock, in whatever process and on whatever machine, so what a writer has
checked inside `writing()` still holds when it commits.
"""

import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from screening.errors import ScreeningError
from screening.store import migrations
from screening.store.engine import make_engine, wait_for_turn
from screening.store.schema import Moment, metadata
from screening.store.steps import Step, step_columns, steps_from
from screening.vocabulary import Kind, Verdict

_batches = sa.Table(
    "batches",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch_id", sa.String(32), unique=True, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.String(64), nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("received", sa.Date, nullable=False),
    sa.Column("loaded_at", Moment, nullable=False),
    sa.Column("accepted", sa.Integer, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("receipt", sa.JSON, nullable=False),
    sa.Column("reading", sa.String(32), nullable=False, server_default=""),
    sa.Column("replaced_by", sa.String(32)),
    sa.UniqueConstraint("kind", "file_sha256", "reading", name="uq_batches_kind_file_sha256_reading"),
)
_runs = sa.Table(
    "runs",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.String(32), unique=True, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("rulebook", sa.String(32), nullable=False),
    sa.Column("batches", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("summary", sa.JSON, nullable=False),
)
_rulebooks = sa.Table(
    "rulebooks",
    metadata,
    sa.Column("version", sa.String(32), primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
)
_entity_keys = sa.Table(
    "entity_keys",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("entity_id", sa.String(64), primary_key=True, index=True),
    sa.Column("attributes", sa.JSON, nullable=False),
    sa.Column("batch_id", sa.String(32), nullable=False),
)
# What people said of who is who: never deleted, undone at most.
_decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("entity_id", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", Moment, nullable=False),
    sa.Column("undone_by", sa.Text),
    sa.Column("undone_at", Moment),
)
# Rule books as files, and what people did with each: proposed, approved, installed. Nothing is ever deleted.
_published = sa.Table(
    "published_rules",
    metadata,
    sa.Column("version", sa.String(32), primary_key=True),
    sa.Column("files", sa.JSON, nullable=False),
)
_publishing = sa.Table(
    "publishing_steps",
    metadata,
    *step_columns(),
    sa.Column("rehearsal", sa.JSON),
)
_secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(128), nullable=False),
)


@dataclass(frozen=True)
class Batch:
    """One loaded table: `path` is relative to the workspace, `received` the day it counts from."""

    seq: int
    batch_id: str
    kind: Kind
    file_name: str
    file_sha256: str
    source: str | None
    received: date
    loaded_at: datetime
    accepted: int
    path: str
    receipt: dict[str, Any]
    reading: str
    replaced_by: str | None


@dataclass(frozen=True)
class Run:
    """One scoring: which batches, which rule book, as of which day, and where its tables lie."""

    seq: int
    run_id: str
    as_of: date
    rulebook: str
    batches: list[str]
    created_at: datetime
    path: str
    summary: dict[str, Any]


@dataclass(frozen=True)
class Decision:
    """A person's word on whether `subject` (a record such as `complaints:GD1`, or `entities:<id>`) means that entity."""

    seq: int
    subject: str
    entity_id: str
    verdict: Verdict
    note: str
    decided_by: str
    decided_at: datetime
    undone_by: str | None
    undone_at: datetime | None


@dataclass(frozen=True)
class PublishingStep(Step):
    """What somebody did with a rule-book version; `rehearsal` is the document of the replay it was proposed with."""

    rehearsal: dict[str, Any] | None


class Register:
    """The catalogue of what exists. Opening brings the tables up to date; several processes may open at once."""

    def __init__(self, url: str) -> None:
        """Connect to `url`; raises `ScreeningError` when the database cannot be reached."""
        parsed = make_url(url)
        self._engine, self._turn = make_engine(parsed), threading.Lock()
        try:
            with self._engine.connect() as connection:
                is_current = migrations.version_of(connection) == migrations.HEAD
            if not is_current:
                with self.writing() as connection:
                    migrations.upgrade(connection)
        except SQLAlchemyError as error:
            raise ScreeningError(
                f"打不开登记库：{error.__class__.__name__}",
                "请检查 SCREENING_DATABASE_URL 的地址、账号与权限，或磁盘是否已满。",
                {"database": parsed.render_as_string(hide_password=True)},
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction no other writer can be inside of, here or on another machine; commits at the end, rolls back on any error.

        Threads of one process queue before they take a connection: those that wait must not use up the ones that the writer itself reads through.
        Raises `ScreeningError` where another writer is not done in five minutes.
        """
        with self._turn, self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            if self._engine.dialect.name == "postgresql":
                wait_for_turn(connection)
            yield connection

    @contextmanager
    def aside(self) -> Iterator[Connection]:
        """A short write that no other rests on, such as when somebody was last seen: it waits for no writer where the database admits that."""
        if self._engine.dialect.name != "postgresql":
            with self.writing() as connection:
                yield connection
            return
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment, whatever others write meanwhile."""
        one_moment = {"isolation_level": "REPEATABLE READ"} if self._engine.dialect.name == "postgresql" else {}
        with self._engine.connect().execution_options(**one_moment) as connection, connection.begin():
            yield connection

    def batches(self, *, received_by: date | None = None, kind: Kind | None = None) -> list[Batch]:
        """Registered batches in the order they count: by day received, then by loading. Those whose file was read anew do not count."""
        query = _in_order().where(_batches.c.replaced_by.is_(None))
        if received_by is not None:
            query = query.where(_batches.c.received <= received_by)
        if kind is not None:
            query = query.where(_batches.c.kind == kind.value)
        return [_batch(row) for row in self.rows(query)]

    def batches_of(self, run: Run) -> list[Batch]:
        """The batches a run was computed from, in the order they count; also those that do not count any more."""
        chosen = set(run.batches)
        return [batch for row in self.rows(_in_order()) if (batch := _batch(row)).batch_id in chosen]

    def file_hashes(self) -> set[str]:
        """SHA-256 of every file ever loaded."""
        return {row["file_sha256"] for row in self.rows(sa.select(_batches.c.file_sha256))}

    def same_file(self, connection: Connection, kind: Kind, sha256: str) -> Batch | None:
        """The batch that already holds this very file as this kind and counts, however the file was read, if any."""
        holds = (_batches.c.kind == kind.value, _batches.c.file_sha256 == sha256, _batches.c.replaced_by.is_(None))
        row = connection.execute(sa.select(_batches).where(*holds)).mappings().first()
        return _batch(row) if row else None

    def replace_batch(self, connection: Connection, old: str, new: str) -> Batch | None:
        """Let the batch `new` count instead of `old`, which holds the same file read otherwise; returns `new` where it was there before."""
        connection.execute(_batches.update().where(_batches.c.batch_id == old).values(replaced_by=new))
        connection.execute(_batches.update().where(_batches.c.batch_id == new).values(replaced_by=None))
        row = connection.execute(sa.select(_batches).where(_batches.c.batch_id == new)).mappings().first()
        return _batch(row) if row else None

    def add_batch(self, connection: Connection, **values: Any) -> None:
        """Make a batch visible (with the transaction's commit)."""
        connection.execute(_batches.insert().values(loaded_at=datetime.now(UTC), **values))

    def runs(self) -> list[Run]:
        """Every run, newest as-of date first, then newest made first."""
        return [_run(row) for row in self.rows(sa.select(_runs).order_by(_runs.c.as_of.desc(), _runs.c.seq.desc()))]

    def run(self, run_id: str) -> Run | None:
        """The run of that id."""
        rows = self.rows(sa.select(_runs).where(_runs.c.run_id == run_id))
        return _run(rows[0]) if rows else None

    def add_run(self, connection: Connection, rulebook_content: Mapping[str, Any], **values: Any) -> None:
        """Make a run visible (with the transaction's commit), keeping the rule book it was made with."""
        version = values["rulebook"]
        known = connection.execute(sa.select(_rulebooks.c.version).where(_rulebooks.c.version == version)).first()
        if known is None:
            connection.execute(_rulebooks.insert().values(version=version, content=dict(rulebook_content)))
        connection.execute(_runs.insert().values(created_at=datetime.now(UTC), **values))

    def rulebook(self, version: str) -> dict[str, Any]:
        """The rule book of that version, as it was when a run used it."""
        content: dict[str, Any] = self.rows(sa.select(_rulebooks).where(_rulebooks.c.version == version))[0]["content"]
        return content

    def entity_keys(self, connection: Connection) -> list[tuple[str, str, dict[str, Any]]]:
        """Every settled key: (key, entity_id, attributes)."""
        query = sa.select(_entity_keys.c.key, _entity_keys.c.entity_id, _entity_keys.c.attributes)
        return [(row.key, row.entity_id, row.attributes) for row in connection.execute(query)]

    def add_entity_keys(self, connection: Connection, batch_id: str, keys: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Keep newly settled keys; a key is never moved or removed."""
        rows = [{"key": k, "entity_id": e, "attributes": a, "batch_id": batch_id} for k, e, a in keys]
        if rows:
            connection.execute(_entity_keys.insert(), rows)

    def find_entities(self, entity_id: str, keys: Iterable[str]) -> list[str]:
        """That id where it is settled, and the ids that any of these keys was settled to."""
        wanted = sa.or_(_entity_keys.c.entity_id == entity_id, _entity_keys.c.key.in_(list(keys)))
        query = sa.select(_entity_keys.c.entity_id).where(wanted).distinct()
        return sorted(row["entity_id"] for row in self.rows(query))

    def decide(
        self, connection: Connection, *, subject: str, entity_id: str, verdict: Verdict, note: str, decided_by: str
    ) -> None:
        """Keep a decision; the newest one of a subject and entity stands."""
        values = {"subject": subject, "entity_id": entity_id, "verdict": verdict.value, "note": note, "decided_by": decided_by}
        connection.execute(_decisions.insert().values(decided_at=datetime.now(UTC), **values))

    def undo_decision(self, connection: Connection, seq: int, undone_by: str) -> bool:
        """Take a decision back; False when it was taken back before. It stays on record."""
        standing = sa.and_(_decisions.c.seq == seq, _decisions.c.undone_at.is_(None))
        done = connection.execute(_decisions.update().where(standing).values(undone_by=undone_by, undone_at=datetime.now(UTC)))
        return bool(done.rowcount)

    def decisions(self) -> list[Decision]:
        """Every decision ever made, oldest first."""
        return [_decision(row) for row in self.rows(sa.select(_decisions).order_by(_decisions.c.seq))]

    def standing_decisions(self) -> list[Decision]:
        """The newest decision of each subject and entity that nobody took back, oldest first."""
        newest = {(d.subject, d.entity_id): d for d in self.decisions() if d.undone_at is None}
        return sorted(newest.values(), key=lambda decision: decision.seq)

    def publishing_steps(self) -> list[PublishingStep]:
        """Everything done with rule-book versions, oldest first."""
        return steps_from(self.rows(sa.select(_publishing).order_by(_publishing.c.seq)), PublishingStep)

    def add_publishing_step(self, connection: Connection, files: Mapping[str, str], **values: Any) -> None:
        """Record a step; the version's files are kept the first time it is named."""
        known = connection.execute(sa.select(_published.c.version).where(_published.c.version == values["version"])).first()
        if known is None:
            connection.execute(_published.insert().values(version=values["version"], files=dict(files)))
        connection.execute(_publishing.insert().values(done_at=datetime.now(UTC), **values))

    def published_files(self, version: str) -> dict[str, str] | None:
        """The files of a version, path within rules/ → text; None for a version nobody ever proposed or installed."""
        rows = self.rows(sa.select(_published.c.files).where(_published.c.version == version))
        return dict(rows[0]["files"]) if rows else None

    def secret(self, name: str) -> str:
        """A random key of this installation, made at first use and the same for every process."""
        query = sa.select(_secrets.c.value).where(_secrets.c.name == name)
        if not (found := self.rows(query)):
            with self.writing() as connection:
                if connection.execute(query).first() is None:
                    connection.execute(_secrets.insert().values(name=name, value=secrets.token_hex(32)))
            found = self.rows(query)
        return str(found[0]["value"])

    def rows(self, query: sa.Select[Any]) -> list[Any]:
        """The rows of a query, each by column name: for the modules that keep their own tables in the register, too."""
        with self._engine.connect() as connection:
            return list(connection.execute(query).mappings())


def _in_order() -> sa.Select[Any]:
    return sa.select(_batches).order_by(_batches.c.received, _batches.c.seq)


def _batch(row: Any) -> Batch:
    names = Batch.__dataclass_fields__
    return Batch(**{name: row[name] for name in names if name != "kind"}, kind=Kind(row["kind"]))


def _decision(row: Any) -> Decision:
    return Decision(
        **{name: row[name] for name in Decision.__dataclass_fields__ if name != "verdict"}, verdict=Verdict(row["verdict"])
    )


def _run(row: Any) -> Run:
    return Run(**{name: row[name] for name in Run.__dataclass_fields__})
