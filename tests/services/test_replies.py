"""Reply forms brought in: once, again, corrected, refused in part, by a liaison, forgotten."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conference import db
from conference.documents import reply_template
from conference.models import Activity, Delegate, OutboxMessage, ReplyForm, ReplyRow, Unit
from conference.rules.provinces import PROVINCES
from conference.services import (
    activity,
    delegates,
    erasure,
    people,
    replies,
    reply_changes,
    reply_files,
    reply_forms,
    units,
)
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.replies import Done
from conference.services.reply_changes import Change
from conference.services.reply_files import sheets_of
from conference.vocabulary import (
    ActorKind,
    Category,
    DelegateStatus,
    Fault,
    FileFault,
    Missing,
    Mode,
    Origin,
    Prospect,
    Refusal,
    ReplyState,
    RowNews,
    Unreadable,
)
from tests.cast import Cast
from tests.documents import workshop

REPLIES = Path(__file__).parent.parent / "replies"
EXPECTED = json.loads((REPLIES / "expected.json").read_text())
HEAD = ["单位", "姓名", "职务", "手机", "邮箱", "参会方式"]
YUQUAN, KENLI = "呼和浩特市玉泉区民政局", "东营市垦利区民政局"
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def doing(now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, "http://localhost")


def liaison(now: datetime) -> Doing:
    return Doing(Actor(ActorKind.LIAISON, 1, "何静"), now, "http://localhost")


def table(*rows: list[Any]) -> bytes:
    return workshop.workbook(("回执", [HEAD, *rows]))


def bring_in(cast: Cast, data: bytes, doing: Doing, **more: Any) -> Done:
    said = replies.read(data, "", unit_id=more.get("unit_id"))
    return replies.bring_in(cast.meeting_id, said, doing, **more)


def counts(done: Done) -> tuple[int, int, int]:
    return tuple(done.counts[news] for news in RowNews)  # type: ignore[return-value]


def problems(done: Done) -> list[tuple[int, str, Fault | Refusal]]:
    return [(problem.row, problem.spot.header, problem.fault) for problem in done.problems]


def entered(cast: Cast) -> dict[str, Delegate]:
    """Who was brought in, by name."""
    found = db.session().scalars(sa.select(Delegate).where(Delegate.origin.in_([Origin.IMPORT, Origin.LIAISON])))
    return {delegate.name: delegate for delegate in found}


def world() -> tuple[Any, ...]:
    """All that an import may write."""
    session = db.session()
    session.expire_all()
    tables = (Delegate, Unit, OutboxMessage, Activity, ReplyRow)
    return tuple(len(session.scalars(sa.select(table)).all()) for table in tables) + tuple(
        sorted(
            (d.id, d.name, d.position, d.mode, d.unit_id, d.phone_index, d.changed)
            for d in session.scalars(sa.select(Delegate))
        )
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_the_given_forms_give_exactly_what_they_must(name: str, cast: Cast, doing: Doing) -> None:
    expected = EXPECTED[name]
    done = bring_in(cast, (REPLIES / name).read_bytes(), doing)
    got = entered(cast)
    reached = [
        [d.name, (delegates.phone_of(d) or "").removeprefix("+86") or delegates.email_of(d), d.mode.value]
        for d in sorted(got.values(), key=lambda d: d.id)
    ]
    assert reached == expected["good"]
    assert [{"row": p.row, "column": p.spot.header} for p in done.problems] == expected["problems"]
    assert {d.unit.province for d in got.values()} == {expected["province"]}
    by_unit = {d.unit.name: sum(other.unit.name == d.unit.name for other in got.values()) for d in got.values()}
    assert by_unit == expected.get("units", {expected.get("unit"): len(expected["good"])})
    assert all(d.acknowledged_at is None and d.status is DelegateStatus.CONFIRMED for d in got.values())
    before = world()
    assert counts(bring_in(cast, (REPLIES / name).read_bytes(), doing)) == (0, 0, len(expected["good"]))
    assert world() == before


def test_a_corrected_form_mends_by_phone_and_by_email(cast: Cast, doing: Doing) -> None:
    first = table(
        [YUQUAN, "赵敏", "科员", "13810000011", "zhaomin@example.org", "现场"],
        [YUQUAN, "孙丽", "社工", "13810000012", "sunli@example.org", "现场"],
    )
    assert counts(bring_in(cast, first, doing)) == (2, 0, 0)
    second = table(
        [KENLI, "赵旻", "科长", "13810000011", "zhaomin@example.org", "线上"],
        [YUQUAN, "孙丽", "社工", "13810000019", "sunli@example.org", "现场"],
    )
    assert counts(bring_in(cast, second, doing)) == (0, 2, 0)
    got = entered(cast)
    assert set(got) == {"赵旻", "孙丽"}
    assert (got["赵旻"].unit_id, got["赵旻"].position, got["赵旻"].mode) == (cast.kenli_id, "科长", Mode.ONLINE)
    assert delegates.phone_of(got["孙丽"]) == "+8613810000019"
    before = world()
    assert counts(bring_in(cast, second, doing)) == (0, 0, 2)
    assert world() == before


def test_what_was_mended_since_is_kept_when_the_row_says_what_it_said(cast: Cast, doing: Doing) -> None:
    data = table([YUQUAN, "赵敏", "科员", "13810000011", "", "现场"])
    bring_in(cast, data, doing)
    delegate_id = entered(cast)["赵敏"].id
    delegates.edit(cast.meeting_id, delegate_id, {"position": "科长", "mode": Mode.ONLINE}, doing)
    assert counts(bring_in(cast, data, doing)) == (0, 0, 1)
    delegates.cancel(cast.meeting_id, delegate_id, doing)
    assert counts(bring_in(cast, data, doing)) == (0, 0, 1)
    found = people.one(cast.meeting_id, delegate_id)
    assert (found.position, found.mode, found.status) == ("科长", Mode.ONLINE, DelegateStatus.CANCELLED)
    assert len(entered(cast)) == 1


def test_phone_and_email_of_two_people_is_a_problem(cast: Cast, doing: Doing) -> None:
    bring_in(cast, table([YUQUAN, "赵敏", "", "", "zhaomin@example.org", "现场"]), doing)
    done = bring_in(cast, table([YUQUAN, "赵敏", "", "13800000001", "zhaomin@example.org", "现场"]), doing)
    assert problems(done) == [(2, "手机", Fault.CONTACTS_OF_TWO)]


def test_refusals_of_the_rules_stop_nobody_else(cast: Cast, doing: Doing) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 3}, doing)
    data = table(
        [YUQUAN, "赵敏", "", "13810000011", "", "现场"],
        [YUQUAN, "孙丽", "", "13810000012", "", "现场"],
        [KENLI, "周杰", "", "13810000013", "", "线上"],
    )
    planned = replies.check(cast.meeting_id, replies.read(data), now=doing.now)
    done = bring_in(cast, data, doing)
    assert problems(done) == [(3, "单位", Refusal.UNIT_FULL)]
    assert [(p.row, p.spot.header, p.fault) for p in planned.problems] == problems(done)
    assert set(entered(cast)) == {"赵敏", "周杰"}


def test_limits_by_mode_and_the_units_deadline_are_foreseen(cast: Cast, now: datetime, doing: Doing) -> None:
    there = people.one(cast.meeting_id, cast.liran_id)
    units.edit(cast.meeting_id, cast.yuquan_id, {"online_limit": 1}, doing)
    data = table(
        [YUQUAN, "赵敏", "", "13810000011", "", "线上"],
        [YUQUAN, "孙丽", "", "13810000012", "", "线上"],
        [YUQUAN, "周杰", "", "13810000013", "", "现场"],
    )
    for unit_id, by, fault in (
        (None, doing, Refusal.UNIT_MODE_FULL),
        (cast.yuquan_id, liaison(now), Refusal.OWN_MODE_FULL),
    ):
        planned = replies.check(cast.meeting_id, replies.read(data, unit_id=unit_id), now=now, unit_id=unit_id)
        foreseen = [(p.row, p.spot.header, p.fault) for p in planned.problems]
        assert foreseen == problems(bring_in(cast, data, by, unit_id=unit_id))
        assert {fault_ for _, _, fault_ in foreseen} == {fault}
    units.edit(cast.meeting_id, cast.yuquan_id, {"reply_by": now}, doing)
    late = table([YUQUAN, "何青", "", "13810000014", "", "现场"], [YUQUAN, "李然", "处长", "13800000001", "", "现场"])
    said = replies.read(late, unit_id=cast.yuquan_id)
    planned = replies.check(cast.meeting_id, said, now=now, unit_id=cast.yuquan_id)
    done = bring_in(cast, late, liaison(now), unit_id=cast.yuquan_id)
    assert problems(done) == [(2, "姓名", Refusal.REGISTRATION_CLOSED)]
    assert [(p.row, p.spot.header, p.fault) for p in planned.problems] == problems(done)
    assert there.mode is Mode.IN_PERSON


@pytest.mark.parametrize(
    ("rows", "prospect"),
    [
        ([], Prospect.NOBODY),
        ([[YUQUAN, "赵敏", "", "1381", "", "现场"]], Prospect.ALL_FAULTY),
        ([[KENLI, "赵敏", "", "13810000011", "", "现场"]], Prospect.ALL_FAULTY),
        ([[YUQUAN, "李然", "", "13800000001", "", "现场"]], Prospect.ALL_KNOWN),
        ([[YUQUAN, "李然", "", "13800000001", "", "现场"], [YUQUAN, "赵敏", "", "1", "", "现场"]], Prospect.REST_KNOWN),
        ([[YUQUAN, "赵敏", "", "13810000011", "", "现场"]], Prospect.SOMEBODY),
    ],
)
def test_the_list_says_what_there_is_to_bring_in(
    cast: Cast, now: datetime, rows: list[list[Any]], prospect: Prospect
) -> None:
    form_id = reply_forms.receive(cast.meeting_id, table(*rows), "x.xlsx", liaison(now), unit_id=cast.yuquan_id)
    [sent] = reply_forms.listed(cast.meeting_id, now=now, unit_id=cast.yuquan_id)
    card = reply_forms.show(cast.meeting_id, form_id, now=now, unit_id=cast.yuquan_id)
    assert sent.plan is not None
    assert card.plan is not None
    assert (sent.plan.prospect, card.plan.prospect) == (prospect, prospect)


def test_a_text_that_is_called_a_workbook_is_none() -> None:
    letter = "各位好, 附上名单\n请查收, 谢谢\n".encode()
    with pytest.raises(Unreadable) as caught:
        replies.read(letter, "名单.xlsx")
    assert caught.value.fault is FileFault.NOT_A_WORKBOOK
    assert [p.fault for p in replies.read(letter, "名单.csv").problems] == [Fault.NOTHING_FOUND]
    form = "姓名,手机,单位,参会方式\n赵敏,13810000011,呼和浩特市玉泉区民政局,现场\n".encode()
    assert [person.name for person in replies.read(form, "名单.xlsx").people] == ["赵敏"]


def test_what_a_row_changes_is_shown_and_a_unit_moves_nobodys_own_contacts(
    cast: Cast, now: datetime, doing: Doing
) -> None:
    data = table([YUQUAN, "李冉", "处长", "13800000001", "new@example.org", "现场"])
    with db.transaction() as session:
        session.get_one(Delegate, cast.liran_id).origin = Origin.PUBLIC
    by_unit = replies.check(cast.meeting_id, replies.read(data), now=now, unit_id=cast.yuquan_id).rows
    [changes] = reply_changes.of(by_unit, by_unit=True).values()
    was = people.one(cast.meeting_id, cast.liran_id).position
    assert changes == [Change("name", "李然", "李冉"), Change("position", was, "处长")]
    by_office = replies.check(cast.meeting_id, replies.read(data), now=now).rows
    [more] = reply_changes.of(by_office, by_unit=False).values()
    assert [one.field for one in more] == ["name", "position", "email"]


def test_a_row_that_stands_there_twice_is_marked(cast: Cast, doing: Doing) -> None:
    row = [YUQUAN, "赵敏", "", "13810000011", "", "现场"]
    form_id = reply_forms.receive(cast.meeting_id, table(row, row), "x.xlsx", doing)
    card = reply_forms.show(cast.meeting_id, form_id, now=doing.now)
    assert ([one.row for one in card.twice], card.good) == ([3], 1)
    marked, _ = reply_forms.marked(cast.meeting_id, form_id, "zh", now=doing.now)
    assert sheets_of(marked)[0].rows[3][-1] == "与上面一行完全相同"


def test_when_registration_is_closed_only_those_who_are_there_are_mended(cast: Cast, doing: Doing) -> None:
    data = table(
        [YUQUAN, "赵敏", "", "13810000011", "", "现场"], ["新乡市民政局", "李建国", "", "13810000012", "", "现场"]
    )
    bring_in(cast, table([YUQUAN, "赵敏", "", "13810000011", "", "线上"]), doing)
    later = Doing(doing.actor, doing.now + timedelta(days=30), doing.public_url)
    done = bring_in(cast, data, later)
    assert (counts(done), problems(done)) == ((0, 1, 0), [(3, "姓名", Refusal.REGISTRATION_CLOSED)])
    assert db.session().scalars(sa.select(Unit).where(Unit.name == "新乡市民政局")).first() is None
    assert counts(bring_in(cast, data, later, late=True)) == (1, 0, 1)


def test_units_are_known_by_name_made_or_asked_for(cast: Cast, doing: Doing) -> None:
    data = table(
        ["玉泉区民政局", "甲一", "", "13810000011", "", "现场"],
        ["中国某某联合会", "乙一", "", "13810000012", "", "现场"],
        ["呼和浩特市 玉泉区民政局", "丙一", "", "13810000013", "", "现场"],
    )
    done = bring_in(cast, data, doing)
    assert problems(done) == [(3, "单位", Fault.PROVINCE_NEEDED)]
    got = entered(cast)
    assert got["丙一"].unit_id == cast.yuquan_id
    assert (got["甲一"].unit.name, got["甲一"].unit.province, got["甲一"].unit.district) == (
        "玉泉区民政局",
        "150000",
        "玉泉区",
    )
    units.add(cast.meeting_id, units.UnitFacts("中国某某联合会", "110000"), doing)
    assert counts(bring_in(cast, data, doing)) == (1, 0, 2)


def test_a_liaison_learns_and_moves_nothing_of_another_unit(cast: Cast, now: datetime) -> None:
    """陈卓 (13800000003) is of another unit; 李然 (13800000001) is theirs."""
    data = workshop.workbook(
        ("回执", [["姓名", "单位", "手机", "参会方式"],
                 ["李然", "", "13800000001", "线上"],
                 ["赵敏", "玉泉区民政局", "13810000011", "现场"],
                 ["陈卓", "", "13800000003", "现场"],
                 ["周杰", KENLI, "13810000013", "现场"]]),
    )  # fmt: skip
    said = replies.read(data, unit_id=cast.yuquan_id)
    planned = replies.check(cast.meeting_id, said, now=now, unit_id=cast.yuquan_id)
    assert [(row.person.name, row.news) for row in planned.rows] == [
        ("李然", RowNews.CHANGED), ("赵敏", RowNews.NEW), ("陈卓", RowNews.NEW),
    ]  # fmt: skip
    done = bring_in(cast, data, liaison(now), unit_id=cast.yuquan_id)
    assert (counts(done), problems(done)) == ((2, 1, 0), [(5, "单位", Fault.FOR_OTHER_UNITS)])
    assert entered(cast)["赵敏"].origin is Origin.LIAISON
    chenzhuo = people.one(cast.meeting_id, cast.chenzhuo_id)
    assert (chenzhuo.unit_id, chenzhuo.name, chenzhuo.mode) == (cast.kenli_id, "陈卓", Mode.IN_PERSON)
    before = world()
    assert counts(bring_in(cast, data, liaison(now), unit_id=cast.yuquan_id)) == (0, 0, 3)
    assert world() == before


def test_a_whole_form_of_another_unit_brings_nobody_in(cast: Cast, now: datetime) -> None:
    data = (REPLIES / "a-one-unit.xlsx").read_bytes()
    form_id = reply_forms.receive(cast.meeting_id, data, "x.xlsx", liaison(now), unit_id=cast.kenli_id)
    card = reply_forms.show(cast.meeting_id, form_id, now=now, unit_id=cast.kenli_id)
    assert card.plan is not None
    [problem] = card.plan.problems
    assert (problem.row, problem.spot.header, problem.fault, problem.typed) == (
        2, "单位名称（盖章）", Fault.FORM_OF_ANOTHER_UNIT, YUQUAN,
    )  # fmt: skip
    before = world()
    done = reply_forms.bring_in(cast.meeting_id, form_id, liaison(now), unit_id=cast.kenli_id)
    assert done is not None
    assert (counts(done), world()) == ((0, 0, 0), before)
    own = reply_forms.receive(cast.meeting_id, data, "x.xlsx", liaison(now), unit_id=cast.yuquan_id)
    assert reply_forms.show(cast.meeting_id, own, now=now, unit_id=cast.yuquan_id).good == 3


def test_an_upload_is_kept_shown_brought_in_and_marked(cast: Cast, doing: Doing) -> None:
    data = (REPLIES / "a-one-unit.xlsx").read_bytes()
    form_id = reply_forms.receive(cast.meeting_id, data, "C:\\回执\\a-one-unit.xlsx", doing)
    card = reply_forms.show(cast.meeting_id, form_id, now=doing.now)
    assert (card.file_name, card.good, card.waiting) == ("a-one-unit.xlsx", 3, False)
    done = reply_forms.bring_in(cast.meeting_id, form_id, doing)
    assert done is not None
    assert counts(done) == (3, 0, 0)
    reply_forms.bring_in(cast.meeting_id, form_id, doing)
    [sent] = reply_forms.listed(cast.meeting_id, now=doing.now)
    form = sent.form
    assert (sent.file_name, sent.plan) == ("a-one-unit.xlsx", None)
    assert (form.state, form.new, form.changed, form.problems) == (ReplyState.IMPORTED, 3, 0, 1)
    marked, name = reply_forms.marked(cast.meeting_id, form_id, "zh", now=doing.now)
    assert name == "a-one-unit（标注）.xlsx"
    said = replies.read(marked)
    assert [(p.row, p.spot.header) for p in said.problems] == [(8, "手机号码")]
    assert [person.name for person in said.people] == ["王芳", "李建国", "欧阳明月"]


def test_what_cannot_be_read_is_not_kept(cast: Cast, doing: Doing) -> None:
    for data, fault in ((b"%PDF-1.7 1", FileFault.NOT_A_WORKBOOK), (bytes(11 * 1024 * 1024), FileFault.TOO_LARGE)):
        form_id = reply_forms.receive(cast.meeting_id, data, "x.xlsx", doing)
        form = db.session().get_one(ReplyForm, form_id, populate_existing=True)
        assert (form.state, form.fault, form.file_sealed) == (ReplyState.UNREADABLE, fault, None)
        assert reply_forms.listed(cast.meeting_id, now=doing.now)[0].file_name == "x.xlsx"  # to tell them apart
        assert reply_forms.bring_in(cast.meeting_id, form_id, doing) is None


def test_a_long_form_is_read_by_the_worker_or_by_whoever_looks(cast: Cast, doing: Doing, app: APIFlask) -> None:
    rows = [[YUQUAN, f"李{n}然", "", f"1381{n:07d}", "", "线上"] for n in range(2_500)]
    data = table(*rows)
    assert len(data) > reply_forms.AT_ONCE
    by_worker = reply_forms.receive(cast.meeting_id, data, "x.xlsx", doing)
    assert reply_forms.show(cast.meeting_id, by_worker, now=doing.now).waiting
    reply_forms.understand_replies(app.extensions["settings"], doing.now)
    assert reply_forms.show(cast.meeting_id, by_worker, now=doing.now).good == 2_500
    by_looking = reply_forms.receive(cast.meeting_id, data, "x.xlsx", doing)
    assert reply_forms.show(cast.meeting_id, by_looking, now=doing.now).waiting
    assert reply_forms.show(cast.meeting_id, by_looking, now=doing.now + reply_forms.NOBODY_CAME).good == 2_500


def test_forms_of_one_unit_are_nobody_elses(cast: Cast, now: datetime) -> None:
    data = table([YUQUAN, "赵敏", "", "13810000011", "", "现场"])
    form_id = reply_forms.receive(cast.meeting_id, data, "x.xlsx", liaison(now), unit_id=cast.yuquan_id)
    assert reply_forms.show(cast.meeting_id, form_id, now=now, unit_id=cast.yuquan_id).good == 1
    with pytest.raises(Missing):
        reply_forms.show(cast.meeting_id, form_id, now=now, unit_id=cast.kenli_id)
    assert reply_forms.listed(cast.meeting_id, now=now, unit_id=cast.kenli_id) == []


def test_files_are_forgotten_after_a_while_and_with_a_person(cast: Cast, doing: Doing) -> None:
    old = reply_forms.receive(cast.meeting_id, table([YUQUAN, "周杰", "", "13810000013", "", "现场"]), "x.xlsx", doing)
    reply_files.sweep(doing.now + reply_files.KEPT - timedelta(minutes=1))
    assert reply_forms.show(cast.meeting_id, old, now=doing.now).plan is not None
    reply_files.sweep(doing.now + reply_files.KEPT)
    db.session().expire_all()
    assert reply_forms.show(cast.meeting_id, old, now=doing.now).plan is None

    hers = reply_forms.receive(
        cast.meeting_id, table([YUQUAN, "赵敏", "", "138 1000 0011", "", "现场"]), "x.xlsx", doing
    )
    other = reply_forms.receive(
        cast.meeting_id, table([YUQUAN, "孙丽", "", "13810000012", "", "现场"]), "y.xlsx", doing
    )
    reply_forms.bring_in(cast.meeting_id, hers, doing)
    person = entered(cast)["赵敏"]
    erasure.erase(cast.meeting_id, person.id, number=person.number, doing=doing)
    db.session().expire_all()
    assert reply_forms.show(cast.meeting_id, hers, now=doing.now).plan is None
    assert reply_forms.show(cast.meeting_id, other, now=doing.now).plan is not None
    assert db.session().scalars(sa.select(ReplyRow)).all() == []


_NAMES = st.text(alphabet=st.sampled_from("李然王敏陈卓周宁何静䶮𬱖·"), min_size=2, max_size=8).filter(
    lambda name: "·" not in (name[0], name[-1]) and "··" not in name and not name.endswith(("女士", "先生"))
)
_TYPED = st.lists(
    st.tuples(
        _NAMES, st.sampled_from(Mode), st.sampled_from(Category), st.sampled_from(sorted(PROVINCES)), st.booleans()
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=_TYPED)
def test_our_template_gives_exactly_what_was_typed_into_it(typed: Any) -> None:
    import io

    import openpyxl

    from conference.wording import say

    wanted = reply_template.Wanted(
        "城乡社区治理推进会", None, [say(mode, "zh") for mode in Mode], [say(c, "zh") for c in Category],
        [province.name for province in PROVINCES.values()], "",
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(reply_template.workbook(wanted)))
    page = book.active
    header = {cell.value: cell.column for cell in page[4]}
    for n, (name, mode, category, province, by_mail) in enumerate(typed):
        said = {
            "单位 *": "爱心社会工作服务中心", "省份 *": PROVINCES[province].name, "姓名 *": name, "职务": "科员",
            "手机 *": None if by_mail else f"138000000{n:02d}", "邮箱": f"p{n}@example.org" if by_mail else None,
            "参会方式 *": say(mode, "zh"), "类别": say(category, "zh"),
        }  # fmt: skip
        for label, value in said.items():
            page.cell(6 + n, header[label]).value = value
    target = io.BytesIO()
    book.save(target)
    found = replies.understand(sheets_of(target.getvalue()))
    assert found.problems == ()
    assert [(p.name, p.mode, p.category, p.province, p.phone or p.email) for p in found.people] == [
        (name, mode, category, province, f"p{n}@example.org" if by_mail else f"+86138000000{n:02d}")
        for n, (name, mode, category, province, by_mail) in enumerate(typed)
    ]
