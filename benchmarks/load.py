"""A small load generator: a fixed number of requests over a few kept-alive connections, each answer timed."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

MOST_SECONDS = 120.0


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expects: int = 200


@dataclass
class Timed:
    """Seconds of each answer, and of the whole run."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    failures: list[str] = field(default_factory=list)


def drive(port: int, requests: Iterator[Request], *, count: int, connections: int) -> Timed:
    """Send `count` requests as fast as `connections` of them at a time are answered."""
    timed = Timed()
    lock = threading.Lock()
    upcoming = itertools.islice(requests, count)
    deadline = time.monotonic() + MOST_SECONDS

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                request = next(upcoming, None)
            if request is None or time.monotonic() > deadline:
                break
            begun = time.perf_counter()
            try:
                connection.request(request.method, request.path, request.body, request.headers)
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                with lock:
                    timed.failures.append(f"{request.path}: {error!r}")
                continue
            took = time.perf_counter() - begun
            with lock:
                timed.seconds.append(took)
                if response.status != request.expects:
                    timed.failures.append(f"{request.path}: {response.status} {body[:120].decode(errors='replace')}")
        connection.close()

    begun = time.perf_counter()
    _together(work, connections)
    timed.elapsed = time.perf_counter() - begun
    return timed


def _together(work: Callable[[], None], connections: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def percentile(seconds: list[float], share: float) -> float:
    """The time within which `share` of the answers came, in milliseconds; 0 where there is none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0
