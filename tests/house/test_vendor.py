"""Other people's files in static/: each is listed with its hash, its licence stands beside it, none is a stranger."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
VENDOR = STATIC / "vendor"
OURS = {"README.md", "package.json", "package-lock.json", "versions.json", "zxing/LICENSE-zxing-cpp"}


@pytest.fixture(scope="module")
def listed() -> dict:
    return json.loads((VENDOR / "versions.json").read_text())


def test_every_file_is_what_was_fetched(listed):
    wanted = {name: digest for entry in listed.values() for name, digest in entry["files"].items()}
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.relative_to(VENDOR).as_posix() not in OURS
    }
    assert found == wanted


def test_every_package_is_the_locked_one_and_says_its_licence(listed):
    locked = json.loads((VENDOR / "package-lock.json").read_text())["packages"]
    readme = (VENDOR / "README.md").read_text()
    for name, entry in listed.items():
        assert locked[f"node_modules/{name}"]["version"] == entry["version"]
        assert any(Path(file).name == "LICENSE" for file in entry["files"]), name
        assert name in readme, f"static/vendor/README.md does not speak of {name}"


@pytest.mark.parametrize("folder", ["vendor", "fonts"])
def test_package_locks_hold_hashes_and_no_address(folder):
    packages = json.loads((STATIC / folder / "package-lock.json").read_text())["packages"]
    for name, entry in packages.items():
        if name:
            assert "resolved" not in entry, f"{name} carries the address it came from"
            assert entry["integrity"].startswith("sha512-"), name


def test_the_rare_font_and_its_style_sheet_hold_the_listed_characters():
    lines = (STATIC / "fonts" / "rare-sc.txt").read_text().splitlines()
    characters = {ord(one) for line in lines if not line.startswith("#") for one in line}
    sheet = (STATIC / "css" / "rare-font.css").read_text()
    ranges = sheet.partition("unicode-range:")[2].partition(";")[0].replace("U+", "").split(",")
    covered: set[int] = set()
    for part in ranges:
        first, _, last = part.strip().partition("-")
        covered.update(range(int(first, 16), int(last or first, 16) + 1))
    assert len(characters) == 276
    assert covered == characters
    font = STATIC / "fonts" / "rare-sc.woff2"
    assert font.read_bytes()[:4] == b"wOF2"
    assert font.stat().st_size < 60_000
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text()
