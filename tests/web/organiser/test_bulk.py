"""Deeds for many people of a list: asked, done once, told person by person; the list as a workbook; kept filters."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, BulkDeed, Delegate, OutboxMessage
from conference.services import acknowledgements, activity, bulk, letters, meetings, people, registration, saved_filters
from conference.services.activity import STRANGER, SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Approval, BulkAct, Category, DelegateStatus, MessageKind, Mode, Origin, Role
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.organiser.conftest import Browser


def enter(cast: Cast, name: str, phone: str, now: datetime, origin: Origin = Origin.LIAISON) -> int:
    made = registration.register(
        cast.meeting_id,
        registration.Entry(name, cast.kenli_id, Mode.IN_PERSON, phone=phone, position="=1+1"),
        actor=STRANGER if origin is Origin.PUBLIC else SYSTEM,
        origin=origin,
        public_url=cast.public_url,
        now=now,
    )
    return made.delegate.id


def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def form(desk: FlaskClient, address: str, **more: str) -> dict[str, str]:
    """What the page of a deed would post."""
    page = desk.get(address).text
    return {"nonce": hidden(page, "nonce"), "seen": hidden(page, "seen"), **more}


def pending(cast: Cast, now: datetime, places: int, n: int) -> list[int]:
    """`n` people who await review, for `places` places that are left."""
    changes = {"approval": Approval.REVIEW, "capacity": {Mode.IN_PERSON: 2 + places}}
    meetings.edit(cast.meeting_id, changes, doing(cast, now))
    return [enter(cast, f"待审{i}", f"1390000{i:04d}", now, Origin.PUBLIC) for i in range(n)]


def test_the_list_leads_to_the_page_of_a_deed(desk: FlaskClient, cast: Cast) -> None:
    list_ = f"/desk/{cast.slug}/delegates"
    page = desk.get(list_).text
    assert ('id="bulk"' in page, '<label hidden data-behaviour="tick-all" data-boxes="delegate">' in page) == (
        True,
        True,
    )
    nobody = desk.get(f"{list_}/bulk?act=confirm&whom=ticked&mode=online")
    assert nobody.location == f"{list_}?mode=online"
    chosen = desk.get(f"{list_}/bulk?act=cancel&whom=ticked&delegate={cast.liran_id}&delegate=x")
    assert chosen.location == f"{list_}/bulk/cancel?delegate={cast.liran_id}"
    page = desk.get(chosen.location).text
    assert "取消这 1 人的报名？" in page
    assert "李然" in page
    assert "王敏" not in page
    everybody = desk.get(f"{list_}/bulk?act=cancel&whom=all&mode=online")
    assert everybody.location == f"{list_}/bulk/cancel?mode=online&whom=all"
    assert desk.get(f"{list_}/bulk?act=sing&whom=all").status_code == 404


def test_review_in_bulk_says_before_who_will_wait_and_is_done_once(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        ids = pending(cast, now, places=3, n=5)
        db.release()
    listed = desk.get(f"/desk/{cast.slug}/delegates?status=pending").text
    assert "现场还有 3 个名额" in listed
    address = f"/desk/{cast.slug}/delegates/bulk/confirm?status=pending&whom=all"
    page = desk.get(address).text
    assert "确认这 5 人？" in page
    assert "其中 2 人没有名额，进入候补" in page
    sent = {"nonce": hidden(page, "nonce"), "seen": hidden(page, "seen")}
    first, again = desk.post(address, data=sent), desk.post(address, data=sent)
    assert (first.status_code, first.location) == (303, again.location)
    shown = desk.get(first.location).text
    assert re.search(r"办好了</span><span class=\"line-value\">3 人", shown)
    assert re.search(r"没有名额，进入候补</span><span class=\"line-value\">2 人", shown)
    with app.app_context():
        states = [people.one(cast.meeting_id, id_).status for id_ in ids]
        assert states == [DelegateStatus.CONFIRMED] * 3 + [DelegateStatus.WAITLISTED] * 2
        assert db.session().scalar(sa.select(sa.func.count()).select_from(BulkDeed)) == 1
        assert_whole(cast.meeting_id)


def test_confirming_who_waits_leads_to_the_line(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing(cast, now))
        waits = enter(cast, "候补的", "13900000000", now, Origin.ORGANISER)
        db.release()
    address = f"/desk/{cast.slug}/delegates/bulk/confirm?delegate={waits}&delegate={cast.liran_id}"
    shown = desk.get(desk.post(address, data=form(desk, address)).location).text
    assert re.search(r"本来就在候补，仍在候补</span><span class=\"line-value\">1 人", shown)
    assert re.search(r"本来就是这样，没有变动</span><span class=\"line-value\">1 人", shown)
    assert f'href="/desk/{cast.slug}/waiting"' in shown.partition("<main")[2]


def test_a_list_that_changed_is_shown_again(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        pending(cast, now, places=9, n=2)
        db.release()
    address = f"/desk/{cast.slug}/delegates/bulk/confirm?status=pending&whom=all"
    sent = form(desk, address)
    with app.app_context():
        enter(cast, "后来的", "13911110000", now, Origin.PUBLIC)
        db.release()
    answer = desk.post(address, data=sent)
    assert answer.status_code == 409
    assert "名单和刚才看到的不一样了" in answer.text
    assert "确认这 3 人？" in answer.text
    assert desk.post(address, data=sent | {"seen": hidden(answer.text, "seen")}).status_code == 303


def test_who_it_was_done_for_and_who_moved_up_are_named(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing(cast, now))
        waits = [enter(cast, f"候补{n}", f"1390000000{n}", now, Origin.ORGANISER) for n in range(3)]
        db.release()
    address = f"/desk/{cast.slug}/delegates/bulk/cancel?delegate={cast.liran_id}&delegate={cast.chenzhuo_id}"
    answer = desk.post(address, data=form(desk, address))
    deed_id = int(answer.location.rpartition("/")[2])
    with app.app_context():
        told = bulk.progress(cast.meeting_id, deed_id, now=now)
        db.release()
    assert told.counts == {"done": 2, "moved_up": 2}
    assert {key: [one.delegate_id for one in some] for key, some in told.named.items()} == {
        "done": [cast.liran_id, cast.chenzhuo_id],
        "moved_up": waits[:2],
    }
    page = desk.get(answer.location).text
    assert [name in page for name in ("李然", "陈卓", "候补0", "候补1", "候补2")] == [True, True, True, True, False]


def test_declined_and_cancelled_in_bulk_with_a_reason(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        ids = pending(cast, now, places=0, n=3)
        db.release()
    address = f"/desk/{cast.slug}/delegates/bulk/decline?status=pending&whom=all"
    long = desk.post(address, data=form(desk, address, reason="长" * 201))
    assert long.status_code == 422
    answer = desk.post(address, data=form(desk, address, reason="名额已分完"))
    assert answer.status_code == 303
    cancel = f"/desk/{cast.slug}/delegates/bulk/cancel?delegate={ids[0]}&delegate={cast.liran_id}"
    told = desk.get(desk.post(cancel, data=form(desk, cancel)).location).text
    assert "这个报名已经结束" in told  # of the one who was declined
    with app.app_context():
        assert [people.one(cast.meeting_id, id_).status for id_ in ids] == [DelegateStatus.DECLINED] * 3
        assert people.one(cast.meeting_id, cast.liran_id).status is DelegateStatus.CANCELLED
        reasons = [act.after.get("reason") for act in activity.page(cast.meeting_id).items if "declined" in act.verb]
        assert reasons == ["名额已分完"] * 3
        told = letters.page(cast.meeting_id, public_url=cast.public_url).items
        declined = [letter.text for letter in told if letter.kind is MessageKind.DECLINED]
        assert ["说明：名额已分完" in text for text in declined] == [True] * 3
        assert_whole(cast.meeting_id)


def test_the_category_is_changed(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/bulk/category?whom=all"
    assert desk.post(address, data=form(desk, address, category="king")).status_code == 422
    assert desk.post(address, data=form(desk, address, category="guest")).status_code == 303
    with app.app_context():
        found = set(db.session().scalars(sa.select(Delegate.category).where(Delegate.meeting_id == cast.meeting_id)))
        assert found == {Category.GUEST}


def test_who_has_not_answered_is_reminded_once(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        silent = enter(cast, "示例一", "13900000001", now)
        assert acknowledgements.count_missing(cast.meeting_id) == 1
        db.release()
    listed = desk.get(f"/desk/{cast.slug}/delegates?answered=no").text
    assert "示例一" in listed
    assert "李然" not in listed
    assert "示例一" not in desk.get(f"/desk/{cast.slug}/delegates?answered=yes").text
    address = f"/desk/{cast.slug}/delegates/bulk/remind?whom=all"
    told = desk.get(desk.post(address, data=form(desk, address)).location).text
    assert "本人已答复，不需要提醒" in told
    again = desk.get(desk.post(address, data=form(desk, address)).location).text
    assert "十二小时内已提醒过" in again
    with app.app_context():
        reminded = db.session().scalars(
            sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.REMINDER)
        )
        assert list(reminded) == [silent]
        later = now + timedelta(hours=13)
        acknowledgements.remind(cast.meeting_id, silent, doing(cast, later))


def test_a_large_deed_is_carried_on_where_it_stopped(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    n = bulk.AT_ONCE + 10
    with app.app_context():
        ids = pending(cast, now, places=500, n=n)
        db.release()
    address = f"/desk/{cast.slug}/delegates/bulk/confirm?status=pending&whom=all"
    shown = desk.post(address, data=form(desk, address))
    assert "正在处理" in desk.get(shown.location).text
    deed_id = int(shown.location.rpartition("/")[2])
    with app.app_context():
        assert bulk.carry_on(deed_id, public_url=cast.public_url, now=now)
        assert bulk.progress(cast.meeting_id, deed_id, now=now).done == bulk.BATCH
        assert bulk.progress(cast.meeting_id, deed_id, now=now + timedelta(minutes=3)).stalled
        db.release()
    assert "可以离开这一页" in desk.get(f"{shown.location}/progress").text
    with app.app_context():
        bulk.carry_on_bulk(app.extensions["settings"], now)
        found = bulk.progress(cast.meeting_id, deed_id, now=now)
        assert (found.finished, found.done, found.counts) == (True, n, {"done": n})
        assert not bulk.carry_on(deed_id, public_url=cast.public_url, now=now)
        confirmed = db.session().scalars(
            sa.select(Activity.subject_id).where(Activity.verb == "delegate.confirmed").order_by(Activity.id)
        )
        assert list(confirmed) == ids  # each once, in the order in which they came
        names = db.session().scalars(sa.select(Activity.actor_name).where(Activity.verb == "delegate.confirmed"))
        assert set(names) == {"周宁"}
        assert_whole(cast.meeting_id)


def test_who_may_not_register_people_sees_no_deeds(as_role: Browser, desk: FlaskClient, cast: Cast) -> None:
    travel = as_role(Role.TRAVEL)
    assert 'id="bulk"' not in travel.get(f"/desk/{cast.slug}/delegates").text
    assert travel.get(f"/desk/{cast.slug}/delegates/bulk/cancel?whom=all").status_code == 403
    assert as_role(Role.VIEWER).get(f"/desk/{cast.slug}/delegates.xlsx").status_code == 403
    assert desk.get(f"/desk/{cast.slug}/bulk/999").status_code == 404
    assert desk.get(f"/desk/{cast.slug}/bulk/{2**63}").status_code == 404
    bad = desk.post(f"/desk/{cast.slug}/delegates/bulk/cancel?whom=all", data={"nonce": "\u202e", "seen": "x"})
    assert bad.status_code == 422


def test_the_list_as_a_workbook(app: APIFlask, desk: FlaskClient, as_role: Browser, cast: Cast, now: datetime) -> None:
    with app.app_context():
        enter(cast, "示例一", "13900000001", now)
        db.release()
    answer = desk.get(f"/desk/{cast.slug}/delegates.xlsx?unit={cast.kenli_id}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert head[:3] == ["编号", "姓名", "单位"]
    assert [row[1] for row in rows] == ["陈卓", "示例一"]
    person = dict(zip(head, rows[1], strict=True))
    assert (person["手机号"], person["职务"], person["编号"]) == ("+8613900000001", "=1+1", "0004")
    assert sheet.cell(3, head.index("职务") + 1).data_type == "s"
    assert sheet.freeze_panes == "C2"
    assert sheet.print_title_rows == "$1:$1"
    assert len(str(person["参会码"])) == 18
    ticked = desk.get(f"/desk/{cast.slug}/delegates/bulk?act=export&whom=ticked&delegate={cast.liran_id}")
    one = openpyxl.load_workbook(io.BytesIO(desk.get(ticked.location).data)).active
    assert one is not None
    assert [row[1].value for row in one.iter_rows()] == ["姓名", "李然"]
    travel = openpyxl.load_workbook(io.BytesIO(as_role(Role.TRAVEL).get(f"/desk/{cast.slug}/delegates.xlsx").data))
    assert "参会码" not in [cell.value for cell in travel.worksheets[0][1]]
    with app.app_context():
        taken = [act.after for act in activity.page(cast.meeting_id).items if act.verb == "delegates.exported"]
        assert taken == [{"count": 4}, {"count": 1}, {"count": 2}]


def test_filters_are_kept_for_oneself_renamed_and_taken_away(
    app: APIFlask, desk: FlaskClient, office: FlaskClient, cast: Cast
) -> None:
    address = f"/desk/{cast.slug}/filters"
    query = "answered=no&category=guest&category=expert&nonsense=1&status=king"
    kept = desk.post(address, data={"name": "外省未答复", "query": query})
    assert kept.location == f"/desk/{cast.slug}/delegates?category=guest&category=expert&answered=no"
    assert 'aria-current="true">外省未答复</a>' in desk.get(kept.location).text
    assert "外省未答复" not in office.get(f"/desk/{cast.slug}/delegates").text
    assert desk.post(address, data={"name": "", "query": "mode=online"}).status_code == 422
    assert desk.post(address, data={"name": "长" * 51, "query": "mode=online"}).status_code == 422
    assert desk.post(address, data={"name": "什么都不筛", "query": "x=1"}).status_code == 422
    with app.app_context():
        (mine,) = saved_filters.kept(cast.meeting_id, cast.zhouning_id)
        assert (mine.name, mine.query) == ("外省未答复", "category=guest&category=expert&answered=no")
        db.release()
    assert desk.post(f"{address}/{mine.id}", data={"name": "改过"}).status_code == 303
    assert office.post(f"{address}/{mine.id}", data={"name": "别人的"}).status_code == 404
    assert office.post(f"{address}/{mine.id}/drop").status_code == 404
    assert "改过" in desk.get(address).text
    for _ in range(2):
        assert desk.post(f"{address}/{mine.id}/drop").status_code == 303
    assert "改过" not in desk.get(address).text


def test_there_is_an_end_to_kept_filters(context: APIFlask, cast: Cast, now: datetime) -> None:
    from conference.vocabulary import Malformed

    for n in range(saved_filters.MOST):
        saved_filters.keep(cast.meeting_id, cast.zhouning_id, f"第{n}个", "mode=online", doing(cast, now))
    saved_filters.keep(cast.meeting_id, cast.zhouning_id, "第0个", "mode=in_person", doing(cast, now))
    with pytest.raises(Malformed):
        saved_filters.keep(cast.meeting_id, cast.zhouning_id, "再来一个", "mode=online", doing(cast, now))
    assert saved_filters.kept(cast.meeting_id, cast.zhouning_id)[0].query == "mode=in_person"


def test_one_deed_for_one_form_at_one_instant(context: APIFlask, cast: Cast, now: datetime) -> None:
    made = [
        bulk.begin(
            cast.meeting_id,
            cast.zhouning_id,
            BulkAct.CATEGORY,
            (cast.liran_id,),
            facts={"category": "guest"},
            nonce="n",
            seen=bulk.fingerprint((cast.liran_id,)),
            doing=doing(cast, now),
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
