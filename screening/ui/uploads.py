"""Uploaded files on disk for as long as the core reads them."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from streamlit.runtime.uploaded_file_manager import UploadedFile


@contextmanager
def files_on_disk(uploads: Sequence[UploadedFile]) -> Iterator[list[Path]]:
    """Paths bearing the names as uploaded, each in a folder of its own (two may bear one name); gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        paths = []
        for number, upload in enumerate(uploads):
            name = PurePosixPath(upload.name.replace("\\", "/")).name or "未命名"
            path = Path(folder) / str(number) / name
            path.parent.mkdir()
            upload.seek(0)
            with path.open("wb") as stream:
                shutil.copyfileobj(upload, stream)
            paths.append(path)
        yield paths
