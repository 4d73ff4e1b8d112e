"""Every word of a finished document, read back from its bytes: what is checked is what would be sent."""

import io
import json
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from python_calamine import CalamineWorkbook


def text_of(name: str, content: bytes) -> str:
    """All text of a .docx, .xlsx, .csv, .txt or .json, or of every such file in a .zip; nothing of other files (pictures, scans)."""
    return "\n".join(_texts(name, content))


def _texts(name: str, content: bytes) -> Iterator[str]:
    ending = name.rpartition(".")[2].lower()
    if ending == "docx":
        yield from _of_word(docx.Document(io.BytesIO(content)))
    elif ending == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name_of_sheet in book.sheet_names:
            yield name_of_sheet
            for row in book.get_sheet_by_name(name_of_sheet).to_python():
                yield from (str(cell) for cell in row if cell != "")
    elif ending == "json":
        yield json.dumps(json.loads(content), ensure_ascii=False)
    elif ending in ("csv", "txt"):
        yield content.decode("utf-8-sig")
    elif ending == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield inner
                if "/" not in inner:  # attachments are others' words, kept as they are
                    yield from _texts(inner, archive.read(inner))


def _of_word(document: Document) -> Iterator[str]:
    for paragraph in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        yield "".join(
            node.text or "" for node in paragraph.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
        )
    for section in document.sections:
        for part in (section.header, section.even_page_header, section.footer, section.even_page_footer):
            yield from (paragraph.text for paragraph in part.paragraphs)
    properties = document.core_properties
    yield from (properties.title, properties.author, properties.comments)
