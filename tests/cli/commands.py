"""Running our commands as people do: as processes of their own, on an instance of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "conference"]


@dataclass(frozen=True)
class Instance:
    """An instance in a folder; `database_url` of None is SQLite in that folder."""

    folder: Path
    database_url: str | None = None

    def __post_init__(self) -> None:
        # Gathering and compressing the static files takes seconds; once is enough for all instances of a run.
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "assets").exists():
            shared = Path(tempfile.gettempdir()) / f"tongxing-assets-{os.getuid()}"
            shared.mkdir(exist_ok=True)
            (self.folder / "assets").symlink_to(shared)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
        kept["CONFERENCE_INSTANCE"] = str(self.folder)
        if self.database_url:
            kept["DATABASE_URL"] = self.database_url
        return kept | more

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=self.environment(**environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def does(self, *arguments: str, stdin: str = "", **environment: str) -> str:
        """The same, where nothing may go wrong; returns what it printed."""
        done = self.run(*arguments, stdin=stdin, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: str, log: Path, **environment: str) -> subprocess.Popen[str]:
        """A command that goes on running; its output is written to `log`."""
        with log.open("w") as output:
            return subprocess.Popen(
                [*COMMAND, *arguments],
                cwd=ROOT,
                env=self.environment(**environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
