"""`conference run`: everything on one machine, as `make run` starts it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import types
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Self

import click
from flask.cli import with_appcontext

from conference import clock
from conference.cli import asking
from conference.services import accounts, instance
from conference.services import demo as demonstrations
from conference.settings import ROOT, Settings

READY_WITHIN = 60.0
STOPPED_WITHIN = 30.0  # gunicorn ends what it has begun within 20 seconds, the worker within 25


@click.command()
@with_appcontext
def run() -> None:
    """Start the web server and the worker; the first start makes the tables and loads the demonstrations."""
    settings = asking.settings()
    _claim_port(settings)
    instance.upgrade()
    if settings.demo and instance.empty():
        click.echo("First start: loading the demonstrations, half a minute at most …")
        demonstrations.load(public_url=settings.public_url, now=clock.now(), tell=click.echo)
    token = instance.way_in(clock.now())
    to_try = demonstrations.ways_in(public_url=settings.public_url, now=clock.now())
    instance.close()
    with _Children() as children:
        children.start("web server", _web_command(), _web_environment(settings))
        children.start("worker", [sys.executable, "-m", "conference", "worker"], dict(os.environ))
        if children.wait_for(lambda: _answers(settings), READY_WITHIN):
            _greet(settings, token, to_try)
        ended = children.wait_for_end()
    if ended is not None:
        raise click.ClickException(f"the {ended} has ended by itself; everything is stopped")
    click.echo("Stopped.")


def _greet(settings: Settings, token: str | None, to_try: dict[str, str]) -> None:
    click.echo(f"\nTongxing 同行 is running at  {settings.public_url}")
    if token is not None:
        click.echo("Sign in by this link (once, within seven days), then set a password:")
        click.echo(accounts.link_address(settings.public_url, token))
    if to_try:
        click.echo("To try the open demonstration as others see it (invented people; best in a private window each):")
        for whom, address in to_try.items():
            click.echo(f"{address}  {whom}")
    click.echo("Ctrl-C stops it.")


def _claim_port(settings: Settings) -> None:
    """Say in time that the port is taken, instead of letting the web server try for a while."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
                "stop what runs there, or set PORT to another: PORT=8001 make run"
            ) from None


def _web_command() -> list[str]:
    configuration = str(ROOT / "deploy" / "gunicorn.conf.py")
    return [sys.executable, "-m", "gunicorn", "--config", configuration, "--log-level", "warning", "wsgi:app"]


def _web_environment(settings: Settings) -> dict[str, str]:
    """With an empty folder in which the web server's processes add up what they measure."""
    metrics = settings.instance / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    return os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "HOST": f"[{settings.host}]" if ":" in settings.host else settings.host,
        "PORT": str(settings.port),
    }


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    connection = HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


class _Children:
    """The programs that we started, in one process group of their own, and how they end.

    Of their own, so that Ctrl-C in a terminal reaches us alone and we can let them finish; should we be killed, the
    system ends them.
    """

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in self.running.values():
            child.terminate()
        deadline = time.monotonic() + STOPPED_WITHIN
        for child in self.running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        if self.running:
            group = next(iter(self.running.values())).pid
            with contextlib.suppress(ProcessLookupError):  # what a killed child may have left
                os.killpg(group, signal.SIGKILL)

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        group = next((child.pid for child in self.running.values()), 0)
        self.running[name] = subprocess.Popen(  # noqa: S603 — our own programs, no shell
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            process_group=group,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 — we have no threads
        )

    def wait_for(self, ready: Callable[[], bool], within: float) -> bool:
        """Whether it came true before somebody stopped us, a child ended or the time was up."""
        deadline = time.monotonic() + within
        while not self.stopping and self._ended() is None and time.monotonic() < deadline:
            if ready():
                return True
            time.sleep(0.1)
        return False

    def wait_for_end(self) -> str | None:
        """Wait until we are to stop (None), or a child has ended by itself (its name)."""
        while not self.stopping:
            ended = self._ended()
            if ended is not None:
                return ended
            time.sleep(0.2)
        return None

    def _ended(self) -> str | None:
        return next((name for name, child in self.running.items() if child.poll() is not None), None)

    def _stop(self, _: int, __: types.FrameType | None) -> None:
        self.stopping = True


def _end_with_parent() -> None:
    """Ask Linux for a SIGTERM when our parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
