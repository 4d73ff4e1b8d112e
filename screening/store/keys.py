"""Keys of this installation that must not lie in the database: from the environment, or a file in the workspace that only its owner reads.

Several servers on one database share one workspace folder, or are given the same variable.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from screening.errors import ScreeningError


def key_of(home: Path, file_name: str, variable: str, make: Callable[[], bytes]) -> bytes:
    """The key as the variable says it, or as the file holds it; the file is made at first use, by one process only.

    Raises `ScreeningError` on a disk that has no links to make it with: half a key would be worse than none.
    """
    if given := os.environ.get(variable):
        return given.encode()
    path = home / file_name
    if not path.exists():
        _make(path, make(), variable)
    return path.read_bytes().strip()


def has_key(home: Path, file_name: str, variable: str) -> bool:
    """Whether there is one."""
    return bool(os.environ.get(variable)) or (home / file_name).exists()


def _make(path: Path, key: bytes, variable: str) -> None:
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
    except OSError as error:
        raise ScreeningError(
            f"工作目录所在的盘放不了密钥文件 {path.name}", f"请用变量 {variable} 给每台服务器同一个密钥。", {"file": path.name}
        ) from error
    finally:
        os.unlink(beside)
