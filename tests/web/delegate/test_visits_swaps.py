"""Two people change seats: asked by a number, agreed to, declined, withdrawn, lapsed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, Departure, OutboxMessage, SeatSwap, SignUp, SignUpLine
from conference.services import letters, links, own_data, visits_seats, visits_swaps
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits_seats import By
from conference.vocabulary import MessageKind, SwapStatus
from tests.cast import Cast
from tests.visits import an_afternoon
from tests.web.delegate.own_page import open_page
from tests.web.delegate.test_visits import settings, standing
from tests.web.organiser.test_visits_seats import seats


@pytest.fixture
def buses(app: APIFlask, cast: Cast, now: datetime) -> list[int]:
    """李然 on the first, 陈卓 on the second; the third is empty."""
    with app.app_context():
        made = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2), seats=(1, 1, 1))
        for bus, who in zip(made, (cast.liran_id, cast.chenzhuo_id), strict=False):
            visits_seats.take(cast.meeting_id, bus, who, Doing(SYSTEM, now, ""), by=By.ORGANISER)
        db.release()
    return made


def _swaps(app: APIFlask) -> list[SeatSwap]:
    with app.app_context():
        found = list(db.session().scalars(sa.select(SeatSwap).order_by(SeatSwap.id)))
        db.session().expunge_all()
        db.release()
    return found


def _number(app: APIFlask, delegate_id: int) -> str:
    with app.app_context():
        return db.session().get_one(Delegate, delegate_id).number


def test_asked_told_and_changed_in_one(app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int]) -> None:
    other, third = app.test_client(), app.test_client()
    mine, theirs = f"{open_page(client, cast.liran_token)}visits/", f"{open_page(other, cast.chenzhuo_token)}visits/"
    outside = f"{open_page(third, cast.wangmin_token)}visits/"
    number = _number(app, cast.chenzhuo_id)
    for wrong in ("9999", _number(app, cast.liran_id), _number(app, cast.wangmin_id), "x"):
        said = client.post(f"{mine}{buses[0]}/swap", data={"number": wrong}, follow_redirects=True).text
        assert "换不了座位" in said
    for _ in range(2):
        client.post(f"{mine}{buses[0]}/swap", data={"number": number})
    (swap,) = _swaps(app)
    assert "想和您互换座位" in other.get(theirs).text
    assert "陈卓" not in client.get(mine).text  # whoever asks knows a number alone
    with app.app_context():
        (told,) = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == MessageKind.SWAP_ASKED))
        letter = letters.Composer(db.session(), cast.public_url).letter(told)
        assert (told.delegate_id, "1号车" in letter.text) == (cast.chenzhuo_id, True)
        db.release()
    assert client.post(f"{mine}swaps/{swap.id}/agree").status_code == 404
    assert third.post(f"{outside}swaps/{swap.id}/agree").status_code == 404
    assert third.post(f"{outside}swaps/{swap.id}/settle").status_code == 404
    settings(app, cast, freezes_at=swap.asked_at)
    assert "已经锁定" in other.post(f"{theirs}swaps/{swap.id}/agree", follow_redirects=True).text
    settings(app, cast, freezes_at=None)
    for _ in range(2):
        assert "已互换座位" in other.post(f"{theirs}swaps/{swap.id}/agree", follow_redirects=True).text
    assert seats(app) == {cast.liran_id: buses[1], cast.chenzhuo_id: buses[0]}
    with app.app_context():
        assert list(db.session().scalars(sa.select(SignUpLine.taken).order_by(SignUpLine.id))) == [1, 1, 0]
        told = sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.SEAT_GIVEN)
        # Each twice: the organisers had put them on what they change.
        assert sorted(db.session().scalars(told)) == sorted([cast.liran_id, cast.chenzhuo_id] * 2)
        db.release()
    assert "已经有了结果" in client.post(f"{mine}swaps/{swap.id}/settle", follow_redirects=True).text


def test_declined_withdrawn_and_lapsed(app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int]) -> None:
    other = app.test_client()
    mine, theirs = f"{open_page(client, cast.liran_token)}visits/", f"{open_page(other, cast.chenzhuo_token)}visits/"
    ask = {"number": _number(app, cast.chenzhuo_id)}
    before = standing(app)
    for address, by, became in ((theirs, other, "没有同意"), (mine, client, "已撤回")):
        client.post(f"{mine}{buses[0]}/swap", data=ask)
        for _ in range(2):
            assert became in by.post(f"{address}swaps/{_swaps(app)[-1].id}/settle", follow_redirects=True).text
    assert standing(app) == before
    client.post(f"{mine}{buses[0]}/swap", data=ask)
    client.post(
        f"{mine}{buses[2]}/seat", data={"instead": "1号车"}
    )  # 李然's seat is another one by the time 陈卓 agrees
    assert "作废" in other.post(f"{theirs}swaps/{_swaps(app)[-1].id}/agree", follow_redirects=True).text
    assert [one.status for one in _swaps(app)] == [SwapStatus.DECLINED, SwapStatus.WITHDRAWN, SwapStatus.WITHDRAWN]
    assert seats(app) == {cast.liran_id: buses[2], cast.chenzhuo_id: buses[1]}


def test_a_wish_that_lapsed_stands_in_nobodys_way(
    app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int], now: datetime
) -> None:
    other = app.test_client()
    mine, theirs = f"{open_page(client, cast.liran_token)}visits/", f"{open_page(other, cast.chenzhuo_token)}visits/"
    ask = {"number": _number(app, cast.chenzhuo_id)}
    client.post(f"{mine}{buses[0]}/swap", data=ask)
    client.post(f"{mine}{buses[2]}/seat", data={"instead": "1号车"})
    page = client.get(mine).text
    assert ("等对方答复" in page, "提出互换" in page, "想和您互换座位" in other.get(theirs).text) == (
        False,
        True,
        False,
    )
    client.post(f"{mine}{buses[2]}/swap", data=ask)
    assert [one.status for one in _swaps(app)] == [SwapStatus.WITHDRAWN, SwapStatus.ASKED]
    assert "想和您互换座位" in other.get(theirs).text
    with app.app_context():
        for token, by_me, ways in (
            (cast.liran_token, True, [("1号车", "2号车"), ("3号车", "2号车")]),
            (cast.chenzhuo_token, False, [("2号车", "1号车"), ("2号车", "3号车")]),
        ):
            link = links.by_token(token)
            assert link is not None
            kept = own_data.of_link(link, now=now).swaps
            assert [(one.asked_by_me, one.mine, one.theirs) for one in kept] == [(by_me, *way) for way in ways]
        db.release()


def test_of_several_departures_those_are_changed_that_have_not_left(
    app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int], now: datetime
) -> None:
    with app.app_context():
        later = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=6))
        for bus, who in zip(later, (cast.liran_id, cast.chenzhuo_id), strict=True):
            visits_seats.take(cast.meeting_id, bus, who, Doing(SYSTEM, now, ""), by=By.ORGANISER)
        numbers = [db.session().get_one(Delegate, who).number for who in (cast.liran_id, cast.chenzhuo_id)]
        doing = Doing(SYSTEM, now + timedelta(hours=5), "")
        assert visits_swaps.ask(cast.meeting_id, cast.liran_id, later[0], numbers[1], doing).id
        visits_swaps.directly(cast.meeting_id, *numbers, doing)
        db.release()
    with app.app_context():
        query = sa.select(Departure.id, SignUp.delegate_id).join(SignUp, SignUp.line_id == Departure.line_id)
        liran, chenzhuo = cast.liran_id, cast.chenzhuo_id
        assert dict(db.session().execute(query).all()) == {
            buses[0]: liran, buses[1]: chenzhuo, later[0]: chenzhuo, later[1]: liran
        }  # fmt: skip
        db.release()
