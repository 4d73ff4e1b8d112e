"""Zip files whose bytes depend on nothing but what is in them: entries sorted, every date the same, stored or packed the same way."""

import io
import zipfile
from collections.abc import Mapping

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o644 << 16


def zipped(entries: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """The entries as a zip. Not `packed`, its bytes are the same whichever version of the packing library writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            entry.external_attr = _PLAIN_FILE
            entry.create_system = 3  # whichever system writes it
            archive.writestr(entry, entries[name])
    return buffer.getvalue()


def resealed(content: bytes) -> bytes:
    """A zip somebody else's library wrote (a Word file), with the dates it put in taken out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = "[Content_Types].xml"  # Word wants it first; the sorted order puts "[" before letters and after "/"
        entries = {name: archive.read(name) for name in archive.namelist()}
    assert first in entries, "a Word file says what its parts are"
    return zipped(entries)
