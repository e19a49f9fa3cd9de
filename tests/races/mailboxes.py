"""A mail server in a process of its own: it writes down what it took, on the disk before it says so."""

from __future__ import annotations

import asyncio
import email
import os
import random
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.forked import processes


@dataclass(frozen=True)
class Server:
    """`taken` has a line for each message: recipient, Message-ID."""

    url: str
    taken: Path
    stalled: Path
    process: BaseProcess

    @property
    def recipients(self) -> list[str]:
        lines = self.taken.read_text().splitlines() if self.taken.exists() else []
        return [line.split(" ")[0] for line in lines]

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(10)


def start(folder: Path, *, stall: str = "", slow: float = 0.0) -> Server:
    """`stall` names the step (EHLO, RCPT, DATA) at which the first client waits for ever; it is told by a file.
    `slow` is how long an answer to a message may take at most, in seconds.
    """
    ours, theirs = processes.Pipe()
    taken, stalled = folder / "taken", folder / "stalled"
    process = processes.Process(target=_serve, args=(taken, stalled, stall, slow, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(30)
    return Server(ours.recv(), taken, stalled, process)


class _Handler:
    def __init__(self, taken: Path, stalled: Path, stall: str, slow: float) -> None:
        self._taken, self._stalled, self._stall, self._slow = taken, stalled, stall, slow
        self._chance = random.Random(4)

    async def _step(self, name: str) -> None:
        if self._stall == name and not self._stalled.exists():
            self._stalled.touch()
            await asyncio.sleep(3600)

    async def handle_EHLO(  # noqa: N802 — aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self._step("EHLO")
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        await self._step("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.original_content or b"")
        handle = os.open(self._taken, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{envelope.rcpt_tos[0]} {letter['Message-ID']}\n".encode())
        os.close(handle)
        await self._step("DATA")
        await asyncio.sleep(self._chance.uniform(0, self._slow))
        return "250 OK"


def _serve(taken: Path, stalled: Path, stall: str, slow: float, pipe: Connection) -> None:
    asyncio.run(_serving(_Handler(taken, stalled, stall, slow), pipe))


async def _serving(handler: _Handler, pipe: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    pipe.send(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    pipe.close()
    await server.serve_forever()
