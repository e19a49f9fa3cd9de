"""The service as it is deployed, in processes of its own, and what they cost: CPU time from /proc (Linux)."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTED_WITHIN = 60.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Service:
    """`roots` are the processes whose descendants serve: the web server's, and PostgreSQL's where there is one."""

    port: int
    roots: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """CPU time of all serving processes so far, those that have ended included."""
        return sum(_cpu_of_tree(root) for root in self.roots)


@contextlib.contextmanager
def running(
    environment: dict[str, str], *, database: int | None, application: str = "benchmarks.floor:app"
) -> Iterator[Service]:
    """The web server under gunicorn with `deploy/gunicorn.conf.py`; `database` is the database's first process."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", application]
    log = Path(environment["CONFERENCE_INSTANCE"]) / "gunicorn.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment, "PORT": str(port), "HOST": "127.0.0.1"},
            stdout=file,
            stderr=file,
        )
    try:
        _wait(port, process, log)
        yield Service(port, (process.pid, *([database] if database else [])))
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while True:
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
        ):
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start:\n{log.read_text()}")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu_of_tree(root: int) -> float:
    """Of the process, its living descendants, and those that ended and were waited for."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                ticks[int(entry.name)] = sum(int(value) for value in fields[11:15])
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(pid, 0) for pid in family) / _TICK
