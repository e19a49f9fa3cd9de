"""Cut static/fonts/rare-sc.woff2: the characters of names that a phone's own fonts may lack.

`make vendor` runs it. It reads the list in rare-sc.txt, takes Noto Sans SC Regular from its locked package, keeps those
characters alone, and writes the style sheet whose `unicode-range` makes a browser fetch the font only for a page that
shows one of them.
"""

from __future__ import annotations

import shutil
import tempfile
from itertools import groupby
from pathlib import Path

import vendor
from fontTools import subset
from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parent.parent / "static"
FONTS = STATIC / "fonts"
FONT = FONTS / "rare-sc.woff2"
PACKAGE = "@expo-google-fonts/noto-sans-sc"


def main() -> None:
    characters = read(FONTS / "rare-sc.txt")
    with tempfile.TemporaryDirectory() as place:
        source = vendor.install(FONTS, Path(place)) / PACKAGE
        cut(source / "400Regular" / "NotoSansSC_400Regular.ttf", characters)
        shutil.copyfile(source / "LICENSE_FONT", FONTS / "OFL.txt")
    (STATIC / "css" / "rare-font.css").write_text(style_sheet(characters))
    print(f"rare-sc.woff2: {len(characters)} characters, {FONT.stat().st_size:,} bytes")


def read(path: Path) -> list[int]:
    """The code points of the list, in order; lines that begin with # are notes."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return sorted({ord(character) for line in lines for character in line.strip()})


def cut(source: Path, characters: list[int]) -> None:
    """Raises SystemExit, naming them, when the font lacks some of the characters."""
    font = TTFont(source, recalcTimestamp=False)
    missing = [chr(point) for point in characters if point not in font.getBestCmap()]
    if missing:
        raise SystemExit(f"the font lacks {''.join(missing)}")
    options = subset.Options(layout_features=[], hinting=False, flavor="woff2", notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(FONT)


def style_sheet(characters: list[int]) -> str:
    ranges = []
    for _, group in groupby(enumerate(characters), key=lambda pair: pair[1] - pair[0]):
        run = [point for _, point in group]
        ranges.append(f"U+{run[0]:X}" if len(run) == 1 else f"U+{run[0]:X}-{run[-1]:X}")
    rows = [", ".join(ranges[start : start + 10]) for start in range(0, len(ranges), 10)]
    separator = ",\n    "
    return f"""/* Written by scripts/rare_font.py. The rarer of the 8,105 standard characters, as in 㛃 and 𬱖;
   a page without one of them never fetches the font. Name "Rare SC" after the system's fonts and before sans-serif. */
@font-face {{
  font-family: "Rare SC";
  src: url("../fonts/rare-sc.woff2") format("woff2");
  font-display: swap;
  unicode-range:
    {separator.join(rows)};
}}
"""


if __name__ == "__main__":
    main()
