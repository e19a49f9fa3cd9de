"""The nouns: columns, constraints, cheap facts. Importing this package makes every table known."""

from conference.models.accounts import Account, ApiToken, Grant, IdempotencyKey, SignInLink
from conference.models.activity import Activity
from conference.models.bulk import BulkDeed
from conference.models.changes import ChangeRequest, SavedFilter
from conference.models.checkin import Arrival, CheckIn, Checkpoint, Presence, RosterClock, Turnout
from conference.models.delegates import AccessLink, Code, Consent, Delegate, RepeatEntry
from conference.models.details import PersonalDetail, Question, QuestionAnswer, StoredFile
from conference.models.devices import Device, ScanReview
from conference.models.duplicates import DuplicatePair
from conference.models.meetings import AgendaSession, Line, Meeting, MeetingHost, Talk
from conference.models.notices import Notice, NoticeTemplate
from conference.models.one_time_codes import OneTimeCode, ProofTry
from conference.models.outbox import OutboxMessage
from conference.models.papers import PaperRun, PaperSettings, PrintedPaper
from conference.models.replies import ReplyForm, ReplyRow
from conference.models.seats import Hall, Precedence, Seating
from conference.models.submissions import Submission
from conference.models.units import DeskLink, Liaison, MovedLink, Participation, PlacesRequest, Tally, Unit
from conference.models.walls import NameRelease, Wall
from conference.models.ways_in import Nod, WalkIn

__all__ = [
    "AccessLink",
    "Account",
    "Activity",
    "AgendaSession",
    "ApiToken",
    "Arrival",
    "BulkDeed",
    "ChangeRequest",
    "CheckIn",
    "Checkpoint",
    "Code",
    "Consent",
    "Delegate",
    "DeskLink",
    "Device",
    "DuplicatePair",
    "Grant",
    "Hall",
    "IdempotencyKey",
    "Liaison",
    "Line",
    "Meeting",
    "MeetingHost",
    "MovedLink",
    "NameRelease",
    "Nod",
    "Notice",
    "NoticeTemplate",
    "OneTimeCode",
    "OutboxMessage",
    "PaperRun",
    "PaperSettings",
    "PrintedPaper",
    "Participation",
    "PersonalDetail",
    "PlacesRequest",
    "Precedence",
    "Presence",
    "ProofTry",
    "Question",
    "QuestionAnswer",
    "RepeatEntry",
    "ReplyForm",
    "ReplyRow",
    "RosterClock",
    "SavedFilter",
    "ScanReview",
    "Seating",
    "SignInLink",
    "StoredFile",
    "Submission",
    "Talk",
    "Tally",
    "Turnout",
    "Unit",
    "WalkIn",
    "Wall",
]
