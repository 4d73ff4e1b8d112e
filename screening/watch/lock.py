"""A lock that lives as long as its process: the operating system gives it back even when the process is killed."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCKED_BYTE = 1 << 20  # on Windows a locked range cannot be read: it lies behind what is written


class Held(Exception):
    """Somebody else holds the lock; the text says who, as far as known."""


@contextmanager
def held(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock file; raises `Held` at once when another process does, unless told to wait. The file itself stays and means nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(descriptor, wait):
            os.lseek(descriptor, 0, os.SEEK_SET)
            raise Held(os.read(descriptor, 200).decode("utf-8", "replace").strip() or "另一个程序")
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{socket.gethostname()} 上的进程 {os.getpid()}".encode())
        try:
            yield
        finally:
            _give_back(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def _take(descriptor: int, wait: bool) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:  # LK_LOCK itself gives up after ten seconds
                    return False
            else:
                return True

    def _give_back(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _take(descriptor: int, wait: bool) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def _give_back(descriptor: int) -> None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
