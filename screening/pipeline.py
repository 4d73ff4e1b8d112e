"""One month from files to ranked list: the only place where the stages meet.

`load` turns files into registered batches and a receipt; `score` turns the batches received by a day into a registered run.
Both are safe to repeat and to run beside each other: what is already there is found again, not made twice. `screened` does what `score`
does with any rules folder, in memory only.
"""

import calendar
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from screening.access import OPERATOR, Actor, Document, Verb
from screening.errors import InvalidFile, InvalidRequest
from screening.features.catalogue import read_features
from screening.features.compute import FactContext, compute_features
from screening.features.evidence import collect_evidence, collect_shared_evidence
from screening.features.persons import create_persons
from screening.features.relations import create_relations
from screening.features.tables import create_tables
from screening.features.ties import create_ties
from screening.grounds import Grounds
from screening.identity.complainants import complainant_key, phone_key
from screening.identity.decisions import subject_of
from screening.identity.entity_index import delivered_index
from screening.identity.linking import link_rows
from screening.identity.matching import Asked, Matcher
from screening.identity.settlement import Settlement
from screening.identity.tipsters import Said, keep_tipsters
from screening.increment import STANDING, Increment, NotWorthwhile, increment
from screening.intake.delivery import Delivery
from screening.intake.name_list import read_name_list
from screening.intake.preview import first_rows, unread_rows
from screening.intake.reading import UnknownColumns, read_file
from screening.reference.columns import stored_schema
from screening.reference.corrections import Correction, Corrections
from screening.reference.fields import read_dictionary
from screening.reference.rights import require
from screening.rulebook.active import active_rules
from screening.rulebook.book import Rulebook
from screening.rulebook.outcomes import evaluate
from screening.rulebook.publishing import install
from screening.rulebook.rule import Rule
from screening.scoring.grading import create_scores
from screening.scoring.model_rules import scoring_book
from screening.scoring.points import create_points
from screening.scoring.search import create_terms
from screening.store.mappings import forget, remember, remembered
from screening.store.register import Decision, Run
from screening.store.shelf import Keeping
from screening.store.sight import require_district
from screening.store.tables import Tables
from screening.store.workspace import Workspace
from screening.text.marks import mark_texts
from screening.text.masking import mask_personal, phones_in
from screening.text.patterns import read_patterns
from screening.vocabulary import Engine, Grade, Kind

if TYPE_CHECKING:
    from screening.spark.engine import SparkEngine

Progress = Callable[[str, float], None]
Suppose = Callable[[duckdb.DuckDBPyConnection], None]
_CHUNK = 1 << 20
_FREE_TEXT = {Kind.COMPLAINTS: ("title", "content", "result", "raw"), Kind.PUBLICITY: ("text", "raw")}
_READ_ANEW = "该文件以前按另一种列的对应入过库；这次按现在的对应重读，代替原来那一份，收到日期按 {day}。"
# What a run keeps. Whose rows several processors made lie as those came; they are put in order, so that the same grounds give the same bytes.
RUN_TABLES = {
    **{name: f"FROM {name}" for name in ("scores", "features", "duplicates", "ties", "terms", "persons", "coverage")},
    "outcomes": "FROM outcomes ORDER BY entity_id",
    **{name: f"FROM {name} ORDER BY ALL" for name in ("evidence", "shared_evidence", "reports")},
    "links": "FROM links ORDER BY kind, ord",
}


@dataclass
class Receipt:
    """What became of every file: one entry a file and kind, in the shape of `load --json`; of a dry run also each entry's first rows as read."""

    files: list[dict[str, Any]] = field(default_factory=list)
    first_rows: list[list[dict[str, Any]]] = field(default_factory=list)

    @property
    def unreadable(self) -> list[dict[str, Any]]:
        """Entries of files that could not be read at all."""
        return [entry for entry in self.files if entry["error"]]

    @property
    def is_clean(self) -> bool:
        """No rejected row, no finding, no unreadable file."""
        return not any(entry["error"] or entry["rejected"] or entry["findings"] for entry in self.files)


def load(
    workspace: Workspace,
    paths: Iterable[Path],
    *,
    kind: Kind | None,
    received: date,
    source: str | None = None,
    corrections: Sequence[Correction] = (),
    dry_run: bool = False,
    progress: Progress | None = None,
    actor: Actor = OPERATOR,
) -> Receipt:
    """Read files and register their accepted rows as batches that count from `received`.

    Each file is taken whole or not at all; one that cannot be read is said so in its entry and hinders no other. `kind` None lets each sheet
    say what it is. `corrections` say what headings mean, before what was said of such sheets in earlier loads; they are remembered for later ones.
    With `dry_run` nothing is written. Raises `NotAllowed` for who may not load.
    """
    require(actor, Verb.LOAD, workspace.settings.rules)
    receipt = Receipt()
    words = Corrections(corrections, remembered(workspace.register, source))
    for number, path in enumerate(paths := list(paths)):
        try:
            sha256 = _fingerprint(path)
            report = _share_of(progress, path.name, number, len(paths))
            deliveries = read_file(path, kind=kind, source=source, received=received, corrections=words, progress=report)
        except InvalidFile as error:
            receipt.files.append(_unreadable(path, kind, error))
            receipt.first_rows.append(unread_rows(error.lines) if isinstance(error, UnknownColumns) else [])
            continue
        secret = workspace.register.secret("complainants")
        prepared = [(delivery, _without_people(delivery, secret)) for delivery in deliveries]
        with workspace.register.writing() as connection:
            for delivery, rows in prepared:
                incoming = _Incoming(path.name, sha256, source, received, delivery, rows)
                receipt.files.append(_register(workspace, connection, incoming, dry_run))
                receipt.first_rows.append(first_rows(delivery.kind, rows, actor) if dry_run else [])
                for table in delivery.tables if not dry_run else ():
                    if table.correction and table.correction in corrections:
                        remember(connection, table.correction, source, actor)
    return receipt


def _share_of(progress: Progress | None, name: str, number: int, count: int) -> Progress | None:
    """The progress of one of several files, as a part of the whole."""
    return progress and (lambda stage, share: progress(f"{name}：{stage}" if count > 1 else stage, (number + share) / count))


def forget_columns(workspace: Workspace, seq: int, *, actor: Actor) -> None:
    """No longer read sheets as somebody once said; raises `NotAllowed` for who may not load."""
    require(actor, Verb.LOAD, workspace.settings.rules)
    with workspace.register.writing() as connection:
        forget(connection, seq, actor)


@dataclass(frozen=True)
class _Incoming:
    file: str
    sha256: str
    source: str | None
    received: date
    delivery: Delivery
    rows: pa.Table

    @property
    def batch_id(self) -> str:
        reading = f":{self.delivery.reading}" if self.delivery.reading else ""
        return hashlib.sha256(f"{self.delivery.kind}:{self.sha256}{reading}".encode()).hexdigest()[:16]


def _register(workspace: Workspace, connection: Connection, incoming: _Incoming, dry_run: bool) -> dict[str, Any]:
    """Inside the writers' lock: leave out what is known, settle ids, write, register."""
    kind = incoming.delivery.kind
    standing = workspace.register.same_file(connection, kind, incoming.sha256)
    if standing and standing.reading == incoming.delivery.reading:
        return _entry(incoming, accepted=0, known=f"该文件已于 {standing.loaded_at.astimezone():%Y-%m-%d} 入库，本次没有新增。")
    if standing:  # read otherwise: the new reading counts instead, from the day the file came
        incoming = replace(incoming, received=min(standing.received, incoming.received))
    rows = _without_known_rows(workspace, incoming)
    entry = _entry(incoming, accepted=rows.num_rows, known=_READ_ANEW.format(day=incoming.received) if standing else "")
    if dry_run:
        return entry
    if standing and (again := workspace.register.replace_batch(connection, standing.batch_id, incoming.batch_id)):
        return _entry(incoming, accepted=again.accepted, known=entry["message"])
    if kind is Kind.ENTITIES:
        settlement = Settlement.of(workspace.register.entity_keys(connection))
        wanted = rows.select(["uscc", "reg_no", "name", "legal_rep_name", "address_reg"]).to_pylist()
        rows = rows.append_column("entity_id", pa.array([settlement.settle(row) for row in wanted], pa.string()))
        workspace.register.add_entity_keys(connection, incoming.batch_id, settlement.added)
    if kind is Kind.COMPLAINTS:
        keep_tipsters(workspace, connection, incoming.batch_id, _writers(rows))
    rows = rows.append_column("batch_id", pa.array([incoming.batch_id] * rows.num_rows, pa.string()))
    workspace.register.add_batch(
        connection,
        batch_id=incoming.batch_id,
        kind=kind.value,
        file_name=incoming.file,
        file_sha256=incoming.sha256,
        source=incoming.source,
        received=incoming.received,
        accepted=rows.num_rows,
        path=workspace.write_batch(kind, incoming.batch_id, rows.select(stored_schema(kind).names)),
        receipt=entry,
        reading=incoming.delivery.reading,
    )
    return entry


def _without_known_rows(workspace: Workspace, incoming: _Incoming) -> pa.Table:
    """Rows not yet stored. A snapshot's unchanged row is news on another day; an event's is not."""
    kind = incoming.delivery.kind
    batches = [batch for batch in workspace.register.batches(kind=kind) if batch.file_sha256 != incoming.sha256]
    if read_dictionary(kind).nature == "snapshot":
        batches = [batch for batch in batches if batch.received == incoming.received]
    if not batches:
        return incoming.rows
    with workspace.connect(batches) as facts:
        stored = facts.sql(f"SELECT DISTINCT row_hash FROM raw_{kind.table}").to_arrow_table()["row_hash"]
    return incoming.rows.filter(pc.invert(pc.is_in(incoming.rows["row_hash"], value_set=stored.combine_chunks())))


def _without_people(delivery: Delivery, secret: str) -> pa.Table:
    """Replace whoever complains, and every telephone number in the words, by keys that only tell one from another; mask the words."""
    rows = delivery.table
    if delivery.kind is Kind.COMPLAINTS:
        people = zip(rows["complainant_phone"].to_pylist(), rows["complainant_name"].to_pylist(), strict=True)
        keys = [complainant_key(phone, name, secret) for phone, name in people]
        words = zip(rows["title"].to_pylist(), rows["content"].to_pylist(), strict=True)
        phones = [
            " ".join(phone_key(digits, secret) for text in texts if text for digits in phones_in(text)) or None for texts in words
        ]
        rows = rows.append_column("complainant_key", pa.array(keys, pa.string()))
        rows = rows.append_column("phones_said", pa.array(phones, pa.string()))
    for column in _FREE_TEXT.get(delivery.kind, ()):
        masked = [mask_personal(text) if text else text for text in rows[column].to_pylist()]
        rows = rows.set_column(rows.schema.get_field_index(column), column, pa.array(masked, pa.string()))
    return rows


def _writers(rows: pa.Table) -> Iterator[Said]:
    """Who wrote each complaint, of those who did not ask to stay unknown; named as its decisions are (`complaints:GD1`)."""
    columns = ("source_no", "row_hash", "complainant_name", "complainant_phone", "complainant_key", "is_anonymous")
    for number, row_hash, name, phone, key, is_anonymous in zip(*(rows[c].to_pylist() for c in columns), strict=True):
        if key is not None and not is_anonymous:
            yield Said(subject_of(Kind.COMPLAINTS, number or str(row_hash)), name, phone)


def _entry(incoming: _Incoming, *, accepted: int, known: str) -> dict[str, Any]:
    delivery = incoming.delivery
    return {
        "file": incoming.file,
        "sheet": "、".join(sheet.sheet for sheet in delivery.sheets if sheet.rows_read),
        "kind": delivery.kind.value,
        "rows_read": delivery.rows_read,
        "accepted": accepted,
        "rejected": delivery.rejected,
        "duplicate": delivery.rows_read - delivery.rejected - accepted,
        "error": None,
        "message": known,
        "columns": delivery.columns,
        "unmapped": delivery.unmapped,
        "tables": [table.as_dict() for table in delivery.tables],
        "rejects": delivery.rejects,
        "findings": delivery.findings,
        "sheets": [vars(sheet) for sheet in delivery.sheets],
        "batch": incoming.batch_id,
    }


def _unreadable(path: Path, kind: Kind | None, error: InvalidFile) -> dict[str, Any]:
    counts = dict.fromkeys(("rows_read", "accepted", "rejected", "duplicate"), 0)
    return {
        "file": path.name,
        "sheet": str(error.where.get("sheet", "")),
        "kind": kind.value if kind else None,
        **counts,
        "error": "unreadable",
        "message": error.message if path.name in error.message else f"{path.name}：{error.message}",
        "hint": error.hint,
        "columns": {},
        "unmapped": [],
        "tables": [table.as_dict() for table in error.tables] if isinstance(error, UnknownColumns) else [],
        "rejects": [],
        "findings": [],
        "sheets": [],
        "batch": None,
    }


def _fingerprint(path: Path) -> str:
    """SHA-256 of a file, in pieces; raises `InvalidFile` when there is none to read."""
    try:
        with path.open("rb") as stream:
            digest = hashlib.sha256()
            while piece := stream.read(_CHUNK):
                digest.update(piece)
            return digest.hexdigest()
    except OSError as error:
        raise InvalidFile(f"找不到或打不开文件 {path.name}", "请检查路径和读取权限。", {"file": str(path)}) from error


def score(
    workspace: Workspace,
    *,
    as_of: date,
    engine: Engine = Engine.DUCKDB,
    progress: Progress | None = None,
    actor: Actor = OPERATOR,
) -> Run:
    """Score every entity with what was received by `as_of` by the rule book in force; the same batches and rules give the same run, found again.

    Where an earlier run differs by some entities only, these alone are scored anew. Whichever way and engine, the run is the same. Raises `InvalidRequest` when no entity list was received by then, `InvalidRule` when the rule book is faulty, `NotAllowed` for who may not score.
    """
    require(actor, Verb.SCORE, workspace.settings.rules)
    grounds = _grounds(workspace, install(workspace), as_of)
    if found := workspace.register.run(grounds.run_id):
        return found
    step = increment(workspace, grounds) if engine is Engine.DUCKDB else None
    try:
        return _scored(workspace, grounds, progress, engine, step)
    except (NotWorthwhile, duckdb.Error):  # an earlier run that is damaged is as good as none
        if step is None:
            raise
        return _scored(workspace, grounds, progress, engine, None)


def _scored(workspace: Workspace, grounds: Grounds, progress: Progress | None, engine: Engine, step: Increment | None) -> Run:
    """A run made and registered, the whole of it or what changed since an earlier one."""
    with _screened(workspace, grounds, progress, engine=engine, step=step) as connection:
        create_persons(connection)
        if step is None:
            create_ties(connection)
            create_terms(connection)
        tables = step.written(RUN_TABLES) if step else RUN_TABLES
        with workspace.register.writing() as transaction:
            if workspace.register.run(grounds.run_id) is None:
                workspace.register.add_run(
                    transaction,
                    grounds.book.content(grounds.as_of),
                    run_id=grounds.run_id,
                    as_of=grounds.as_of,
                    rulebook=grounds.book.version,
                    batches=[batch.batch_id for batch in grounds.batches],
                    path=workspace.write_run(grounds.run_id, connection, tables, step.earlier if step else None),
                    summary=_summary(connection, grounds.as_of, step),
                )
    if progress:
        progress("完成", 1.0)
    run = workspace.register.run(grounds.run_id)
    assert run is not None, "a committed run is visible"
    return run


@contextmanager
def screened(
    workspace: Workspace,
    rules: Path,
    as_of: date,
    *,
    suppose: Suppose | None = None,
    said: Sequence[Decision] = (),
    progress: Progress | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """What scoring with any rules folder would give: a connection with `scores`, `features`, `outcomes`, `evidence`, `links` … Nothing is stored.

    Sees what was received by `as_of`, and what is only supposed: rows that `suppose` adds to `raw_<kind>` (views) and `batches` before the first stage,
    decisions `said` besides the standing ones. Raises as `score` does.
    """
    grounds = _grounds(workspace, rules, as_of)
    grounds = replace(grounds, decisions=[*grounds.decisions, *said])
    with _screened(workspace, grounds, progress, suppose) as connection:
        yield connection


def _grounds(workspace: Workspace, rules: Path, as_of: date) -> Grounds:
    batches = workspace.register.batches(received_by=as_of)
    if not any(batch.kind is Kind.ENTITIES and batch.accepted for batch in batches):
        raise InvalidRequest(f"截至 {as_of} 没有主体名单，无法评分", "请先上传主体名单；评分的截止日期不得早于名单的收到日期。")
    return Grounds(batches, scoring_book(workspace, rules), as_of, workspace.register.standing_decisions())


@contextmanager
def _screened(
    workspace: Workspace,
    grounds: Grounds,
    progress: Progress | None,
    suppose: Suppose | None = None,
    engine: Engine = Engine.DUCKDB,
    step: Increment | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """All stages run, in memory; with a `step`, over whom it chooses."""
    report = progress or (lambda stage, share: None)
    with workspace.connect(grounds.batches, alone=True) as connection, _elsewhere(engine, workspace) as spark:
        if suppose:
            suppose(connection)
        names = tuple(batch.batch_id for batch in grounds.batches)
        whole = frozenset() if suppose else frozenset(batch.batch_id for batch in step.new) if step else frozenset(names)
        stages = _stages(workspace, connection, grounds, Keeping(workspace.home, names, whole), spark, step)
        for number, (label, work) in enumerate(stages):
            report(label, number / len(stages))
            work()
        yield connection


def _elsewhere(engine: Engine, workspace: Workspace) -> AbstractContextManager["SparkEngine | None"]:
    """Where facts and rules are worked out when that is not done here."""
    if engine is Engine.DUCKDB:
        return nullcontext()
    from screening.spark.engine import running  # noqa: PLC0415  whoever does without it need not wait for it

    return running(workspace.settings)


def _stages(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    grounds: Grounds,
    keeping: Keeping,
    spark: "SparkEngine | None",
    step: Increment | None,
) -> list[tuple[str, Callable[[], None]]]:
    """What scoring does, in order: each stage reads the tables of those before it."""
    tables: Tables = spark.tables if spark else connection
    book, folder, as_of = grounds.book.on(grounds.as_of), grounds.book.folder, grounds.as_of
    rules, parameters = book.scoring_on(as_of), book.numbers_on(as_of)
    secret = workspace.register.secret("complainants")
    patterns = {name: pattern.regex for name, pattern in read_patterns(folder).items()}
    received = frozenset(Kind(row[0]) for row in connection.execute("SELECT DISTINCT kind FROM batches").fetchall())
    context = FactContext(as_of, patterns, parameters, received)
    wanted = {name: [f'"{rule.id}" > 0' for rule in rules if name in book.features_of(rule.id)] for name in read_features()}
    return [
        *([("挑出新数据", lambda: step.show_new_rows(connection))] if step else []),
        ("关联主体", lambda: link_rows(connection, folder, grounds.decisions, lambda digits: phone_key(digits, secret), keeping)),
        *([("挑出要重看的主体", lambda: step.narrow(connection))] if step else []),
        ("读取文本", lambda: mark_texts(connection, folder, keeping)),
        *([("移交 Spark", lambda: spark.hand_over(connection, grounds.batches))] if spark else []),
        ("汇总事实", lambda: create_tables(tables, folder)),
        *([] if step else [("关联企业", lambda: create_relations(tables, folder, parameters, None if spark else keeping))]),
        ("计算指标", lambda: compute_features(tables, context, STANDING if step else ())),
        ("判断规则", lambda: evaluate(tables, book, rules, read_features(), parameters)),
        *([("取回结果", lambda: spark.take_back(connection, received))] if spark else []),
        *([] if step else [("企业间的依据", lambda: collect_shared_evidence(connection, received))]),
        ("合计评分", lambda: _finish(connection, book, rules, wanted, received)),
        *([("并入其余主体", lambda: step.join(connection))] if step else []),
    ]


def _finish(
    connection: duckdb.DuckDBPyConnection,
    book: Rulebook,
    rules: list[Rule],
    wanted: dict[str, list[str]],
    received: Collection[Kind],
) -> None:
    create_points(connection, rules, book.grades)
    collect_evidence(connection, {name: conditions for name, conditions in wanted.items() if conditions}, received)
    create_scores(connection, rules, book)


def _summary(connection: duckdb.DuckDBPyConnection, as_of: date, step: Increment | None) -> dict[str, Any]:
    by_grade = dict(connection.execute("SELECT grade, count(*) FROM unordered GROUP BY grade").fetchall())
    linked = connection.execute(
        "SELECT CASE WHEN entity_id IS NOT NULL THEN method WHEN len(candidates) > 0 THEN 'waiting' ELSE 'none' END AS how, count(*) "
        f"FROM {'new_links' if step else 'links'} WHERE kind = 'complaints' GROUP BY how"
    ).fetchall()
    counts = Counter(dict(linked)) + Counter(step.earlier.summary["complaint_links"] if step else {})
    return {
        "as_of": as_of.isoformat(),
        "entities": sum(by_grade.values()),
        "by_grade": {grade.value: by_grade.get(grade.value, 0) for grade in Grade},
        "complaint_links": dict(sorted(counts.items())),
    }


def link_names(workspace: Workspace, path: Path, *, actor: Actor) -> list[dict[str, Any]]:
    """Whom each line of a list of names means, by everything loaded so far; in the shape of `link --json`. Nothing is stored.

    Raises `InvalidFile` for a file without names, `InvalidRequest` without any entity list, `NotAllowed` for who does not see every entity.
    """
    require(actor, Verb.LINK, workspace.settings.rules)
    require_district(workspace, actor, Document.REGISTRATION)
    named = read_name_list(path)
    batches = workspace.register.batches(kind=Kind.ENTITIES)
    if not batches:
        raise InvalidRequest("还没有主体名单，无法关联", "请先用 load entities 或看板上传主体名单。")
    rules = active_rules(workspace)
    keeping = Keeping.of(workspace.home, (batch.batch_id for batch in batches))
    asked = [Asked(line.name, line.address, line.street, line.phone, line.legal_rep, line.text) for line in named]
    with workspace.connect(batches) as connection:
        register = delivered_index(connection, rules, str, keeping, None)
        matches = Matcher(register, rules).match(asked)
    return [{"id": line.id, **asdict(match)} for line, match in zip(named, matches, strict=True)]


def month_end(month: str) -> date:
    """The last day of a month written 2026-10."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])
