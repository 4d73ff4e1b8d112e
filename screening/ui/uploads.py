"""Uploaded files read as a job: kept on disk as long as the core reads them, whether or not the window they came from is still open."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from streamlit.runtime.uploaded_file_manager import UploadedFile

from screening import pipeline
from screening.access import Verb
from screening.pipeline import Progress, Receipt
from screening.reference.corrections import Correction
from screening.ui.jobs import Job, JobKind
from screening.ui.session import Session
from screening.vocabulary import Kind

_NAMELESS = "未命名"
_FILES = "files"


@dataclass(frozen=True)
class Asked:
    """How the files are to be read: `kind` None lets each sheet say what it is; `corrections` of columns; nothing is stored of a preview."""

    kind: Kind | None
    received: date
    corrections: tuple[Correction, ...]
    is_preview: bool


def start_load(session: Session, uploads: Sequence[UploadedFile], asked: Asked) -> Job:
    """Read the files from now on, in the background."""
    workspace, actor = session.workspace, session.actor

    def read(folder: Path, progress: Progress) -> Receipt:
        return pipeline.load(
            workspace,
            _kept(folder / _FILES),
            kind=asked.kind,
            received=asked.received,
            corrections=asked.corrections,
            dry_run=asked.is_preview,
            progress=progress,
            actor=actor,
        )

    names = "、".join(_name(upload) for upload in uploads[:3]) + (f"等 {len(uploads)} 个文件" if len(uploads) > 3 else "")
    return session.jobs.start(
        JobKind.LOAD,
        f"{actor.person_id} {asked} {_digest(uploads)}",
        read,
        actor=actor,
        needs=Verb.LOAD,
        about=f"{'预览' if asked.is_preview else '入库'} {names}",
        asked=asked,
        prepare=lambda folder: _keep(uploads, folder / _FILES),
    )


def _keep(uploads: Sequence[UploadedFile], folder: Path) -> None:
    """Under the names as uploaded, each in a folder of its own (two may bear one name)."""
    for number, upload in enumerate(uploads):
        path = folder / f"{number:04}" / _name(upload)
        path.parent.mkdir(parents=True)
        upload.seek(0)
        with path.open("wb") as stream:
            shutil.copyfileobj(upload, stream)


def _kept(folder: Path) -> list[Path]:
    return [path for place in sorted(folder.iterdir()) for path in place.iterdir()]


def _digest(uploads: Sequence[UploadedFile]) -> str:
    digests = []
    for upload in uploads:
        upload.seek(0)
        digests.append(f"{_name(upload)}:{hashlib.file_digest(upload, 'sha256').hexdigest()}")
    return " ".join(digests)


def _name(upload: UploadedFile) -> str:
    return PurePosixPath(upload.name.replace("\\", "/")).name or _NAMELESS
