"""Proving oneself before cancelling, refusing, changing the contact, downloading and erasing."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference import clock
from conference.blueprints.delegate import own
from conference.forms.own import ProofForm
from conference.services import own_proof
from conference.services.own_proof import WrongProof
from conference.vocabulary import Refusal
from conference.web import identity, limits, refusals
from conference.web.filters import words
from conference.web.language import language
from conference.web.limits import limiter

bp = APIBlueprint("proof", __name__, url_prefix="/my/<int:link_id>/proof", enable_openapi=False)
# What somebody proves themselves for, and where they go on.
ACTS = {
    "cancel": "delegate.changes.ask_cancel",
    "refuse": "delegate.answer.refuse",
    "contact": "delegate.answer.contact",
    "download": "delegate.data.index",
    "erase": "delegate.data.erase",
}
ACT = f"<any({','.join(ACTS)}):act>"


@bp.get(f"/{ACT}")
def show(link_id: int, act: str) -> ResponseReturnValue:
    return _page(ProofForm(), act)


@bp.post(f"/{ACT}/send")
@limiter.limit(limits.PROOF)
def send(link_id: int, act: str) -> ResponseReturnValue:
    with refusals.flashed():
        own_proof.send(g.link, channels=own.ways(), language=language(), now=clock.now())
        flash(_("验证码已发出，10 分钟内有效。"), "success")
    return redirect(url_for(".show", link_id=link_id, act=act, sent=1), 303)


@bp.post(f"/{ACT}")
@limiter.limit(limits.PROOF)
def prove(link_id: int, act: str) -> ResponseReturnValue:
    form = ProofForm()
    if form.validate():
        now = clock.now()
        try:
            own_proof.prove(g.link, form.proof.data, channels=own.ways(), now=now)
        except WrongProof as wrong:
            form.proof.errors = [_said(wrong)]
        else:
            identity.remember_proof(link_id, until=now + own_proof.LASTS)
            return redirect(url_for(ACTS[act], link_id=link_id), 303)
    return _page(form, act)


def _said(wrong: WrongProof) -> str:
    """What was wrong, and how many tries there are still."""
    if not wrong.left:
        return words(wrong.refusal)
    wrongly = _("不对，请核对后再填。") if wrong.refusal is Refusal.CODE_WRONG else words(wrong.refusal)
    return " ".join([wrongly, ngettext("还可以试 %(num)s 次。", "还可以试 %(num)s 次。", wrong.left)])


def _page(form: ProofForm, act: str) -> ResponseReturnValue:
    way = own_proof.way(g.link, channels=own.ways())
    if way.channel is None:
        form.proof.label.text = _("登记的手机号后四位") if way.by_phone else _("登记的完整邮箱")
    return own.answered("delegate/proof/show.html", form, act=act, way=way)
