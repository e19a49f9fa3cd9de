"""`conference run` and `conference worker` as processes: ready, a way in, an end without leftovers, a second start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.cli.commands import Instance

READY = "is running at"


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def until(true: Callable[[], object], within: float = 90) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def children_of(pid: int) -> set[int]:
    """All processes below `pid`, as Linux tells."""
    found: set[int] = set()
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found |= {int(child)} | children_of(int(child))
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


@contextmanager
def running(instance: Instance, log: Path, port: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = instance.start("run", log=log, HOST="127.0.0.1", PORT=port, CONFERENCE_DEMO="0", **environment)
    try:
        until(lambda: READY in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(40)


def answer(port: str, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_a_first_start_and_a_second(tmp_path: Path) -> None:
    instance, log, port = Instance(tmp_path / "instance"), tmp_path / "log", free_port()
    with running(instance, log, port) as process:
        said = log.read_text()
        [first] = re.findall(r"^(http://\S+/sign-in/\S+)$", said, re.MULTILINE)
        assert said.index(f"http://127.0.0.1:{port}\n") < said.index(first)
        assert answer(port, "/healthz") == (200, "ok\n")
        assert answer(port, "/readyz")[0] == 200
        assert answer(port, first.removeprefix(f"http://127.0.0.1:{port}"))[0] == 200
        # Commands work beside it, and it sees what they did.
        token = instance.does("token", "create", "东门", "--scope", "read").strip()
        assert token
        taken = instance.run("run", HOST="127.0.0.1", PORT=port)
        assert taken.returncode == 1
        assert f"cannot listen on 127.0.0.1:{port}" in taken.stderr
        below = children_of(process.pid)
        assert len(below) >= 4  # gunicorn, its two workers, ours
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
        until(lambda: not alive(below), 10)
    again = tmp_path / "again"
    with running(instance, again, port) as process:
        [second] = re.findall(r"^(http://\S+/sign-in/\S+)$", again.read_text(), re.MULTILINE)
        assert second != first  # nobody has a password yet
        assert instance.run("token", "create", "东门", "--scope", "read").returncode == 1  # the data was kept
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0


def test_who_has_a_password_gets_no_link_and_a_child_that_dies_ends_everything(tmp_path: Path) -> None:
    instance, log = Instance(tmp_path / "instance"), tmp_path / "log"
    instance.does("init")
    instance.does(
        "account", "create", "office@tongxing.internal", "--name", "会务办公室", "--role", "administrator",
        "--password-stdin", stdin="a long enough one\n",
    )  # fmt: skip
    with running(instance, log, free_port()) as process:
        assert "sign-in" not in log.read_text()
        below = children_of(process.pid)
        [worker] = [pid for pid in below if b"\0worker\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(worker, signal.SIGKILL)
        assert process.wait(40) == 1
        assert "the worker has ended by itself" in log.read_text()
        until(lambda: not alive(below), 10)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux")
def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    with running(Instance(tmp_path / "instance"), tmp_path / "log", free_port()) as process:
        below = children_of(process.pid)
        process.kill()
        process.wait(10)
        until(lambda: not alive(below), 40)
