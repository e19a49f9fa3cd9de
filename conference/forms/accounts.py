"""The form with which somebody is invited to work for a meeting."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError

from conference.forms import choices
from conference.forms.fields import Line
from conference.rules import contact
from conference.rules.text import NAME_LIMIT
from conference.services.members import ROLES
from conference.vocabulary import Fault, Role
from conference.web.filters import words


class InvitationForm(FlaskForm):
    email = Line(_l("邮箱"))
    name = Line(_l("姓名"), limit=NAME_LIMIT)
    role = choices.Radio(_l("职责"), choices=choices.of(ROLES), default=Role.REGISTRATION.value)

    def validate_email(self, field: Line) -> None:
        if field.data and contact.email(field.data) is None:
            raise ValidationError(words(Fault.NOT_AN_EMAIL))
