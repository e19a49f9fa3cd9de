"""The first roster of a scanner: ten thousand people over HTTP, as a phone asks for it, beside a floor of the same run.

The floor is the same bytes, written as JSON and compressed alone: what it would cost if the answer were known already.
People, units and positions are as long as real ones are (units have 11 to 24 characters), and units as many, since
their repetition is what compresses. What is counted is what lies on the wire.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import itertools
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import ground
from benchmarks.ground import Grounds
from benchmarks.service import running
from conference import clock, db
from conference.app import create_app
from conference.models import Delegate
from conference.rules import names
from conference.rules.provinces import PROVINCES
from conference.sealing import seal
from conference.services import activity, meetings, units
from conference.services.delegates import Doing
from conference.services.units import UnitFacts
from conference.settings import read

PEOPLE = 10_000
UNITS = 770  # of thirteen people each
AIM_SECONDS, AIM_KILOBYTES = 2, 500
ROUNDS = 3
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲建国华红云飞志鹏宇晨欣悦雨梓涵子轩浩然思佳琪博海燕"
_CITIES = [
    "呼和浩特",
    "包头",
    "鄂尔多斯",
    "乌兰察布",
    "石家庄",
    "秦皇岛",
    "齐齐哈尔",
    "牡丹江",
    "哈尔滨",
    "连云港",
    "平顶山",
]
_DISTRICTS = [
    "玉泉区",
    "新城区",
    "赛罕区",
    "回民区",
    "昆都仑区",
    "东胜区",
    "集宁区",
    "长安区",
    "海港区",
    "龙沙区",
    "道里区",
    "花山区",
]
_BODIES = [
    "民政局社会组织科",
    "社区治理促进会",
    "社会工作服务中心",
    "委员会社会工作部",
    "城乡社区服务指导中心",
    "街道办事处社区建设科",
]
_POSITIONS = ["科员", "副科长", "科长", "主任", "副主任", "处长", "调研员", "秘书长", "会长", "理事", "社工", "书记"]


def measure() -> None:
    """Print the lines of the table."""
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'conference.sqlite'}"
        environment = {"CONFERENCE_INSTANCE": folder, "DATABASE_URL": url, "CONFERENCE_DEMO": "0"}
        grounds = ground.on(url, Path(folder), [PEOPLE])
        _dress(url, folder, grounds.meetings[PEOPLE].slug)
        with running(environment, database=None) as service:
            answers: list[bytes] = []
            rounds = []
            for _ in range(ROUNDS):
                cpu, begun = service.cpu_seconds(), time.perf_counter()
                answers = list(_answers(service.port, grounds))
                rounds.append((time.perf_counter() - begun, service.cpu_seconds() - cpu))
    seconds, cpu = min(rounds)
    bodies = [json.loads(gzip.decompress(answer)) for answer in answers]
    begun = time.process_time()
    for body in bodies:
        gzip.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), compresslevel=6)
    floor = time.process_time() - begun
    kilobytes, people = sum(map(len, answers)) / 1000, sum(len(body["items"]) for body in bodies)
    print(f"\n{'':32}{'seconds':>9}{'CPU s':>8}{'× floor':>9}{'kB':>9}{'answers':>9}{'people':>9}")
    print(f"{'floor: JSON and gzip alone':32}{'':9}{floor:8.2f}{1:9.1f}")
    spent = f"{seconds:9.2f}{cpu:8.2f}{cpu / floor:9.1f}"
    print(f"{'roster, first time':32}{spent}{kilobytes:9.0f}{len(answers):9}{people:9,}")
    print(f"roster: aim {AIM_SECONDS} s and {AIM_KILOBYTES} kB on the wire for {PEOPLE:,} people")
    said = {"seconds": round(seconds, 2), "cpu": round(cpu, 2), "floor": round(floor, 2), "kB": round(kilobytes, 1)}
    print(json.dumps({"roster": said | {"people": people, "answers": len(answers)}}))


def _answers(port: int, grounds: Grounds) -> Iterator[bytes]:
    """The answers of one round, as they lie on the wire."""
    meeting = grounds.meetings[PEOPLE]
    start = f"/api/v1/meetings/{meeting.slug}/roster?checkpoint_id={meeting.checkpoint_id}"
    path = start
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        while True:
            headers = {"Authorization": f"Bearer {grounds.checkin}", "Accept-Encoding": "gzip"}
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            answer = response.read()
            assert (response.status, response.getheader("Content-Encoding")) == (200, "gzip")
            yield answer
            body: dict[str, Any] = json.loads(gzip.decompress(answer))
            if not body["more"]:
                return
            path = f"{start}&cursor={body['cursor']}"


def _dress(url: str, folder: str, slug: str) -> None:
    """Give everybody a name, a position, a seat and a phone of their own, in units with names of real length."""
    chance = random.Random(4)
    app = create_app(read({"DATABASE_URL": url, "CONFERENCE_INSTANCE": folder}))
    with app.app_context():
        meeting = meetings.by_slug(slug)
        doing = Doing(activity.SYSTEM, clock.now(), "http://127.0.0.1")
        made = [units.add(meeting.id, facts, doing)[0].unit_id for facts in _units(chance)]
        with db.transaction() as session:
            ids = session.scalars(sa.select(Delegate.id).order_by(Delegate.id)).all()
            session.execute(sa.update(Delegate), [_person(chance, id_, n, made) for n, id_ in enumerate(ids)])
        db.release()
        db.db.engine.dispose()


def _units(chance: random.Random) -> list[UnitFacts]:
    provinces = itertools.cycle(PROVINCES)
    called = [f"{city}市{where}{body}" for city, where, body in itertools.product(_CITIES, _DISTRICTS, _BODIES)]
    return [UnitFacts(name, next(provinces)) for name in chance.sample(called, UNITS)]


def _person(chance: random.Random, delegate_id: int, n: int, unit_ids: list[int]) -> dict[str, Any]:  # a row
    name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))
    return {
        "id": delegate_id,
        "unit_id": unit_ids[n % UNITS],
        "name": name,
        "pinyin": names.pinyin(name),
        "position": chance.choice(_POSITIONS),
        "seat": f"{n // 30 + 1} 排 {n % 30 + 1} 座",
        "phone_sealed": seal(f"+861{chance.randrange(3 * 10**9, 10**10)}"),
    }
