"""Which scoring a case's papers rest on: the one that last raised it, else the newest made before its last event. A later scoring changes no paper."""

from collections.abc import Sequence

from screening.cases.events import Event, EventKind
from screening.store.register import Run
from screening.store.workspace import Workspace


def run_of(workspace: Workspace, events: Sequence[Event]) -> Run | None:
    """That run; None where nothing was scored by then."""
    for event in reversed(events):
        if event.kind is EventKind.ALERT and (run := workspace.register.run(str(event.fields.get("run")))):
            return run
    last = events[-1].at if events else None
    made = [run for run in workspace.register.runs() if last and run.created_at <= last]
    return made[0] if made else None
