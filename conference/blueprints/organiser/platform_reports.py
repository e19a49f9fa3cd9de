"""Attendance reports of outside rooms (腾讯会议, Zoom …): handed in, looked at, brought in, settled, taken back."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.platform_reports import BY_NUMBER, LEFT_OUT, PlatformReportForm, SettleForm
from conference.services import platform_reports, platform_review
from conference.vocabulary import PlatformMatch, Unreadable
from conference.web import refusals

bp = APIBlueprint("platform_reports", __name__, enable_openapi=False)
REPORT = "/<slug>/platform-reports/<int:report_id>"
_ORDER = (
    PlatformMatch.DOUBTFUL,
    PlatformMatch.NOBODY,
    PlatformMatch.SURE,
    PlatformMatch.SETTLED,
    PlatformMatch.IGNORED,
)


@bp.get("/<slug>/platform-reports")
def index(slug: str) -> ResponseReturnValue:
    return _index(PlatformReportForm())


@bp.post("/<slug>/platform-reports")
def upload(slug: str) -> ResponseReturnValue:
    form = PlatformReportForm()
    if not form.validate_on_submit():
        return _index(form)
    try:
        report_id, fresh = platform_reports.receive(g.meeting, form.content, form.file_name, desk.doing())
    except Unreadable as unreadable:
        form.refuse(unreadable.fault)
        return _index(form)
    if not fresh:
        flash(_("这份文件已经传过，就是下面这一份。"), "info")
    return redirect(url_for(".show", slug=slug, report_id=report_id), 303)


@bp.get(REPORT)
def show(slug: str, report_id: int) -> ResponseReturnValue:
    """Before it is brought in what would become of it, then whom its lines were matched with."""
    card = platform_reports.show(g.meeting, report_id, now=desk.doing().now)
    kinds = [one for one in _ORDER if card.counts.by_match.get(one)]
    wished = desk.wish("match", PlatformMatch)
    match = wished if wished in kinds else next(iter(kinds), PlatformMatch.DOUBTFUL)
    number = desk.id_wish("page") or 1
    return render_template(
        "organiser/platform_reports/show.html",
        card=card,
        kinds=kinds,
        match=match,
        page=platform_review.page(g.meeting.id, report_id, match, number),
    )


@bp.post(f"{REPORT}/import")
def bring_in(slug: str, report_id: int) -> ResponseReturnValue:
    if platform_reports.bring_in(g.meeting, report_id, desk.doing()):
        flash(_("已导入。对上的人已经计入线上出席，待核对的请逐个核对。"), "success")
    else:
        flash(_("这份报表已经导入过，什么也没有改动。"), "info")
    return redirect(url_for(".show", slug=slug, report_id=report_id), 303)


@bp.post(f"{REPORT}/take-back")
def take_back(slug: str, report_id: int) -> ResponseReturnValue:
    platform_reports.take_back(g.meeting.id, report_id, desk.doing())
    flash(_("已撤回，不再计入。"), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post(f"{REPORT}/restore")
def restore(slug: str, report_id: int) -> ResponseReturnValue:
    platform_reports.restore(g.meeting.id, report_id, desk.doing())
    flash(_("已恢复，重新计入。"), "success")
    return redirect(url_for(".show", slug=slug, report_id=report_id), 303)


@bp.route(f"{REPORT}/lines/<int:row>", methods=["GET", "POST"])
def settle(slug: str, report_id: int, row: int) -> ResponseReturnValue:
    """Whose somebody's lines are; the POST goes on to the next who is doubtful."""
    group = platform_review.one(g.meeting.id, report_id, row)
    people = platform_review.candidates(g.meeting.id, group)
    form = SettleForm.about(group, people)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            delegate_id = _chosen(form)
            platform_review.settle(g.meeting.id, report_id, row, delegate_id, desk.doing(), seen=form.seen.data)
        if said.ok:
            flash(_("已记下。"), "success")
            return _onward(slug, report_id, row)
        form.seen.data = group.seen  # what the page shows now
    return desk.answered(
        "organiser/platform_reports/settle.html", form, group=group, people=people, report_id=report_id
    )


def _index(form: PlatformReportForm) -> ResponseReturnValue:
    reports = platform_reports.listed(g.meeting.id)
    return desk.answered("organiser/platform_reports/index.html", form, reports=reports)


def _chosen(form: SettleForm) -> int | None:
    """The delegate who was chosen, None for nobody."""
    if form.who.data == LEFT_OUT:
        return None
    if form.who.data == BY_NUMBER:
        return platform_review.numbered(g.meeting.id, form.number.data)
    return int(form.who.data)


def _onward(slug: str, report_id: int, row: int) -> ResponseReturnValue:
    following = platform_review.next_doubtful(g.meeting.id, report_id, row)
    if following is None:
        return redirect(url_for(".show", slug=slug, report_id=report_id), 303)
    return redirect(url_for(".settle", slug=slug, report_id=report_id, row=following), 303)
