"""Brings the English catalogue up to what templates and views say, and compiles it.

Chinese is the source: msgids are Chinese, `conference/translations/en/LC_MESSAGES/messages.po` has the English. New
strings wait there untranslated, strings that are gone fall out; a house test counts both. Prints what still waits.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "conference/translations/en/LC_MESSAGES/messages.po"
HEADER = """msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}


def extracted() -> Catalog:
    """What templates and views say now."""
    found = Catalog(locale="en")
    for folder in ("conference", "templates"):
        rows = extract_from_dir(str(ROOT / folder), METHODS, {"**.html": {"trimmed": "true"}}, KEYWORDS)
        for _, _, message, _, context in rows:
            found.add(message, context=context)
    return found


def merged(current: Catalog, known: Catalog) -> Catalog:
    for message in current:
        old = known.get(message.id, message.context) if message.id else None
        if old is not None and old.string:
            message.string = old.string
    return current


def main() -> int:
    known = read_po(io.BytesIO(PO.read_bytes()), locale="en") if PO.exists() else Catalog(locale="en")
    catalog = merged(extracted(), known)
    text = io.BytesIO()
    write_po(text, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(HEADER + text.getvalue().decode().lstrip(), encoding="utf-8")
    final = read_po(io.BytesIO(PO.read_bytes()), locale="en")
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, final)
    waiting = [m.id for m in final if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]
    print(f"{len(final)} strings, {len(waiting)} wait for English")
    return 0


if __name__ == "__main__":
    sys.exit(main())
