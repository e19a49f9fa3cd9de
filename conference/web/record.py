"""The activity record in words: what was done, to what, and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from conference.models import Activity
from conference.services import agenda_draft, liaisons, units
from conference.vocabulary import (
    ActorKind,
    AgendaKind,
    AgendaRoleKind,
    Approval,
    Category,
    ChangeWish,
    CheckpointKind,
    ConsentPurpose,
    DelegateStatus,
    HostRole,
    InvitationAnswer,
    MaterialAudience,
    MaterialKind,
    MaterialMoment,
    MeetingStatus,
    MessageKind,
    MessageState,
    Mode,
    OpenTo,
    Outcome,
    PaperKind,
    PaperPhone,
    PollKind,
    PollState,
    QuestionKind,
    QuestionStage,
    Role,
    Scope,
    TalkKind,
    UnitKind,
    Viewership,
    ViewingRoomStatus,
    WallKind,
)
from conference.web.filters import moment, province, words
from conference.web.language import language
from conference.web.record_words import FIELDS, SUBJECTS, VERBS

_SETS: dict[str, type[StrEnum]] = {
    "approval": Approval,
    "open_to": OpenTo,
    "category": Category,
    "mode": Mode,
    "waiting_for": Mode,
    "role": Role,
    "scope": Scope,
    "outcome": Outcome,
    "answer": InvitationAnswer,
    "wish": ChangeWish,
    "purpose": ConsentPurpose,
    "question_kind": QuestionKind,
    "poll_kind": PollKind,
    "poll_state": PollState,
    "stage": QuestionStage,
    "message": MessageKind,
    "paper": PaperKind,
    "sheet_phone": PaperPhone,
    "state": MessageState,
}
_SETS_OF: dict[tuple[str, str], type[StrEnum]] = {
    ("meeting", "status"): MeetingStatus,
    ("delegate", "status"): DelegateStatus,
    ("unit", "kind"): UnitKind,
    ("checkpoint", "kind"): CheckpointKind,
    ("wall", "kind"): WallKind,
    ("agenda_session", "kind"): AgendaKind,
    ("talk", "kind"): TalkKind,
    ("viewing_room", "status"): ViewingRoomStatus,
    ("broadcast", "audience"): Viewership,
    ("replay", "audience"): Viewership,
    ("material", "kind"): MaterialKind,
    ("material", "audience"): MaterialAudience,
    ("material", "shown"): MaterialMoment,
}
_UNLIMITED = {"capacity_in_person", "capacity_online", "delegate_limit", "in_person_limit", "online_limit"}


@dataclass(frozen=True)
class Change:
    """One field; "" where there was, or is, nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    at: datetime
    actor: str
    verb: str
    subject: str
    subject_id: int | None
    changes: list[Change]


def entries(acts: Iterable[Activity]) -> list[Entry]:
    """Acts as a page shows them."""
    acts = list(acts)
    names = {
        "unit_id": units.names(_ids(acts, "unit_id")),
        "liaison_id": liaisons.names(_ids(acts, "liaison_id")),
        "roles": agenda_draft.names(_on_the_agenda(acts)),
    }
    return [_entry(act, names) for act in acts]


def subjects() -> list[tuple[str, str]]:
    return [(key, _of(SUBJECTS, key)) for key in SUBJECTS]


def label(field: str, subject: str = "") -> str:
    """What a field is called; a person's name is another word than a unit's."""
    of_a_person = field == "name" and subject in {"delegate", "agenda_person"}
    return _of({"name": ("姓名", "Name")} if of_a_person else FIELDS, field)


def spoken(subject: str, field: str, *values: Any) -> list[str]:  # whatever the field holds
    """Values of one field in words."""
    ids = {value for value in values if isinstance(value, int) and field == "unit_id"}
    names: dict[str, Mapping[int, str]] = {"unit_id": units.names(ids), "liaison_id": {}, "roles": {}}
    return [_said(subject, field, value, names) for value in values]


def actor(act: Activity) -> str:
    """Who did it, in words."""
    return _actor(act)


def _ids(acts: Iterable[Activity], field: str) -> set[int]:
    return {value for act in acts for side in (act.before, act.after) if isinstance(value := side.get(field), int)}


def _entry(act: Activity, names: Mapping[str, Mapping[int, str]]) -> Entry:
    fields = list(dict.fromkeys([*act.before, *act.after]))
    return Entry(
        at=act.at,
        actor=_actor(act),
        verb=_of(VERBS, act.verb),
        subject=act.subject,
        subject_id=act.subject_id,
        changes=[
            Change(
                label(field, act.subject),
                _said(act.subject, field, act.before.get(field), names) if field in act.before else "",
                _said(act.subject, field, act.after.get(field), names) if field in act.after else "",
            )
            for field in fields
        ],
    )


def _actor(act: Activity) -> str:
    if act.actor_kind in {ActorKind.SYSTEM, ActorKind.STRANGER, ActorKind.UNIT_LINK} or not act.actor_name:
        return words(act.actor_kind)
    if act.actor_kind is ActorKind.ACCOUNT:
        return act.actor_name
    return f"{words(act.actor_kind)} · {act.actor_name}"


def _said(subject: str, field: str, value: Any, names: Mapping[str, Mapping[int, str]]) -> str:  # whatever JSON holds
    if value is None:
        return _of({"": ("不限", "No limit")}, "") if field in _UNLIMITED else "–"
    if value == "":
        return "–"
    if isinstance(value, bool):
        return _of({"True": ("是", "Yes"), "False": ("否", "No")}, str(value))
    members = _SETS.get(field) or _SETS_OF.get((subject, field))
    if members is not None and value in list(members):
        return words(members(value))
    readers: dict[str, Callable[[Any], str]] = {
        "unit_id": lambda id_: names["unit_id"].get(id_, str(id_)),
        "liaison_id": lambda id_: names["liaison_id"].get(id_, str(id_)),
        "province": province,
        "roles": lambda value: _roles(value, names["roles"]),
        "hosts": _hosts,
        "choices": lambda value: _list(str(text) for text in value),
        "seen_by": lambda value: _list(words(Role(role)) for role in value),
        "uncounted": lambda value: _list(words(Category(category)) for category in value),
    }
    if field in readers:
        return readers[field](value)
    return _moment(value) if field.endswith(("_at", "_by", "_until")) else str(value)


def _list(texts: Iterable[str]) -> str:
    return ("、" if language() == "zh" else ", ").join(texts) or "–"


def _on_the_agenda(acts: Iterable[Activity]) -> set[int]:
    """The ids of the agenda's people in "role: id", as the draft's facts write them."""
    texts = [text for act in acts for side in (act.before, act.after) for text in side.get("roles") or ()]
    return {int(number) for text in texts if (number := str(text).rpartition(": ")[2]).isdigit()}


def _roles(value: Any, names: Mapping[int, str]) -> str:  # "role: id"
    def one(text: str) -> str:
        role, _, number = text.partition(": ")
        said = words(AgendaRoleKind(role)) if role in list(AgendaRoleKind) else role
        return f"{said} {names.get(int(number), number) if number.isdigit() else number}"

    return ("；" if language() == "zh" else "; ").join(one(str(text)) for text in value) or "–"


def _hosts(value: Any) -> str:  # "role: name", as the meeting's facts write them
    def one(text: str) -> str:
        role, _, name = text.partition(": ")
        return f"{words(HostRole(role))} {name}" if role in list(HostRole) else text

    return ("；" if language() == "zh" else "; ").join(one(str(text)) for text in value) or "–"


def _moment(value: Any) -> str:  # an ISO time, as the record writes it
    try:
        return moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _of(table: Mapping[str, tuple[str, str]], key: str) -> str:
    return table[key][0 if language() == "zh" else 1] if key in table else key
