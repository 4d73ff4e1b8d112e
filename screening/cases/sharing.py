"""Who else comes to see an entity as its case moves: units it is sent to or discussed with, the grid worker who is given the task.

Follows each event inside its transaction, so that sight of the entity and sight of the case never part. Sight ends when the case is archived or begins
anew. Source: domain brief 7.2 (市监只见移送、会商件；经侦只见会商、移送件；网格员只见任务单).
"""

from sqlalchemy.engine import Connection

from screening.cases.case import Case
from screening.cases.events import Event, EventKind
from screening.cases.workflow import Workflow
from screening.store.sharing import share, shared_to, to_person, to_role, to_unit, unshare
from screening.vocabulary import Role

_ENDS_SIGHT = {"F2", "F9"}


def share_along(workflow: Workflow, connection: Connection, case: Case, event: Event) -> None:
    """Widen or end the sight of a case's entity by what has just happened."""
    if case.entity_id is None:
        return
    standing = shared_to(connection, case.entity_id)
    if case.state in _ENDS_SIGHT:
        for audience in sorted(standing):
            unshare(connection, case.entity_id, audience, by=event.person_id)
        return
    wanted = {_audience(role, case) for role in workflow.shared.get(case.state, ())}
    if event.kind is EventKind.ASSIGNED and case.assignee:
        wanted.add(to_person(case.assignee))
    for audience in sorted(wanted - standing):
        ground = f"案件 {case.case_id}：{workflow.label(case.state)}"
        share(connection, case.entity_id, audience, ground=ground, by=event.person_id)


def _audience(role: Role, case: Case) -> str:
    """Of the industry regulators only the one it was sent to, where one is named."""
    return to_unit(case.to_unit) if role is Role.INDUSTRY and case.to_unit else to_role(role)
