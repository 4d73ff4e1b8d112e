"""What a workspace keeps to be quicker changes no number: kept, missing, damaged or belonging to something else."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from screening import pipeline
from screening.identity import address_parts, entity_tables, likeness
from screening.identity.addresses import AddressReader
from screening.settings import PROJECT_ROOT
from screening.store.workspace import Workspace
from screening.text.reading import TextReader
from screening.vocabulary import Kind
from tests.promises.world import AS_OF, delivered, make_world, write_csv

TABLES = ("scores", "features", "outcomes", "evidence", "links", "duplicates", "reports", "relation_pairs", "text_marks")
KEPT = ("readings", "likeness", "addresses")
Rows = dict[str, list[tuple[object, ...]]]


def nothing(files: list[Path]) -> None:
    """All is as it was left."""


def missing(files: list[Path]) -> None:
    files[0].unlink()


def gone(files: list[Path]) -> None:
    for family in {file.parents[1] for file in files}:
        shutil.rmtree(family)


def cut_short(files: list[Path]) -> None:
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def no_parquet(files: list[Path]) -> None:
    files[-1].write_bytes(b"")


def exchanged(files: list[Path]) -> None:
    """Each file holds what belongs to another."""
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, [*contents[1:], contents[0]], strict=True):
        file.write_bytes(content)


DAMAGES: list[Callable[[list[Path]], None]] = [nothing, missing, gone, cut_short, no_parquet, exchanged]


@settings(max_examples=2, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.integers(0, 10**6), st.permutations(DAMAGES))
def test_scores_are_the_same_whatever_became_of_what_was_kept(seed: int, damages: list[Callable[[list[Path]], None]]) -> None:
    with office(seed) as workspace:
        first, kept = screened(workspace), files_of(workspace)
        for damage in damages[:2]:
            damage(kept)
            assert screened(workspace) == first, damage
            assert files_of(workspace) == kept, "made again"


def test_what_was_read_or_looked_up_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with office(7) as workspace:
        first = screened(workspace)
        monkeypatch.setattr(TextReader, "of", None)
        monkeypatch.setattr(likeness, "Matcher", None)
        monkeypatch.setattr(AddressReader, "read", None)
        assert screened(workspace) == first


def test_a_register_that_changed_is_asked_anew(tmp_path: Path) -> None:
    entity = {"企业名称": "湛江市虚戊典当有限公司", "统一社会信用代码": "91440803MA9010033J", "法定代表人": "虚某戊"}
    with office(7) as workspace:
        screened(workspace)
        said = write_csv(tmp_path / "c.csv", [{"工单编号": "Y1", "诉求内容": "在湛江市虚戊典当有限公司存了十万元，取不出来"}])
        pipeline.load(workspace, [said], kind=Kind.COMPLAINTS, received=AS_OF)
        assert linked(workspace, "complaints:Y1") is None
        pipeline.load(workspace, [write_csv(tmp_path / "e.csv", [entity])], kind=Kind.ENTITIES, received=AS_OF)
        assert linked(workspace, "complaints:Y1") == entity["统一社会信用代码"]


def test_of_a_register_that_grew_only_what_is_new_is_taken_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entity = {"企业名称": "湛江市虚戊典当有限公司", "统一社会信用代码": "91440803MA9010033J", "住所": "虚戊路1号"}
    taken: list[str] = []

    def counted(read: Callable[[object, str], object], reader: object, said: str) -> object:
        taken.append(said)
        return read(reader, said)

    for module, name in ((entity_tables, "_name"), (address_parts, "_parts")):
        monkeypatch.setattr(module, name, partial(counted, getattr(module, name)))
    with office(7) as workspace:
        screened(workspace)
        assert taken
        taken.clear()
        pipeline.load(workspace, [write_csv(tmp_path / "e.csv", [entity])], kind=Kind.ENTITIES, received=AS_OF)
        screened(workspace)
        assert taken == ["湛江市虚戊典当有限公司", "虚戊路1号"]


def test_a_changed_word_list_is_read_anew(tmp_path: Path) -> None:
    with office(7) as workspace:
        rules = shutil.copytree(PROJECT_ROOT / "rules", tmp_path / "rules")
        lexicon = rules / "lexicon.yaml"
        words = yaml.safe_load(lexicon.read_text(encoding="utf-8"))
        changed = {
            name: group if name == "guards" else group | {"strong": [f"没有人说的{name}"]} for name, group in words.items()
        }
        lexicon.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
        assert screened(workspace, rules)["text_marks"] != screened(workspace)["text_marks"]


def test_where_nothing_can_be_kept_the_numbers_are_the_same() -> None:
    with office(7) as workspace:
        first = screened(workspace)
        for family in KEPT:
            shutil.rmtree(workspace.home / family)
            (workspace.home / family).write_text("这里不能建文件夹")
        assert screened(workspace) == first


@contextmanager
def office(seed: int) -> Iterator[Workspace]:
    with TemporaryDirectory() as place:
        workspace, _ = delivered(make_world(seed), Path(place) / "office")
        yield workspace
        workspace.register.close()


def files_of(workspace: Workspace) -> list[Path]:
    return sorted(file for family in KEPT for file in (workspace.home / family).rglob("*.parquet"))


def screened(workspace: Workspace, rules: Path = PROJECT_ROOT / "rules") -> Rows:
    with pipeline.screened(workspace, rules, AS_OF) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def linked(workspace: Workspace, subject: str) -> object:
    return next(row[2] for row in screened(workspace)["links"] if row[-1] == subject)
