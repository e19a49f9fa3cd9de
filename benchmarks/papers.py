"""Badges of a whole meeting in one PDF: seconds, CPU seconds and the peak of memory, beside a floor of the same run.

The floor is the same badges without QR, position and number, set by the same Typst. Both are measured
in a process of their own that has done nothing before, as the worker makes them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from conference.documents import badges, printing, qr
from conference.documents.badges import Badge, Look
from conference.vocabulary import CODE_ALPHABET

PEOPLE = 1_660
AIM_SECONDS, AIM_MEGABYTES = 10, 400
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫䶮㛃𬱖"


def measure() -> None:
    """Print the lines of the table."""
    floor, made = _apart("floor"), _apart("badges")
    print(f"\n{PEOPLE:,} pages as PDF{'':14}{'seconds':>9}{'CPU s':>8}{'× floor':>9}{'peak MB':>9}{'file MB':>9}")
    for name, line in (("floor: without QR and the rest", floor), ("badges with QR", made)):
        ratio = line["cpu"] / floor["cpu"]
        print(f"{name:32}{line['seconds']:9.1f}{line['cpu']:8.1f}{ratio:9.1f}{line['peak']:9.0f}{line['size']:9.1f}")
    print(f"badges: aim {AIM_SECONDS} s and {AIM_MEGABYTES} MB of the process that sets them")
    print(json.dumps({"papers": {"floor": floor, "badges": made}}))


def _apart(what: str) -> dict[str, float]:
    command = [sys.executable, "-m", __name__, what]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _made(what: str) -> dict[str, float]:
    begun = time.perf_counter()
    made = printing.apart("badges", _badges() if what == "badges" else _floor())
    seconds = time.perf_counter() - begun
    here, there = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": round(seconds, 2),
        "cpu": round(sum(use.ru_utime + use.ru_stime for use in (here, there)), 2),
        "peak": round(max(here.ru_maxrss, there.ru_maxrss) / 1024, 1),
        "size": round(len(made) / 1e6, 2),
    }


def _badges() -> printing.Data:
    return badges.sheet("城乡社区治理推进会", [_badge(n) for n in range(PEOPLE)], Look(), "zh")


def _floor() -> printing.Data:
    plain = [Badge(one.name, one.unit, "", "代表", "", "") for one in map(_badge, range(PEOPLE))]
    return badges.sheet("城乡社区治理推进会", plain, Look(), "zh")


def _badge(n: int) -> Badge:
    code = "".join(CODE_ALPHABET[(n * 7919 + at * 31 + n // (at + 1)) % len(CODE_ALPHABET)] for at in range(18))
    name = _SURNAMES[n % 15] + _SURNAMES[n // 15 % 15] + (_SURNAMES[n // 225] if n % 2 else "")
    address = qr.address("https://meeting.example.org", code)
    return Badge(name, f"呼和浩特市玉泉区民政局{n % 130}", "基层政权建设和社区治理处处长", "代表", f"{n:04}", address)


if __name__ == "__main__":
    print(json.dumps(_made(sys.argv[1])))
