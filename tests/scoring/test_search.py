"""Search: by any spelling a list ever gave, best match first, each role its own, and no person spelt out by trying."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from screening import pipeline
from screening.access import OPERATOR, Actor
from screening.errors import NotAllowed
from screening.scoring.ranking import find_run
from screening.scoring.search import Matches, search
from screening.store.sharing import share, to_person
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role
from tests.features.test_relations import firm
from tests.promises.world import delivered, write_csv

STREET = "440803001"
SHOP, BRANCH, OTHER = "湛江市虚甲聚福（霞山）珠宝有限公司", "湛江市虚乙聚福典当有限公司", "湛江市虚丙水产有限公司"
HOME = "湛江市霞山区解放街道虚构路8号商铺９"


def actor_of(role: Role) -> Actor:
    return Actor(f"p-{role}", "测试员", "测试", role, frozenset({STREET}) if role in (Role.STREET, Role.GRID) else frozenset())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Three firms; the first moved, took a new name and a new head in the second list."""
    before = firm("湛江市虚甲老号金行", 1, 法定代表人="欧阳虚甲", 住所="湛江市霞山区建设街道旧址路1号")
    now = before | {
        "企业名称": SHOP, "法定代表人": "虚某龙", "住所": HOME, "经营场所": HOME, "曾用名": "虚甲一号店；虚甲二号店", "招牌名称": "萬福樓",
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("search") / "office"
    workspace, _ = delivered({Kind.ENTITIES: [before, firm(BRANCH, 2), firm(OTHER, 3)]}, folder)
    pipeline.load(workspace, [write_csv(folder / "later.csv", [now])], kind=Kind.ENTITIES, received=date(2026, 10, 31))
    pipeline.score(workspace, as_of=date(2026, 10, 31))
    yield workspace
    workspace.register.close()


def look(office: Workspace, text: str, actor: Actor = OPERATOR, top: int = 20) -> Matches:
    return search(office, find_run(office), text, top=top, actor=actor)


@pytest.mark.parametrize(
    ("text", "label", "is_current"),
    [
        (SHOP, "企业名称", True),
        ("虚甲聚福(霞山)", "企业名称", True),
        ("聚福 霞山", "企业名称", True),
        ("虛甲聚福", "企业名称", True),
        ("老号金行", "企业名称", False),
        ("虚甲二号店", "曾用名", True),
        ("万福楼", "招牌名称", True),
        ("ma9000001", "统一社会信用代码", True),
        ("虚构路8号商铺9", "经营场所", True),
        ("旧址路1号", "住所", False),
        ("虚某龙", "法定代表人", True),
        ("欧阳虚甲", "法定代表人", False),
    ],
)
def test_every_spelling_leads_to_it_and_says_where(office: Workspace, text: str, label: str, is_current: bool) -> None:
    found = look(office, text)
    assert [(match.name, match.label, match.is_current) for match in found.found] == [(SHOP, label, is_current)]


def test_a_whole_name_comes_before_part_of_one(office: Workspace) -> None:
    assert {match.name for match in look(office, "聚福").found} == {SHOP, BRANCH}
    assert look(office, BRANCH).found[0].name == BRANCH


def test_the_total_is_told_where_not_all_fit(office: Workspace) -> None:
    found = look(office, "湛江市", top=2)
    assert len(found.found) == 2 and found.total == 3


def test_where_nothing_holds_the_text_its_brand_is_looked_for_and_said_so(office: Workspace) -> None:
    found = look(office, "霞山虚乙聚福当铺")
    assert found.by_brand == "虚乙聚福" and [match.name for match in found.found] == [BRANCH]


@pytest.mark.parametrize("text", ["", " ", "虚", "（）"])
def test_less_than_two_characters_find_nothing(office: Workspace, text: str) -> None:
    assert look(office, text) == Matches([], 0)


@pytest.mark.parametrize("text", ["%", "_聚_", "' OR true --", "聚福'; DROP TABLE terms"])
def test_what_means_something_to_a_database_means_nothing_here(office: Workspace, text: str) -> None:
    assert not look(office, text).total


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CHIEF, Role.LEADER, Role.STREET, Role.MARKET])
def test_a_masked_person_is_found_by_the_whole_name_alone_and_shown_masked(office: Workspace, role: Role) -> None:
    actor = actor_of(role)
    (match,) = look(office, "虚某龙", actor).found
    assert match.said == "虚**" and "虚某龙" not in repr(match)
    for part in ("某龙", "虚某", "阳虚甲"):
        assert "法定代表人" not in {one.label for one in look(office, part, actor).found}
    assert look(office, "某龙").total, "whoever sees the name in full may write part of it"


def test_whoever_sees_no_person_finds_nobody_by_one_and_no_column_they_do_not_see(office: Workspace) -> None:
    grid = actor_of(Role.GRID)
    (code,) = [match.entity_id for match in look(office, SHOP).found]
    assert not look(office, SHOP, grid).total, "not their task"
    with office.register.writing() as transaction:
        share(transaction, code, to_person(grid.person_id), ground="任务单", by="t")
    (match,) = look(office, SHOP, grid).found
    assert match.grade is None and match.score is None
    for text in ("虚某龙", "欧阳虚甲", "9144", "虚甲二号店"):
        assert not look(office, text, grid).total


def test_each_finds_what_lies_in_their_sight(office: Workspace) -> None:
    street = actor_of(Role.STREET)
    assert {match.name for match in look(office, "湛江市", street).found} == {SHOP}
    assert not look(office, "湛江市", replace(street, areas=frozenset())).total
    assert not look(office, "湛江市", actor_of(Role.POLICE)).total
    market = look(office, "湛江市", actor_of(Role.MARKET))
    assert market.total == 3 and {match.grade for match in market.found} == {None}
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            look(office, "湛江市", actor_of(role))


def test_a_run_that_kept_no_spellings_is_searched_all_the_same(office: Workspace) -> None:
    path = Path(office.run_table(find_run(office), "terms"))
    expected, content = look(office, "聚福"), path.read_bytes()
    path.unlink()
    try:
        assert look(office, "聚福") == expected
    finally:
        path.write_bytes(content)
