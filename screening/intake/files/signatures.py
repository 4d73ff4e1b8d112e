"""What a file really is, by its first bytes and what it contains, never by its name.

Why: offices rename: an HTML table is called .xls, a photo .xlsx, an encrypted workbook looks like any other.
Source: published file signatures; ECMA-376 (encrypted packages); [MS-XLS] 2.4.117 (FilePass).
"""

import zipfile
from enum import StrEnum
from pathlib import Path

import olefile

from screening.errors import InvalidFile
from screening.intake import messages

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "PDF 文档"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"BZh", "bzip2 压缩包"),
    (b"\xfd7zXZ", "xz 压缩包"),
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"ID3", "音频"),
    (b"{\\rtf", "RTF 文档"),
    (b"SQLite format 3", "SQLite 数据库"),
    (b"PAR1", "Parquet 数据文件"),
    (b"OggS", "音频"),
    (b"\x1aE\xdf\xa3", "视频"),
)
_BIFF_FILEPASS, _BIFF_EOF = 0x2F, 0x0A


class FileFormat(StrEnum):
    """The readers there are."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "text"


def identify(path: Path) -> FileFormat:
    """The format of a file; raises InvalidFile saying what else it is, or that it is encrypted or damaged."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if head.startswith(_OLE):
        return _identify_ole(path)
    if head.startswith(b"PK"):
        return _identify_zip(path)
    for signature, name in _FOREIGN:
        if head.startswith(signature) and not (signature in (b"BM", b"MZ") and _is_plain(head)):
            raise InvalidFile(*messages.really_is(name))
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise InvalidFile(*messages.really_is("图片、音频或视频"))
    if head[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02"):
        return FileFormat.XLS
    return FileFormat.TEXT


def _is_plain(head: bytes) -> bool:
    return not any(byte < 9 for byte in head)


def _identify_ole(path: Path) -> FileFormat:
    try:
        with olefile.OleFileIO(path) as ole:
            names = {"/".join(entry) for entry in ole.listdir()}
            if "EncryptedPackage" in names:
                raise InvalidFile(*messages.ENCRYPTED)
            stream = next((name for name in ("Workbook", "Book") if name in names), None)
            if stream:
                _refuse_filepass(ole.openstream(stream).read(1 << 20))
                return FileFormat.XLS
            what = (
                "Word 文档"
                if "WordDocument" in names
                else "PowerPoint 文稿"
                if "PowerPoint Document" in names
                else "其他 Office 文件"
            )
            raise InvalidFile(*messages.really_is(what))
    except (OSError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise InvalidFile(*messages.DAMAGED) from error


def _refuse_filepass(stream: bytes) -> None:
    """Walks the BIFF records of the workbook globals; raises when one says that the rest is encrypted."""
    place = 0
    while place + 4 <= len(stream):
        record, size = (
            int.from_bytes(stream[place : place + 2], "little"),
            int.from_bytes(stream[place + 2 : place + 4], "little"),
        )
        if record == _BIFF_FILEPASS:
            raise InvalidFile(*messages.ENCRYPTED)
        if record == _BIFF_EOF:
            return
        place += 4 + size


def _identify_zip(path: Path) -> FileFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise InvalidFile(*messages.ENCRYPTED)
            if "content.xml" in names:
                return _identify_opendocument(archive, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise InvalidFile(*messages.DAMAGED) from error
    if "xl/workbook.bin" in names:
        raise InvalidFile(*messages.BINARY_WORKBOOK)
    if any(name.lower().replace("\\", "/") == "xl/workbook.xml" for name in names):
        return FileFormat.XLSX
    for folder, what in (("word/", "Word 文档"), ("ppt/", "PowerPoint 文稿"), ("Doc_0/", "OFD 版式文档")):
        if any(name.startswith(folder) for name in names):
            raise InvalidFile(*messages.really_is(what))
    raise InvalidFile(*messages.really_is("zip 压缩包"))


def _identify_opendocument(archive: zipfile.ZipFile, names: set[str]) -> FileFormat:
    if "META-INF/manifest.xml" in names and b"encryption-data" in _head(archive, "META-INF/manifest.xml"):
        raise InvalidFile(*messages.ENCRYPTED)
    if "mimetype" in names and b"spreadsheet" not in _head(archive, "mimetype"):
        raise InvalidFile(*messages.really_is("OpenDocument 文字或演示文档"))
    return FileFormat.ODS


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(1 << 20)
