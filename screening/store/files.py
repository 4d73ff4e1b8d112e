"""Attachments kept by what is in them: `files/ab/abcd…` is the SHA-256 of the content, so a file can be neither lost by a name nor changed unseen.

A file lies on disk, flushed, before any row names it. The same content is kept once.
"""

import hashlib
import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from screening.errors import InvalidRequest
from screening.store.case_tables import case_files
from screening.store.workspace import Workspace

_LARGEST_BYTES = 200 * 1024 * 1024  # a scanned file of a case; anything larger is a mistake


@dataclass(frozen=True)
class KeptFile:
    """One attachment."""

    sha256: str
    name: str
    size_bytes: int


def keep_file(workspace: Workspace, content: bytes, name: str, *, by: str, at: datetime) -> KeptFile:
    """Keep a file; raises `InvalidRequest` for an empty or enormous one."""
    if not 0 < len(content) <= _LARGEST_BYTES:
        raise InvalidRequest(f"附件 {name} 是空的或太大", "请核对文件，单个不超过 200 兆。", {"file": name})
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(workspace, sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        landing = path.parent / f".partial-{uuid.uuid4().hex}"
        with landing.open("wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        os.replace(landing, path)
    plain_name = Path(name.replace("\\", "/")).name
    with workspace.register.writing() as connection:
        if connection.execute(sa.select(case_files.c.sha256).where(case_files.c.sha256 == sha256)).first() is None:
            values = {"sha256": sha256, "name": plain_name, "size_bytes": len(content), "added_by": by, "added_at": at}
            connection.execute(case_files.insert().values(**values))
    return KeptFile(sha256, plain_name, len(content))


def path_of(workspace: Workspace, sha256: str) -> Path:
    """Where a file of that content lies."""
    return workspace.home / "files" / sha256[:2] / sha256


def read_file(workspace: Workspace, sha256: str) -> bytes:
    """The content; raises `InvalidRequest` when it is missing or not what it was."""
    try:
        content = path_of(workspace, sha256).read_bytes()
    except OSError as error:
        raise InvalidRequest("附件不在了", "请从备份恢复 files 目录。", {"sha256": sha256}) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InvalidRequest("附件内容被改动过", "请从备份恢复，并报告系统管理员。", {"sha256": sha256})
    return content
