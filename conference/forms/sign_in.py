"""Signing in, and one's own password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import ValidationError

from conference.forms.fields import Line, Text
from conference.services.accounts import PASSWORD_MOST
from conference.vocabulary import Fault
from conference.web.filters import words


class _EmailLine(EmailField, Line):
    """An e-mail address as typed."""


class SignInForm(FlaskForm):
    email = _EmailLine(_l("邮箱"))
    password = PasswordField(_l("密码"), [Text(PASSWORD_MOST)])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """The password twice; how long it must be is the service's word."""

    password = PasswordField(_l("新密码"), [Text(PASSWORD_MOST)])
    again = PasswordField(_l("再输入一次"), [Text(PASSWORD_MOST)])

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError(words(Fault.PASSWORDS_DIFFER))
