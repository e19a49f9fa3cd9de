"""Workbooks and archives made for tests: as people's programs write them, and as nobody's should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = (
    f'<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="{RELATION}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<?xml version="1.0"?><workbook xmlns:r="{RELATION}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>"
)
BOOK_RELATIONS = (
    f'<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="{RELATION}/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]], merges: Sequence[str] = ()) -> bytes:
    """By openpyxl; the merges are the first sheet's."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    for area in merges:
        book.worksheets[0].merge_cells(area)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def bare(sheet: str | bytes, **more: str | bytes) -> bytes:
    """The least that is a workbook, with this XML for its sheet; `more` replaces or adds parts (__ for /, _dot_)."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return archive(parts | {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()})


def cells(inside: str) -> str:
    return f'<?xml version="1.0"?><worksheet><sheetData>{inside}</sheetData></worksheet>'
