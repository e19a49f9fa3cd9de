"""The nouns: columns, constraints, cheap facts. Importing this package makes every table known."""

from conference.models.accounts import Account, ApiToken, Grant, IdempotencyKey, SignInLink
from conference.models.activity import Activity
from conference.models.checkin import Arrival, CheckIn, Checkpoint, Presence, RosterClock, Turnout
from conference.models.delegates import AccessLink, Code, Consent, Delegate, RepeatEntry
from conference.models.meetings import AgendaSession, Line, Meeting, MeetingHost, Talk
from conference.models.outbox import OutboxMessage
from conference.models.units import Participation, Tally, Unit

__all__ = [
    "AccessLink",
    "Account",
    "Activity",
    "AgendaSession",
    "ApiToken",
    "Arrival",
    "CheckIn",
    "Checkpoint",
    "Code",
    "Consent",
    "Delegate",
    "Grant",
    "IdempotencyKey",
    "Line",
    "Meeting",
    "MeetingHost",
    "OutboxMessage",
    "Participation",
    "Presence",
    "RepeatEntry",
    "RosterClock",
    "SignInLink",
    "Tally",
    "Talk",
    "Turnout",
    "Unit",
]
