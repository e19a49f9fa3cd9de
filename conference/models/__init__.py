"""The nouns: columns, constraints, cheap facts. Importing this package makes every table known."""

from conference.models.accounts import Account, ApiToken, Grant, IdempotencyKey, SignInLink
from conference.models.activity import Activity
from conference.models.agenda import (
    AgendaPerson,
    AgendaRelease,
    AgendaRole,
    AgendaRoom,
    AgendaSession,
    Delay,
    StageCall,
    Star,
    Talk,
)
from conference.models.asking import HallQuestion, HallQuestionVote, Poll, PollChoice
from conference.models.bulk import BulkDeed
from conference.models.changes import ChangeRequest, SavedFilter
from conference.models.checkin import Arrival, CheckIn, Checkpoint, Presence, RosterClock, Turnout
from conference.models.delegates import AccessLink, Code, Consent, Delegate, RepeatEntry
from conference.models.details import PersonalDetail, Question, QuestionAnswer, StoredFile
from conference.models.devices import Device, ScanReview
from conference.models.duplicates import DuplicatePair
from conference.models.materials import Material, MaterialVersion
from conference.models.meetings import Line, Meeting, MeetingHost
from conference.models.notices import Notice, NoticeTemplate
from conference.models.one_time_codes import OneTimeCode, ProofTry
from conference.models.online import (
    AttendanceCorrection,
    Beat,
    Broadcast,
    PlatformReport,
    PlatformStay,
    Replay,
    StillHere,
    Viewer,
    ViewingRoom,
)
from conference.models.outbox import OutboxMessage
from conference.models.papers import PaperRun, PaperSettings, PrintedPaper
from conference.models.replies import ReplyForm, ReplyRow
from conference.models.seats import Hall, Precedence, Seating
from conference.models.sign_ups import SignUp, SignUpLine
from conference.models.submissions import Submission
from conference.models.units import DeskLink, Liaison, MovedLink, Participation, PlacesRequest, Tally, Unit
from conference.models.visits import Departure, SeatSwap, Stay, Stop, StopPerson, StopPhoto, VisitSettings
from conference.models.walls import NameRelease, Wall
from conference.models.ways_in import Nod, WalkIn

__all__ = [
    "AccessLink",
    "Account",
    "Activity",
    "AgendaPerson",
    "AgendaRelease",
    "AgendaRole",
    "AgendaRoom",
    "AgendaSession",
    "ApiToken",
    "Arrival",
    "AttendanceCorrection",
    "Beat",
    "Broadcast",
    "BulkDeed",
    "ChangeRequest",
    "CheckIn",
    "Checkpoint",
    "Code",
    "Consent",
    "Delay",
    "Delegate",
    "Departure",
    "DeskLink",
    "Device",
    "DuplicatePair",
    "Grant",
    "Hall",
    "HallQuestion",
    "HallQuestionVote",
    "IdempotencyKey",
    "Liaison",
    "Line",
    "Material",
    "MaterialVersion",
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
    "Participation",
    "PersonalDetail",
    "PlacesRequest",
    "PlatformReport",
    "PlatformStay",
    "Poll",
    "PollChoice",
    "Precedence",
    "Presence",
    "PrintedPaper",
    "ProofTry",
    "Question",
    "QuestionAnswer",
    "RepeatEntry",
    "Replay",
    "ReplyForm",
    "ReplyRow",
    "RosterClock",
    "SavedFilter",
    "ScanReview",
    "SeatSwap",
    "Seating",
    "SignInLink",
    "SignUp",
    "SignUpLine",
    "StageCall",
    "Star",
    "Stay",
    "StillHere",
    "Stop",
    "StopPerson",
    "StopPhoto",
    "StoredFile",
    "Submission",
    "Talk",
    "Tally",
    "Turnout",
    "Unit",
    "Viewer",
    "ViewingRoom",
    "VisitSettings",
    "WalkIn",
    "Wall",
]
