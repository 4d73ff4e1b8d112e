"""`screening text` and `screening link`: what the words of a text say, and whom names mean."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from screening import pipeline
from screening.cli.options import AsJson, acting, open_workspace, read_word
from screening.cli.printing import out, print_json
from screening.errors import InvalidFile, InvalidRequest
from screening.settings import read_settings
from screening.text.reading import TextReader
from screening.text.words import DIRECTION_LABELS, kind_label
from screening.vocabulary import Sector

_LONGEST = 200_000  # characters of one text; a novel is no complaint


def text(
    words: Annotated[str | None, typer.Argument(metavar="文字", help="一段话；不写则用 --file，或从标准输入读。")] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="文件.txt", help="读一个 UTF-8 文本文件。")] = None,
    sector: Annotated[
        str | None, typer.Option("--sector", help="所说主体的行业，话里看不出投入还是借款时用：" + " ".join(Sector))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """读一段投诉或宣传：说法、钱的方向、承诺回报折算年化、金额和人数。"""
    said = _said(words, file)
    reader = TextReader.of(read_settings().rules)
    document = reader.read(said, read_word(Sector, sector, "行业") if sector else None).document()
    if as_json:
        print_json(document)
    else:
        _print(document, reader.lexicon.labels)


def link(
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="表格，列为 id、name，另可有 address、street、phone、legal_rep、text。")
    ],
    as_json: AsJson = False,
) -> None:
    """把一份名单上的名称对到已入库的主体：对上哪一户、凭什么、把握多大；不入库。"""
    with open_workspace() as workspace:
        links = pipeline.link_names(workspace, file, actor=acting(workspace))
    if as_json:
        print_json(links)
    else:
        table = Table(
            "编号",
            "主体",
            "名称",
            "方式",
            "把握",
            "为什么",
            title=f"共 {len(links)} 行，对上 {sum(1 for row in links if row['entity_id'])} 行",
        )
        for row in links:
            best = row["candidates"][0] if row["candidates"] else None
            sure = "" if row["confidence"] is None else f"{row['confidence']:.0%}"
            name = "" if best is None else best["name"] if row["entity_id"] else f"可能是 {best['name']}"
            table.add_row(row["id"], row["entity_id"] or "未对上", name, row["method"], sure, row["why"])
        out.print(table)
    raise typer.Exit(0 if all(row["entity_id"] for row in links) else 1)


def _said(words: str | None, file: Path | None) -> str:
    if (words is None) == (file is None) and (words is not None or sys.stdin.isatty()):
        raise InvalidRequest("请写一段话，或用 --file 指一个文本文件（二者取一）", '例如：screening text "存10万每月返2000"')
    if file is not None:
        try:
            words = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidFile(f"读不了文件 {file.name}", "须是 UTF-8 编码的文本文件。", {"file": str(file)}) from error
    said = sys.stdin.read() if words is None else words
    if len(said) > _LONGEST:
        raise InvalidRequest(f"文字共 {len(said)} 字，超过 {_LONGEST} 字", "请分成几段。")
    return said


def _print(document: dict[str, Any], groups: Mapping[str, str]) -> None:
    out.print(f"钱的方向：{DIRECTION_LABELS[document['direction']]}")
    if document["promised"]:
        table = Table("原文", "说的是", "方向", "单利年化", "算式", "把握", "说明", title="回报、费率等数字")
        for promise in document["promised"]:
            annual = "—" if promise["annual_simple"] is None else f"{promise['annual_simple'] * 100:.6g}%"
            cells = (
                promise["text"],
                kind_label(promise["kind"]),
                DIRECTION_LABELS[promise["direction"]],
                annual,
                promise["formula"],
            )
            table.add_row(*cells, f"{promise['confidence']:.0%}", promise["note"])
        out.print(table)
    if document["phrases"]:
        listed = "、".join(
            f"{hit['phrase']}（{groups[hit['group']]}{'，已被否定' if hit['negated'] else ''}）" for hit in document["phrases"]
        )
        out.print(f"命中词语：{listed}", markup=False)
    for name, key, unit in (("自述金额", "amounts", "yuan"), ("自述人数", "persons", "count")):
        if document[key]:
            out.print(
                f"{name}：{'、'.join(str(found['text']) + '=' + format(found[unit], ',.10g') for found in document[key])}",
                markup=False,
            )
