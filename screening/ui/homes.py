"""The home of each role: which sections, in which order. The order is the order of the day's work."""

from collections.abc import Callable

from screening.ui import home_sections as sections
from screening.ui.home_sections import Sitting
from screening.vocabulary import Role

Section = Callable[[Sitting], None]

_UNIT: tuple[Section, ...] = (sections.tiles, sections.sent_to_us, sections.to_speak, sections.late, sections.in_sight)
HOMES: dict[Role, tuple[Section, ...]] = {
    Role.OFFICER: (
        sections.tiles, sections.fresh, sections.late, sections.to_do, sections.to_speak, sections.sessions, sections.coverage,
    ),
    Role.CHIEF: (
        sections.tiles, sections.to_sign, sections.late, sections.sessions, sections.to_do, sections.fresh, sections.coverage,
    ),
    Role.LEADER: (sections.situation, sections.to_sign, sections.late, sections.course, sections.way, sections.coverage),
    Role.STREET: (sections.visits, sections.late, sections.to_do, sections.to_speak, sections.coverage),
    Role.GRID: (sections.visits,),
    Role.MARKET: _UNIT,
    Role.POLICE: _UNIT,
    Role.INDUSTRY: _UNIT,
    Role.LEGAL: (sections.to_speak, sections.late, sections.in_sight),
}  # fmt: skip
ELSEWHERE: tuple[Section, ...] = (sections.tiles, sections.to_sign, sections.to_do, sections.late)
