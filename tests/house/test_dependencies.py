"""The lock: complete, hashed, and silent about where anything came from."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = {
    "run": PROJECT["dependencies"] + EXTRAS["build"],
    "dev": PROJECT["dependencies"] + EXTRAS["build"] + EXTRAS["dev"],
    "tools": [
        line for line in (ROOT / "requirements/tools.in").read_text().splitlines() if line and not line.startswith("#")
    ],
}
# Put together here, so that this file does not find itself.
ADDRESSES = re.compile(
    "|".join(
        [
            r"py" + r"pi\.org",
            r"files\.python" + r"hosted",
            r"registry\.npm" + r"js",
            r"registry\.yarn" + r"pkg",
            r"(?<![\w.])/" + r"(root|home|work|opt)/\w",
            r"deb\." + r"debian\.org",
        ]
    )
)


def pinned(lock: str) -> dict[str, tuple[str, int]]:
    """Name → (version, how many hashes), of every requirement in the lock."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            match = re.match(r"([\w.-]+)==(\S+)", line)
            assert match, f"{lock}.txt: neither a pin nor a note: {line[:80]}"
            found[canonicalize_name(match[1])] = (match[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)))
    return found


@pytest.mark.parametrize("lock", DIRECT)
def test_every_direct_dependency_is_pinned_as_asked(lock):
    versions = pinned(lock)
    for text in DIRECT[lock]:
        asked = Requirement(text)
        version, _ = versions[canonicalize_name(asked.name)]
        assert asked.specifier.contains(version), f"{lock}.txt pins {asked.name} {version}, pyproject asks for {text}"


@pytest.mark.parametrize("lock", DIRECT)
def test_every_pin_has_a_hash(lock):
    assert [name for name, (_, hashes) in pinned(lock).items() if not hashes] == []


@pytest.mark.parametrize("lock", DIRECT)
def test_no_option_and_no_address(lock):
    for line in (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines():
        assert not line.startswith(("-", "--")), line
        assert "://" not in line, line


def test_what_runs_is_what_is_tested():
    tested = pinned("dev")
    for name, (version, _) in pinned("run").items():
        assert tested[name][0] == version, name


def test_every_installed_package_has_its_licence_listed():
    listed = set(re.findall(r"^\| ([\w.-]+) \|", (ROOT / "docs/licences.md").read_text(), re.MULTILINE))
    assert set(pinned("dev")) - {canonicalize_name(name) for name in listed} == set()


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine():
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listing, cwd=ROOT, capture_output=True, check=False)
    if told.returncode:
        pytest.skip(f"git cannot list the files: {told.stderr.decode().strip()}")
    files = told.stdout.decode()
    found = []
    for name in filter(None, files.split("\0")):
        path = ROOT / name
        if not path.is_file() or path.suffix in {".woff2", ".wasm", ".png", ".ttf", ".otf", ".jpg", ".ico"}:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if ADDRESSES.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []
