"""The forms of a unit's desk: its people, its answer, its wish for more places, and who speaks for it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, Lines, PersonName, WholeNumber
from conference.forms.registration import CONTACT_LIMIT, EmailLine, PhoneLine
from conference.rules import contact
from conference.rules.unit_desk import OWN_CATEGORIES
from conference.services.liaisons import LiaisonFacts
from conference.services.substitution import NewPerson
from conference.vocabulary import Category, Fault, Mode
from conference.web.filters import words
from conference.web.language import language

REASON_LIMIT = 200
LONG_REASON = 500
MOST_PLACES = 10_000


class _Reached(FlaskForm):
    """Phone and e-mail, at least one of them."""

    phone = PhoneLine(_l("手机号"), limit=CONTACT_LIMIT, required=False)
    email = EmailLine(_l("邮箱"), limit=CONTACT_LIMIT, required=False)

    def validate_phone(self, field: Line) -> None:
        if field.data and contact.phone(field.data) is None:
            raise ValidationError(words(Fault.NOT_A_PHONE))
        if not field.data and not self.email.data:
            raise ValidationError(words(Fault.CONTACT_NEEDED))

    def validate_email(self, field: Line) -> None:
        if field.data and contact.email(field.data) is None:
            raise ValidationError(words(Fault.NOT_AN_EMAIL))


class _Named(FlaskForm):
    name = PersonName(_l("姓名"))
    position = Line(_l("职务"), required=False)


class SubstituteForm(_Reached, _Named):
    """Who comes instead."""

    @property
    def person(self) -> NewPerson:
        return NewPerson(
            name=self.name.data or "",
            phone=self.phone.value_or_none,
            email=self.email.value_or_none,
            position=self.position.data or "",
            language=language(),
        )


class PersonForm(SubstituteForm):
    """Somebody of the unit."""

    mode = choices.Radio(_l("参会方式"), choices=choices.of(Mode), default=Mode.IN_PERSON.value)
    category = choices.Select(_l("身份"), choices=choices.of(OWN_CATEGORIES), default=Category.DELEGATE.value)


class OwnRowForm(_Named):
    """A row whose phone and e-mail are the person's own; `opened` is what the form was opened with."""

    opened = HiddenField()

    @property
    def wanted(self) -> dict[str, Any]:
        return {"name": self.name.data, "position": self.position.data}


class RowForm(_Reached, OwnRowForm):
    """A row of the list, mended in place."""

    @property
    def wanted(self) -> dict[str, Any]:
        return super().wanted | {"phone": self.phone.value_or_none, "email": self.email.value_or_none}


class CategoryForm(FlaskForm):
    category = choices.Select(_l("身份"), choices=choices.of(OWN_CATEGORIES))


class CancelForm(FlaskForm):
    reason = Line(_l("原因"), limit=REASON_LIMIT, required=False)


class DeclineForm(FlaskForm):
    reason = Lines(_l("不参加的原因"), limit=LONG_REASON, required=True)


class PlacesForm(FlaskForm):
    in_person = WholeNumber(_l("现场再要几个名额"), most=MOST_PLACES)
    online = WholeNumber(_l("线上再要几个名额"), most=MOST_PLACES)
    reason = Lines(_l("为什么需要"), limit=LONG_REASON, required=True)


class LiaisonForm(_Reached):
    """The next liaison."""

    name = PersonName(_l("新联络员姓名"))

    @property
    def facts(self) -> LiaisonFacts:
        return LiaisonFacts(
            self.name.data or "", self.phone.value_or_none, self.email.value_or_none, language=language()
        )
