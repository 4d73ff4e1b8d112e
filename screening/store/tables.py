"""What a stage of scoring needs of the engine its tables lie in: DuckDB's own connection, or another that understands DuckDB's SQL."""

from typing import Any, Protocol


class Tables(Protocol):
    """Tables made and asked by SQL."""

    def execute(self, query: str, parameters: Any = None, /) -> "Tables":
        """Do a statement."""

    def fetchall(self) -> list[Any]:
        """The rows of the last query."""

    def register(self, name: str, rows: Any, /) -> object:
        """Make an Arrow table a table here."""

    def unregister(self, name: str, /) -> object:
        """Forget it."""
