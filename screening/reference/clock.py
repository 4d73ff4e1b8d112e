"""The clock on the office's wall: whatever zone a server is set to, days are those of China."""

from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "UTC+8")  # one zone, no summer time since 1991: needs no zone database
_LAST_MOMENT = time(23, 59, 59)


def local_day(at: datetime) -> date:
    """The day it is in China at a moment."""
    return at.astimezone(CHINA).date()


def today() -> date:
    """The day it is in China now."""
    return local_day(datetime.now(UTC))


def end_of(day: date) -> datetime:
    """The last second of a day in China."""
    return datetime.combine(day, _LAST_MOMENT, CHINA)


def moment(at: datetime) -> str:
    """When something was done, as 2026-10-31 09:05."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
