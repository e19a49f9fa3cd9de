"""The site visits on one's own page: which departures fit, taking a seat, changing it, giving it back."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.rules.text import legible
from conference.services import people, visits_seats, visits_shown, visits_swaps, visits_wishes
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.visits_seats import By, Taken
from conference.services.visits_shown import Card
from conference.vocabulary import ActorKind, Malformed, Missing, Refusal, Refused, SwapStatus
from conference.web import limits, refusals
from conference.web.limits import limiter

bp = APIBlueprint("visits", __name__, url_prefix="/my/<int:link_id>/visits", enable_openapi=False)


@bp.get("/")
def index(link_id: int) -> ResponseReturnValue:
    wishes = visits_wishes.waiting(g.link.delegate_id, now=clock.now()) if g.link.repeat_id is None else []
    return render_template(
        "delegate/visits/index.html", mine=g.pass_, meeting=g.pass_.meeting, cards=_cards(), wishes=wishes
    )


@bp.route("/<int:departure_id>/wait", methods=["GET", "POST"])
def wait(link_id: int, departure_id: int) -> ResponseReturnValue:
    """Asks first: whoever has a seat would give it up for a place in a line."""
    card = next((one for one in _cards() if one.departure.id == departure_id), None)
    if card is None:
        raise Missing
    if request.method == "POST":
        return _taken(departure_id, may_wait=True)
    if not card.queues:
        return _home()
    return render_template("delegate/visits/wait.html", mine=g.pass_, meeting=g.pass_.meeting, card=card)


@bp.post("/<int:departure_id>/seat")
def take(link_id: int, departure_id: int) -> ResponseReturnValue:
    """A seat instead of what one has at that time; where the last one went meanwhile nothing changes."""
    return _taken(departure_id, may_wait=False)


@bp.post("/<int:departure_id>/give-back")
def give_back(link_id: int, departure_id: int) -> ResponseReturnValue:
    """Asks first where somebody waits: the seat is theirs at once."""
    card = next((one for one in _cards() if one.departure.id == departure_id), None)
    if card and card.place and card.place.waits is None and card.waiting and "sure" not in request.form:
        return render_template("delegate/visits/give_back.html", mine=g.pass_, meeting=g.pass_.meeting, card=card)
    with refusals.flashed():
        visits_seats.give_back(g.pass_.meeting.id, departure_id, _own_id(), _doing(), by=By.DELEGATE)
        flash(_("已退出这一班，座位让给了下一位。"), "success")
    return _home()


@bp.post("/<int:departure_id>/swap")
@limiter.limit(limits.REGISTRATION)
def ask_swap(link_id: int, departure_id: int) -> ResponseReturnValue:
    """Ask somebody, by the number on their badge, for their seat."""
    number = legible(request.form.get("number", "")[:20])
    try:
        with refusals.flashed():
            visits_swaps.ask(g.pass_.meeting.id, _own_id(), departure_id, number, _doing())
            flash(_("已向 %(number)s 号代表提出互换，对方同意以前座位不变。", number=number), "success")
    except Malformed:
        flash(
            _("和 %(number)s 号代表换不了座位：没有这个编号，或对方没有别的车次的座位，或时间冲突。", number=number),
            "danger",
        )
    return _home()


@bp.post("/swaps/<int:swap_id>/agree")
def agree(link_id: int, swap_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        became = visits_swaps.agree(g.pass_.meeting.id, swap_id, _own_id(), _doing())
        if became is SwapStatus.DONE:
            flash(_("已互换座位。"), "success")
        else:
            flash(_("没有换成：其中一位的座位已经变了，或时间冲突。这次互换作废。"), "warning")
    return _home()


@bp.post("/swaps/<int:swap_id>/settle")
def settle(link_id: int, swap_id: int) -> ResponseReturnValue:
    """Decline what one is asked, or withdraw what one asked."""
    with refusals.flashed():
        became = visits_swaps.settle(g.pass_.meeting.id, swap_id, _own_id(), _doing())
        flash(_("已撤回互换。") if became is SwapStatus.WITHDRAWN else _("没有同意互换，座位不变。"), "info")
    return _home()


def _taken(departure_id: int, *, may_wait: bool) -> ResponseReturnValue:
    # The page that asks for a place in a line has named what is given up; a button has it beside it.
    shown = None if may_wait else request.form.get("instead", "").splitlines()
    take = partial(visits_seats.take, g.pass_.meeting.id, departure_id, by=By.DELEGATE, may_wait=may_wait)
    with refusals.flashed():
        try:
            _say(take(_own_id(), _doing(), instead=shown))
        except visits_seats.GivesUp as gives_up:
            names = str(_("、")).join(gives_up.names)
            flash(_("您已在%(names)s，没有改动。要换，请看过以后再点一次。", names=names), "warning")
        except visits_seats.Overlap as overlap:
            flash(_("您已报的“%(title)s”和这一班时间重叠，先取消那一场才能选。", title=overlap.title), "danger")
    return _home()


def _say(taken: Taken) -> None:
    name = taken.departure.name
    if taken.sign_up is None:
        flash(_("%(name)s刚刚坐满，没有改动。愿意等的，可以排进候补。", name=name), "warning")
    elif taken.sign_up.ticket is not None:
        flash(_("已排进%(name)s的候补；有空位时按顺序补上，并通知您。", name=name), "info")
        if taken.left:
            flash(_("您在%(names)s的位置已让出。", names=str(_("、")).join(taken.left)), "warning")
    elif taken.left:
        flash(_("已换到%(name)s，原来的座位已让出。", name=name), "success")
    else:
        flash(_("已坐上%(name)s。", name=name), "success")


def _cards() -> list[Card]:
    if g.link.repeat_id is not None:
        return []
    delegate = people.one(g.pass_.meeting.id, g.link.delegate_id)
    return visits_shown.cards(g.pass_.meeting, delegate, _doing())


def _own_id() -> int:
    """A repeat entry has no seats. Raises Refused (not_eligible)."""
    if g.link.repeat_id is not None:
        raise Refused(Refusal.NOT_ELIGIBLE)
    return int(g.link.delegate_id)


def _doing() -> Doing:
    actor = Actor(ActorKind.DELEGATE, g.link.delegate_id, g.pass_.name)
    return Doing(actor, clock.now(), current_app.config["PUBLIC_URL"])


def _home() -> ResponseReturnValue:
    return redirect(url_for(".index", link_id=g.link.id), 303)
