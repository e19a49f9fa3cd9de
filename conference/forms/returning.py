"""The forms of coming back without the link."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from conference.forms.fields import Line


class AddressForm(FlaskForm):
    address = Line(_l("手机号或邮箱"))


class CodeForm(FlaskForm):
    code = Line(_l("验证码"), limit=20)
