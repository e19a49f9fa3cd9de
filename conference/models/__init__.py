"""The nouns: columns, constraints, cheap facts. Importing this package makes every table known."""

from conference.models.accounts import Account, ApiToken, Grant, IdempotencyKey, SignInLink
from conference.models.activity import Activity
from conference.models.changes import ChangeRequest, SavedFilter
from conference.models.checkin import Arrival, CheckIn, Checkpoint, Presence, RosterClock, Turnout
from conference.models.delegates import AccessLink, Code, Consent, Delegate, RepeatEntry
from conference.models.details import PersonalDetail, Question, QuestionAnswer, StoredFile
from conference.models.meetings import AgendaSession, Line, Meeting, MeetingHost, Talk
from conference.models.notices import Notice, NoticeTemplate
from conference.models.one_time_codes import OneTimeCode, ProofTry
from conference.models.outbox import OutboxMessage
from conference.models.units import DeskLink, Liaison, Participation, PlacesRequest, Tally, Unit

__all__ = [
    "AccessLink",
    "Account",
    "Activity",
    "AgendaSession",
    "ApiToken",
    "Arrival",
    "ChangeRequest",
    "CheckIn",
    "Checkpoint",
    "Code",
    "Consent",
    "Delegate",
    "DeskLink",
    "Grant",
    "IdempotencyKey",
    "Liaison",
    "Line",
    "Meeting",
    "MeetingHost",
    "Notice",
    "NoticeTemplate",
    "OneTimeCode",
    "OutboxMessage",
    "Participation",
    "PersonalDetail",
    "PlacesRequest",
    "Presence",
    "ProofTry",
    "Question",
    "QuestionAnswer",
    "RepeatEntry",
    "RosterClock",
    "SavedFilter",
    "SignInLink",
    "StoredFile",
    "Talk",
    "Tally",
    "Turnout",
    "Unit",
]
