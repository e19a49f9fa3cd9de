"""The crowd: sends what thousands of pages send, each request at its time, and counts from then how long it took."""

from __future__ import annotations

import asyncio
import heapq
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CONNECTIONS = 64


@dataclass
class Answers:
    """Seconds of the answers to one kind of request, their bytes, and how they ended; status 0 is no answer."""

    seconds: list[float] = field(default_factory=list)
    size: int = 0
    statuses: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """What each of the crowd sends every `each` seconds: `request` is the whole of it but for the tag that is known."""

    name: str
    each: float
    request: Callable[[int], bytes]
    conditional: bool = False


@dataclass
class Took:
    """`cpu` are the seconds that serving took in `elapsed`."""

    answers: dict[str, Answers]
    cpu: float
    elapsed: float


def gather(
    port: int, kinds: list[Kind], *, people: int, run_up: float, seconds: float, cpu: Callable[[], float]
) -> Took:
    """So many people for so long; what is sent in the `run_up` is not counted."""
    return asyncio.run(_Crowd(port, kinds, people, cpu).run(run_up, seconds))


class _Crowd:
    def __init__(self, port: int, kinds: list[Kind], people: int, cpu: Callable[[], float]) -> None:
        self.kinds, self.people, self.cpu = kinds, people, cpu
        self.found = {kind.name: Answers() for kind in kinds}
        self.tags: dict[tuple[int, str], bytes] = {}  # what each has
        self.idle: asyncio.Queue[_Line] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self.idle.put_nowait(_Line(port))

    async def run(self, run_up: float, seconds: float) -> Took:
        begun = time.monotonic()
        counted_from, until = begun + run_up, begun + run_up + seconds
        due = [
            (begun + kind.each * (n + part / len(self.kinds)) / self.people, n, part)
            for n in range(self.people)
            for part, kind in enumerate(self.kinds)
        ]
        heapq.heapify(due)
        tasks: set[asyncio.Task[None]] = set()
        before: float | None = None
        while due[0][0] < until:
            when, n, part = due[0]
            if (wait := when - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if before is None and when >= counted_from:
                before, really_from = self.cpu(), time.monotonic()
            heapq.heapreplace(due, (when + self.kinds[part].each, n, part))
            task = asyncio.create_task(self._send(when, n, self.kinds[part], counts=before is not None))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
        return Took(self.found, self.cpu() - (before or 0.0), time.monotonic() - really_from)

    async def _send(self, when: float, n: int, kind: Kind, *, counts: bool) -> None:
        line = await self.idle.get()
        request = kind.request(n)
        if kind.conditional:
            request = request[:-2] + b"If-None-Match: " + self.tags.get((n, kind.name), b'""') + b"\r\n\r\n"
        try:
            status, tag, size = await line.ask(request)
        finally:
            self.idle.put_nowait(line)
        if tag is not None:
            self.tags[n, kind.name] = tag
        if counts:
            answers = self.found[kind.name]
            answers.size += size
            answers.seconds.append(time.monotonic() - when)
            answers.statuses[status] = answers.statuses.get(status, 0) + 1


class _Line:
    """One connection, opened anew where the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes | None, int]:
        """The status, 0 where there was no answer, the ETag, and how many bytes it had."""
        try:
            if self.streams is None:
                self.streams = await asyncio.open_connection("127.0.0.1", self.port)
            reader, writer = self.streams
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            size = int(length[1]) if length and status not in {204, 304} else 0
            await reader.readexactly(size)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.streams = None
            return 0, None, 0
        if re.search(rb"(?i)\r\nconnection: close", head):
            writer.close()
            self.streams = None
        tag = re.search(rb"(?i)\r\netag: ([^\r]+)", head)
        return status, tag[1] if tag else None, len(head) + size
