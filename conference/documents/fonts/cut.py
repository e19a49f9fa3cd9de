"""Cut the print fonts of this folder anew: Noto Sans SC whole, its bold and the bold of Noto Serif SC cut down.

    .venv-tools/bin/python conference/documents/fonts/cut.py

Nothing needs it to run or to test the system: the fonts are committed. It fetches the two packages of package-lock.json
through npm, which checks them against the hashes there, and calls the subsetter of fonttools. The bold faces keep the
8,105 standard characters, and the letters and signs that stand between them; whatever they lack is drawn in Regular.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FONTS = Path(__file__).resolve().parent
SANS, SERIF = "@expo-google-fonts/noto-sans-sc", "@expo-google-fonts/noto-serif-sc"

# Latin, Greek, Cyrillic, punctuation, arrows, figures in circles; then the signs of Chinese text, kana for the names of
# guests, vertical and full-width forms.
BESIDES = "0020-2E7F,3000-30FF,3220-33FF,FE10-FE4F,FF00-FFEF"


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        packages = install(Path(place))
        sans, serif = packages / SANS, packages / SERIF
        shutil.copyfile(sans / "400Regular/NotoSansSC_400Regular.ttf", FONTS / "NotoSansSC-Regular.ttf")
        cut(sans / "700Bold/NotoSansSC_700Bold.ttf", FONTS / "NotoSansSC-Bold.ttf")
        cut(serif / "700Bold/NotoSerifSC_700Bold.ttf", FONTS / "NotoSerifSC-Bold.ttf")
        shutil.copyfile(sans / "LICENSE_FONT", FONTS / "OFL.txt")
        shutil.copyfile(serif / "LICENSE_FONT", FONTS / "OFL-serif.txt")


def install(place: Path) -> Path:
    """The locked packages, unpacked under `place`; no script of theirs runs."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FONTS / name, place / name)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],  # noqa: S607 - as `make vendor`
        cwd=place,
        check=True,
    )
    return place / "node_modules"


def cut(source: Path, target: Path) -> None:
    subprocess.run(  # noqa: S603 - our own interpreter, our own arguments
        [
            sys.executable,
            "-m",
            "fontTools.subset",
            str(source),
            f"--text-file={FONTS / 'standard-characters.txt'}",
            f"--unicodes={BESIDES}",
            "--layout-features+=halt,palt,vhal,vpal,vert,vrt2",
            "--no-hinting",
            "--notdef-outline",
            "--no-recalc-timestamp",
            f"--output-file={target}",
        ],
        check=True,
    )


if __name__ == "__main__":
    main()
