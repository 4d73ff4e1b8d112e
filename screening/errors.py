"""Whose fault an error is, said once: the file's, the rules', the request's, the rights' or a stale view's.

Every error a user may see is a `ScreeningError`: one Chinese sentence of what is wrong, one of what to do, and where.
Programming mistakes stay ordinary exceptions and are not caught.
"""

from collections.abc import Mapping


class ScreeningError(Exception):
    """Something a user can mend.

    `message` says what is wrong, `hint` what to do about it, `where` the place (file, sheet, row, column, rule, …).
    """

    def __init__(self, message: str, hint: str = "", where: Mapping[str, object] | None = None) -> None:
        """Keep the three parts apart, so that the command line and the dashboard can lay them out."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = dict(where or {})


class InvalidFile(ScreeningError):
    """The upload cannot be read as a table."""


class InvalidRule(ScreeningError):
    """Something under rules/ is not as the rule book demands."""


class InvalidRequest(ScreeningError):
    """The question or command cannot be answered as put: an unknown id, a missing run, a date that is none."""


class NotAllowed(ScreeningError):
    """The caller may not do this."""


class StaleRecord(ScreeningError):
    """Somebody else saved first."""
