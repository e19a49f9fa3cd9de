"""The planner of the visits: seconds, CPU seconds and the peak of memory, each question in a process of its own,
so that whoever needs the solver pays for loading it. The aim is ten seconds for sixty buses and twelve stops.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conference.rules import visits_planning
from conference.rules.visits_planning_answers import Answer, NoPlan, Party, Plan, Stop

AIM_SECONDS = 10
_START = datetime(2023, 7, 19, 6, tzinfo=UTC)
_Question = tuple[list[int], list[int], int, int, int]  # sizes, capacities, stay, ride, window


def measure() -> None:
    """Print the lines of the table."""
    print(f"\n{'the planner of the visits':32}{'seconds':>9}{'CPU s':>8}{'peak MB':>9}  answer")
    lines = {name: _apart(name) for name in _questions()}
    for name, line in lines.items():
        print(f"{name:32}{line['seconds']:9.2f}{line['cpu']:8.2f}{line['peak']:9.0f}  {line['answer']}")
    print(f"planner: aim {AIM_SECONDS} s for sixty buses and twelve stops")
    print(json.dumps({"planner": lines}))


def _questions() -> dict[str, _Question]:
    drawn = random.Random(2023)
    mixed = [drawn.choice([19, 33, 45, 55]) for _ in range(60)]
    every = [drawn.randint(15, 55) for _ in range(60)]
    return {
        "Datong": ([45] * 8, [140] * 3, 40, 20, 210),
        "Datong, stops of 130": ([45] * 8, [130] * 3, 40, 20, 210),
        "Datong, stays of 45": ([45] * 8, [140] * 3, 45, 20, 210),
        "one party": ([45], [140] * 3, 40, 20, 210),
        "12 stops, 60 buses, generous": ([45] * 60, [500] * 12, 20, 10, 400),
        "12 × 60, tight": ([45] * 60, [225] * 12, 20, 10, 370),
        "12 × 60, tight, in waves": ([45] * 60, [180] * 12, 20, 10, 400),
        "12 × 60, tight, must wait": ([45] * 60, [135] * 12, 20, 10, 550),
        "12 × 60, one place short": ([45] * 60, [225] * 11 + [224], 20, 10, 370),
        "12 × 61, one bus more": ([45] * 61, [225] * 12, 20, 10, 370),
        "12 × 60, four sizes": (mixed, [150, 200, 300] * 4, 20, 10, 420),
        "12 × 60, many sizes": (every, [205] * 12, 20, 10, 370),
        "30 stops, 200 parties": ([45] * 200, [45 * 7] * 30, 20, 10, 930),
    }


def _apart(name: str) -> dict[str, float | str]:
    command = [sys.executable, "-m", __name__, name]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[1])
    found: dict[str, float | str] = json.loads(done.stdout)
    return found


def _answered(name: str) -> dict[str, float | str]:
    sizes, capacities, stay, ride, window = _questions()[name]
    begun = time.perf_counter()
    answer = visits_planning.plan(
        [Party(size) for size in sizes],
        [Stop(number, capacity) for number, capacity in enumerate(capacities)],
        _START,
        _START + timedelta(minutes=window),
        stay_minutes=stay,
        ride_minutes=ride,
    )
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": round(seconds, 2),
        "cpu": round(used.ru_utime + used.ru_stime, 2),
        "peak": _peak(),
        "answer": _said(answer),
    }


def _peak() -> float:
    """In megabytes, since this program began (what getrusage says begins with whoever started it)."""
    status = Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024, 1)


def _said(answer: Answer) -> str:
    if isinstance(answer, Plan):
        return f"a plan, {answer.waiting_minutes} min waited{'' if answer.waits_least else ', perhaps not the least'}"
    return f"none: {answer.reason}" if isinstance(answer, NoPlan) else "undecided"


if __name__ == "__main__":
    print(json.dumps(_answered(sys.argv[1])))
