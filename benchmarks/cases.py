"""What is measured: an endless supply of requests of each kind, and the repeated visit that should cost nothing."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.load import Request

if TYPE_CHECKING:
    from benchmarks.ground import Ground, Grounds

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Case:
    name: str
    size: int
    requests: Iterator[Request]

    @property
    def title(self) -> str:
        return self.name if self.name == "floor" else f"{self.name} of {self.size:,}"


def of(grounds: Grounds) -> list[Case]:
    """The floor, then every case at every size; the sizes of a case stand together, so that they run one after
    the other.
    """
    ordered = list(grounds.meetings.values())
    found = [Case("floor", 0, _floor(ordered[0]))]
    scans = [_Scans(ground, grounds.checkin) for ground in ordered]
    found += [Case("first scan", s.ground.size, s.first()) for s in scans]
    found += [Case("repeated scan", s.ground.size, s.repeated()) for s in scans]
    found += [Case("registration", g.size, _registrations(g, grounds.organise)) for g in ordered]
    found += [Case("public page", g.size, itertools.repeat(Request("GET", f"/m/{g.slug}/"))) for g in ordered]
    found += [Case("figures", g.size, itertools.repeat(_figures(g, grounds.organise))) for g in ordered]
    return found


def revisit(port: int, size: int) -> int:
    """The status that a second visit to the public page is answered with."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    path = f"/m/bench-{size}/"
    connection.request("GET", path)
    first = connection.getresponse()
    first.read()
    connection.request("GET", path, headers={"If-None-Match": first.headers.get("ETag") or ""})
    second = connection.getresponse()
    second.read()
    connection.close()
    return second.status


def _floor(ground: Ground) -> Iterator[Request]:
    for code in itertools.cycle(ground.codes):
        yield _post("/bench/floor", {"code": code}, "")


class _Scans:
    """First scans use up the people of a meeting; repeated ones come of those who were first."""

    def __init__(self, ground: Ground, token: str) -> None:
        self.ground = ground
        self.token = token
        self.seen: list[str] = []

    def first(self) -> Iterator[Request]:
        # Neighbours in the database do not queue up one behind the other.
        step = 7919 % len(self.ground.codes) or 1
        for n in itertools.count():
            code = self.ground.codes[n * step % len(self.ground.codes)]
            self.seen.append(code)
            yield self._scan(code)

    def repeated(self) -> Iterator[Request]:
        for n in itertools.count():
            yield self._scan(self.seen[n % len(self.seen)])

    def _scan(self, code: str) -> Request:
        body = {"code": code, "checkpoint_id": self.ground.checkpoint_id, "nonce": f"bench-{next(_numbers)}"}
        return _post(f"/api/v1/meetings/{self.ground.slug}/check-ins", body, self.token)


def _registrations(ground: Ground, token: str) -> Iterator[Request]:
    for n in itertools.count():
        number = next(_numbers)
        body = {
            "name": f"示例新人{number}",
            "unit_id": ground.unit_ids[n % len(ground.unit_ids)],
            "mode": ("in_person", "online")[n % 2],
            "phone": f"139{number:08d}",
            "position": "示例",
        }
        yield _post(f"/api/v1/meetings/{ground.slug}/delegates", body, token, expects=201)


def _figures(ground: Ground, token: str) -> Request:
    return Request("GET", f"/api/v1/meetings/{ground.slug}/figures", headers={"Authorization": f"Bearer {token}"})


def _post(path: str, body: dict[str, object], token: str, *, expects: int = 200) -> Request:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return Request("POST", path, json.dumps(body).encode(), headers, expects)
