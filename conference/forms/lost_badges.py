"""Why a badge is replaced at the door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from conference.forms.fields import Line, fresh_nonce


class LostBadgeForm(FlaskForm):
    reason = Line(_l("原因"))
    nonce = fresh_nonce()
