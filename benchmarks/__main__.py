"""`make bench`: starts the service, drives it, and prints what an answer costs, beside a floor of the same run.

For each database and each size of meeting: median and 99th percentile of the time to answer, answers a second, and
CPU milliseconds an answer, of the web server's and the database's processes together. Time and rate depend on what
else the machine does; CPU and its ratio to the floor hardly do, and they are what the aims are about:

    a scan at most 2 times the floor, a registration at most 3 times; scan and figures at the largest meeting at most
    1.3 times those at the smallest; a repeated visit to the public page answers 304.

The cases take turns in several rounds, so that a slow minute of the machine is everyone's. PostgreSQL is the private
one of the tests, without fsync: its disk is not measured here. ARGS="--requests 100 --sizes 1000" makes it short;
ARGS="--cases registration" measures that beside the floor, and nothing else; `papers` is the PDF of badges
(benchmarks/papers.py), `roster` what a scanner fetches first (benchmarks/rosters.py), `planner` the plans of the visits
(benchmarks/planner.py).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import cases, ground, papers, planner, rosters, viewers
from benchmarks.cases import Case
from benchmarks.load import Timed, drive, percentile
from benchmarks.service import Service, running


@dataclass
class Measured:
    """One line of the table."""

    case: Case
    timed: Timed = field(default_factory=Timed)
    cpu: float = 0.0

    @property
    def cpu_ms(self) -> float:
        return self.cpu * 1000 / max(1, len(self.timed.seconds))

    @property
    def rate(self) -> float:
        return len(self.timed.seconds) / self.timed.elapsed if self.timed.elapsed else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--sizes", default="1000,100000", help="delegates of each meeting")
    parser.add_argument("--requests", type=int, default=600, help="of each case, over all rounds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--cases", help="only these, as the table names them: registration,figures")
    options = parser.parse_args()
    sizes = sorted({int(size) for size in options.sizes.split(",")})
    failed = False
    alone = {
        "papers": papers.measure,
        "roster": rosters.measure,
        "viewers": viewers.measure,
        "planner": planner.measure,
    }
    wanted = set(options.cases.split(",")) if options.cases else None
    for name, measure in alone.items():
        if wanted is None or name in wanted:
            measure()
    if wanted is not None and wanted <= set(alone):
        return 0
    for kind in ("sqlite", "postgresql"):
        if options.database in {None, kind}:
            failed |= _measure(kind, sizes, options)
    return int(failed)


def _measure(kind: str, sizes: list[int], options: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder, _database(kind, Path(folder)) as found:
        if found is None:
            return False
        url, database = found
        environment = {"CONFERENCE_INSTANCE": folder, "DATABASE_URL": url, "CONFERENCE_DEMO": "0"}
        print(f"\n{kind}: laying the ground for {', '.join(f'{size:,}' for size in sizes)} delegates", flush=True)
        grounds = ground.on(url, Path(folder), sizes)
        wanted = options.cases and {"floor", *options.cases.split(",")}
        lines = [Measured(case) for case in cases.of(grounds) if not wanted or case.name in wanted]
        with running(environment, database=database) as service:
            for case in lines:  # everything is met once before it is measured
                drive(service.port, case.case.requests, count=8, connections=2)
            for _ in range(options.rounds):
                for line in lines:
                    _run(line, service, options.requests // options.rounds, options.connections)
            revisit = cases.revisit(service.port, sizes[-1])
        _print(kind, lines, sizes, revisit)
        return any(line.timed.failures for line in lines)


def _run(line: Measured, service: Service, count: int, connections: int) -> None:
    before = service.cpu_seconds()
    timed = drive(service.port, line.case.requests, count=count, connections=connections)
    line.cpu += service.cpu_seconds() - before
    line.timed.seconds += timed.seconds
    line.timed.elapsed += timed.elapsed
    line.timed.failures += timed.failures


def _print(kind: str, lines: list[Measured], sizes: list[int], revisit: int) -> None:
    floor = next(line for line in lines if line.case.name == "floor").cpu_ms
    print(f"{'':32}{'median ms':>10}{'p99 ms':>9}{'answers/s':>11}{'CPU ms':>8}{'× floor':>9}")
    for line in lines:
        seconds = line.timed.seconds
        print(
            f"{line.case.title:32}{percentile(seconds, 0.5):10.1f}{percentile(seconds, 0.99):9.1f}"
            f"{line.rate:11.0f}{line.cpu_ms:8.2f}{line.cpu_ms / floor if floor else 0:9.2f}"
        )
        for failure in line.timed.failures[:3]:
            print(f"    failed: {failure}")
    cpu = {(line.case.name, line.case.size): line.cpu_ms for line in lines}
    small, large = sizes[0], sizes[-1]
    if small != large:
        for name in ("first scan", "repeated scan", "figures"):
            if cpu.get((name, small)):
                growth = cpu[name, large] / cpu[name, small]
                print(f"{kind}: {name} at {large:,} is {growth:.2f} × that at {small:,} (aim: 1.3)")
    for name, aim in (("first scan", 2), ("registration", 3)):
        if floor and (name, small) in cpu:
            print(f"{kind}: {name} is {cpu[name, small] / floor:.2f} × the floor (aim: {aim})")
    print(f"{kind}: a repeated visit to the public page answers {revisit} (aim: 304)")
    print(json.dumps({"database": kind, "cpu_ms": {f"{n} {s}": round(v, 3) for (n, s), v in cpu.items()}}))


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, int | None] | None]:
    """The address of an empty database, and its first process where it has any; None where the kind is missing."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'conference.sqlite'}", None
        return
    from tests import databases  # its PostgreSQL is private and thrown away

    if reason := databases.missing(kind):
        print(f"\n{kind}: left out: {reason}")
        yield None
        return
    with databases.empty(kind) as url:
        socket = Path(url.rpartition("host=")[2])
        yield url, int((socket / "data" / "postmaster.pid").read_text().split()[0])


if __name__ == "__main__":
    sys.exit(main())
