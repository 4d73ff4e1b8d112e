"""Rejected rows and findings of a receipt as a workbook, so that whoever delivered the file can mend it.

A value a user delivered may begin with `=`, `+`, `-` or `@`; every cell is written as a string, never as a formula.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

_COLUMNS = (
    ("文件", "file", 30),
    ("工作表", "sheet", 16),
    ("行", "row", 8),
    ("列", "column", 20),
    ("原文", "value", 44),
    ("问题", "problem", 52),
    ("整行内容", "cells", 80),
)
_SHEETS = (("拒收", "rejects"), ("提示", "findings"), ("读不了的文件", "unreadable"))


def write_rejects(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """The workbook as bytes: one sheet of rejected rows, one of findings, one of unreadable files. `entries` as in `Receipt.files`."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1})
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        wrong = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "font_color": "#B3261E"})
        for title, name in _SHEETS:
            _write_sheet(book.add_worksheet(title), _lines(entries, name), head, cell, wrong)
    return buffer.getvalue()


def _lines(entries: Sequence[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """Each line with its file; a line without a sheet of its own takes the entry's."""
    if name == "unreadable":
        return [
            {"file": e["file"], "sheet": e["sheet"], "problem": f"{e['message']}。{e.get('hint', '')}"}
            for e in entries
            if e["error"]
        ]
    return [
        {
            **line,
            "file": entry["file"],
            "sheet": line.get("sheet") or entry["sheet"],
            "cells": "；".join(f"{header}：{text}" for header, text in line.get("raw", {}).items()),
        }
        for entry in entries
        for line in entry[name]
    ]


def _write_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, lines: Sequence[Mapping[str, Any]], head: Format, cell: Format, wrong: Format
) -> None:
    for column, (header, _, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, header, head)
    for number, line in enumerate(lines, start=1):
        for column, (_, key, _) in enumerate(_COLUMNS):
            value = line.get(key)
            sheet.write_string(number, column, "" if value is None else str(value), wrong if key == "problem" else cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(lines), 1), len(_COLUMNS) - 1)
