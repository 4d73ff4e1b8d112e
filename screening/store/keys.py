"""Keys of this installation that must not lie in the database: from the environment, or a file in the workspace that only its owner reads.

Several servers on one database share one workspace folder, or are given the same variable.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def key_of(home: Path, file_name: str, variable: str, make: Callable[[], bytes]) -> bytes:
    """The key as the variable says it, or as the file holds it; the file is made at first use, by one process only."""
    if given := os.environ.get(variable):
        return given.encode()
    path = home / file_name
    if not path.exists():
        _make(path, make())
    return path.read_bytes().strip()


def has_key(home: Path, file_name: str, variable: str) -> bool:
    """Whether there is one."""
    return bool(os.environ.get(variable)) or (home / file_name).exists()


def _make(path: Path, key: bytes) -> None:
    """Written beside, then linked into place: nobody ever reads half a key, and whoever comes second uses the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(key + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(beside)
