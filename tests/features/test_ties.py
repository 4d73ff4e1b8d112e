"""Whom an entity hangs together with: as far as one more firm, not over what everybody shares, masked, and nobody named who lies out of sight."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from screening.access import OPERATOR, Actor
from screening.features.persons import ELSEWHERE
from screening.features.portrait import find_entity
from screening.features.ties import Web, web_of
from screening.store.register import Run
from screening.store.workspace import Workspace
from screening.vocabulary import Kind, Role
from tests.features.test_relations import GOLD, LEASING, PAWN, PLAIN, case, firm, holder
from tests.promises.world import Rows, World, delivered

OFFICER = Actor("p", "测试员", "区处非办", Role.OFFICER)
STREET_HAND = Actor("s", "测试员", "解放街道办", Role.STREET, frozenset({"440803001"}))
PHONE, OTHER_PHONE = "13800000001", "13800000002"


@contextmanager
def scored(world: World, folder: Path) -> Iterator[tuple[Workspace, Run]]:
    workspace, run = delivered(world, folder)
    yield workspace, run
    workspace.register.close()


def web(world: World, folder: Path, of: str, actor: Actor = OPERATOR) -> Web:
    with scored(world, folder) as (workspace, run):
        found = web_of(workspace, run, find_entity(workspace, of, actor=OPERATOR), actor=actor)
    assert found is not None
    return found


def names(found: Web) -> set[str]:
    return {node.name for node in found.nodes.values() if node.node_id != found.root}


def chain() -> Rows:
    """A gold shop, a leasing firm, a pawnshop, each next pair under one telephone; and one firm apart."""
    return [
        firm(GOLD, 1, 联系电话=PHONE),
        firm(LEASING, 2, 联系电话=f"{PHONE}、{OTHER_PHONE}"),
        firm(PAWN, 3, 联系电话=OTHER_PHONE),
        firm(PLAIN, 4),
    ]


def test_a_neighbour_and_a_neighbours_neighbour_are_reached_with_the_path_and_its_rows(tmp_path: Path) -> None:
    found = web({Kind.ENTITIES: chain()}, tmp_path / "w", GOLD)
    assert names(found) == {LEASING, PAWN}
    assert [len(path) for path in found.paths] == [1, 2]
    first, second = found.paths[1]
    assert first.links == (f"同一电话 {PHONE}",) and second.links == (f"同一电话 {OTHER_PHONE}",)
    assert first.is_sure and [source[2] for source in first.sources] == [2, 3]


def test_a_listed_case_is_met_through_its_head_and_a_name_alone_is_not_sure(tmp_path: Path) -> None:
    found = web({Kind.ENTITIES: [firm(GOLD, 1, 法定代表人="虚某癸")], Kind.CASES: [case()]}, tmp_path / "w", GOLD)
    ((tie,),) = found.paths
    node = found.nodes[tie.other]
    assert node.is_case and node.name == "外地市虚癸财富管理有限公司" and node.status == "已立案"
    assert not tie.is_sure and tie.links == ("同一法定代表人 虚某癸",)


def test_a_holding_firm_is_said_as_such_from_both_sides(tmp_path: Path) -> None:
    rows = [firm(GOLD, 1), firm(PAWN, 2)]
    world: World = {Kind.ENTITIES: rows, Kind.SHAREHOLDERS: [holder(rows[0], PAWN)]}
    ((held,),), ((holding,),) = (web(world, tmp_path / of, of).paths for of in (GOLD, PAWN))
    assert held.links == ("股东是对方",) and holding.links == ("入股对方",)
    assert held.is_sure and holding.is_sure


def test_a_telephone_of_very_many_ties_nobody(tmp_path: Path) -> None:
    crowd = [firm(f"湛江市虚构{number}水产有限公司", number, 联系电话=PHONE) for number in range(10, 19)]
    found = web({Kind.ENTITIES: [firm(GOLD, 1, 联系电话=PHONE), *crowd]}, tmp_path / "w", GOLD)
    assert not found.paths and not names(found)


def test_persons_and_numbers_are_masked_as_everywhere(tmp_path: Path) -> None:
    world: World = {
        Kind.ENTITIES: [firm(GOLD, 1, 法定代表人="虚某癸", 联系电话="075980000000")],
        Kind.CASES: [case(涉案企业名称="")],
    }
    found = web(world, tmp_path / "w", GOLD, OFFICER)
    text = repr(found)
    assert "虚某癸" not in text and "80000000" not in text
    assert "名单所列虚**" in text and "同一法定代表人 虚**" in text


def test_a_firm_out_of_sight_has_no_name_no_id_and_nothing_beyond_it(tmp_path: Path) -> None:
    here = "湛江市霞山区解放街道虚构路1号"
    rows = chain()
    rows[0] |= {"住所": here, "经营场所": here}
    rows[2] |= {"住所": f"{here}之3", "经营场所": f"{here}之3"}
    found = web({Kind.ENTITIES: rows}, tmp_path / "w", GOLD, STREET_HAND)
    assert names(found) == {ELSEWHERE} and len(found.paths) == 1
    text = repr(found)
    assert LEASING not in text and PAWN not in text and rows[1]["统一社会信用代码"] not in text
    assert len(found.paths[0][0].sources) == 1, "the other side's row is not cited"


def test_of_an_entity_out_of_sight_nothing_is_told(tmp_path: Path) -> None:
    found = web({Kind.ENTITIES: chain()}, tmp_path / "w", GOLD, STREET_HAND)
    assert not found.nodes and not found.ties
