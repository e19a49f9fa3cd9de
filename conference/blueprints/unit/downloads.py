"""What a liaison takes along: the passes as pictures, badges to print, the list as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.delegate import picture
from conference.blueprints.unit import desk
from conference.documents import archives, pass_picture, tables
from conference.documents.printing import Unprintable
from conference.documents.tables import Column
from conference.services import papers, unit_desk, unit_passes
from conference.services.unit_desk import Person
from conference.vocabulary import Refused
from conference.web import limits
from conference.web.files import XLSX
from conference.web.filters import words
from conference.web.limits import limiter

bp = APIBlueprint("downloads", __name__, url_prefix="/<int:desk_id>", enable_openapi=False)


@bp.get("/passes.zip")
@limiter.limit(limits.REGISTRATION)
def passes(desk_id: int) -> ResponseReturnValue:
    """One picture a person, drawn while the archive is read: hundreds take a while and no memory."""
    held = unit_passes.open_passes(g.part, now=clock.now())
    if not held:
        return _none()
    public_url = current_app.config["PUBLIC_URL"]
    drawn = [(f"{one.number} {one.name}.png", picture.facts(one, public_url=public_url)) for one in held]

    def pictures() -> Iterator[tuple[str, bytes]]:
        for name, facts in drawn:
            yield name, pass_picture.draw(facts)

    return _named(Response(archives.zipped(pictures()), mimetype="application/zip"), _("参会证"), "zip")


@bp.get("/badges.pdf")
@limiter.limit(limits.REGISTRATION)
def badge_sheet(desk_id: int) -> ResponseReturnValue:
    held = unit_passes.open_passes(g.part, now=clock.now())[: papers.AT_ONCE * 5]
    if not held:
        return _none()
    try:
        made = papers.badge_pdf(
            g.meeting, held, public_url=current_app.config["PUBLIC_URL"], the_others="the_others" in request.args
        )
    except Unprintable as problem:
        missing, others = problem.whose, len(held) - len(problem.whose)
        return render_template("unit/downloads/badges.html", missing=missing, others=others), 409
    except Refused as refused:
        flash(words(refused.refusal), "danger")
        return desk.home()
    return _named(Response(made, mimetype="application/pdf"), _("胸卡"), "pdf")


@bp.get("/people.xlsx")
def people(desk_id: int) -> ResponseReturnValue:
    folk = [one for one in unit_desk.people(g.part, g.meeting, now=clock.now()) if one.active]
    columns = [
        Column(_("编号"), 8),
        Column(_("姓名"), 14),
        Column(_("职务"), 26),
        Column(_("手机号"), 16),
        Column(_("邮箱"), 24),
        Column(_("身份"), 8),
        Column(_("参会方式"), 10),
        Column(_("状态"), 12),
        Column(_("座位"), 12),
        Column(_("本人确认"), 10),
    ]
    made = tables.workbook(
        f"{g.meeting.title} · {g.part.unit.name}", columns, map(_row, folk), sheet=_("本单位参会人员")
    )
    return _named(Response(made, mimetype=XLSX), _("参会人员"), "xlsx")


def _row(person: Person) -> list[str]:
    return [
        person.number,
        person.name,
        person.position,
        person.phone,
        person.email,
        words(person.category),
        words(person.mode),
        words(person.status),
        person.seat,
        _("已答复") if person.answered else _("未答复"),
    ]


def _named(answer: Response, what: str, kind: str) -> Response:
    """To be saved under what it is and whose; never kept by the browser."""
    name = archives.safe(f"{what} {g.part.unit.name}.{kind}")
    # The plain name is for who does not read RFC 6266, the other one for everybody else.
    answer.headers.set("Content-Disposition", f"attachment; filename=\"{kind}.{kind}\"; filename*=UTF-8''{quote(name)}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _none() -> ResponseReturnValue:
    flash(_("还没有已确认的现场参会人员，没有可下载的。"), "info")
    return desk.home()
