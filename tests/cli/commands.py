"""Running our commands as people do: as processes of their own, on an instance of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conference.__main__ import main
from tests import instances
from tests.forked import processes

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "conference"]
PATIENCE = 120.0


@dataclass(frozen=True)
class Instance:
    """An instance in a folder; `database_url` of None is SQLite in that folder."""

    folder: Path
    database_url: str | None = None

    def __post_init__(self) -> None:
        instances.made(self.folder)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
        kept["CONFERENCE_INSTANCE"] = str(self.folder)
        if self.database_url:
            kept["DATABASE_URL"] = self.database_url
        return kept | more

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end, in a process that has read our modules already. One at a time."""
        with tempfile.TemporaryDirectory() as name:
            streams = Path(name)
            (streams / "0").write_text(stdin, "utf-8")
            process = processes.Process(target=_live, args=(arguments, self.environment(**environment), streams))
            process.start()
            process.join(PATIENCE)
            if process.exitcode is None:
                process.kill()
                raise subprocess.TimeoutExpired(["conference", *arguments], PATIENCE)
            said = [(streams / n).read_text("utf-8") for n in ("1", "2")]
            return subprocess.CompletedProcess(["conference", *arguments], process.exitcode, *said)

    def run_from_nothing(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """The same as a shell does it, for what hangs on the interpreter's own start; it takes two seconds."""
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=self.environment(**environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def does(self, *arguments: str, stdin: str = "", **environment: str) -> str:
        """`run` where nothing may go wrong; returns what it printed."""
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


def _live(arguments: tuple[str, ...], environment: Mapping[str, str], streams: Path) -> None:
    """Be the command: nothing of the test's own process is left but what was read. `main` says the exit status."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for number, mode in enumerate("rww"):
        with (streams / str(number)).open(mode) as file:
            os.dup2(file.fileno(), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 — they stay open to the end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["conference", *arguments]
    main()
