"""House habits that a reader relies on: who commits, what files are called, how long they grow."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.sources import PACKAGE, ROOT, STATIC, TEMPLATES, python_files, shown

LONGEST = 300
# Files that may be longer, each with its reason.
LONG = {
    "conference/vocabulary.py": "the closed sets of the whole system, one after the other",
    "conference/wording.py": "one line for each member of the vocabulary",
    "conference/web/access.py": "one line for each endpoint",
    "conference/migrations/versions/0001_the_ground_floor.py": "written by Alembic: a line for each column",
    "conference/migrations/versions/0002_units_register_their_people.py": "the same",
    "conference/migrations/versions/0003_the_door.py": "the same",
    "conference/migrations/versions/0004_the_day.py": "the same",
}
UNSAID = re.compile(
    r"(?:^|[_\-.])(utils?|utilit(?:y|ies)|helpers?|managers?|common|misc|processors?|handlers?)(?:[_\-.]|$)"
)
# The cascade's own name for classes of a single purpose; a layer of main.css.
NAMED_OTHERWISE = {"static/css/utilities.css"}


def test_only_db_commits() -> None:
    calls = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files()
        if path != PACKAGE / "db.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    # Both write through a connection of Alembic's, before there is anything that a session could read.
    assert {call.split(":")[0] for call in calls} <= {
        "conference/services/instance.py",
        "conference/services/backup.py",
    }


def test_no_transaction_is_begun_but_through_db() -> None:
    begun = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files()
        if path != PACKAGE / "db.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rollback"
    ]
    assert begun == []


def test_no_file_is_a_drawer() -> None:
    folders = (PACKAGE, TEMPLATES, STATIC / "js", STATIC / "css", ROOT / "tests", ROOT / "benchmarks")
    found = [
        shown(path)
        for folder in folders
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts and UNSAID.search(path.stem)
    ]
    assert set(found) - NAMED_OTHERWISE == set()


def test_files_stay_short_enough_to_be_read() -> None:
    lengths = {shown(path): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    grown = {name: n for name, n in lengths.items() if n > LONGEST}
    assert grown.keys() - LONG.keys() == set(), grown
    assert LONG.keys() - grown.keys() == set(), "no longer long: take it off the list"


def test_every_module_and_public_verb_promises_something() -> None:
    missing = [shown(path) for path in python_files() if not _documented(path)]
    assert missing == []


def _documented(path: Path) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    return ast.get_docstring(tree) is not None or not tree.body


def test_no_time_is_asked_below_the_edge() -> None:
    """Services and rules take `now` as an argument."""
    asked = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files(PACKAGE / "services", PACKAGE / "rules", PACKAGE / "models")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date", "clock"}
    ]
    assert asked == []
