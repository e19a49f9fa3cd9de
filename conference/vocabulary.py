"""The closed sets that the whole system speaks in, and how it says no.

Nothing here imports anything of ours. What the members are called for people stands in `wording`.
"""

from __future__ import annotations

from enum import StrEnum

# A participation code (参会码): no look-alikes.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 18


class Mode(StrEnum):
    """How a delegate takes part (参会方式)."""

    IN_PERSON = "in_person"
    ONLINE = "online"

    @property
    def other(self) -> Mode:
        return Mode.ONLINE if self is Mode.IN_PERSON else Mode.IN_PERSON


class DelegateStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        """Whether the place still counts toward the unit's limit and blocks its phone and e-mail."""
        return self in ACTIVE_STATUSES


ACTIVE_STATUSES = (DelegateStatus.PENDING, DelegateStatus.CONFIRMED, DelegateStatus.WAITLISTED)


class Category(StrEnum):
    DELEGATE = "delegate"
    OBSERVER = "observer"
    GUEST = "guest"
    LEADER = "leader"
    EXPERT = "expert"
    MEDIA = "media"
    STAFF = "staff"


class UnitKind(StrEnum):
    MEMBER = "member"
    RELATED = "related"
    INSTITUTION = "institution"


class MeetingStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class HostRole(StrEnum):
    HOST = "host"
    JOINT_HOST = "joint_host"
    CO_ORGANISER = "co_organiser"


class Approval(StrEnum):
    AUTOMATIC = "automatic"
    REVIEW = "review"


class OpenTo(StrEnum):
    """Whom the public page takes at their word: holders of a unit's link, or anyone."""

    LINK = "link"
    ANYONE = "anyone"


class Origin(StrEnum):
    """By which door an entry came."""

    PUBLIC = "public"
    UNIT_LINK = "unit_link"
    ORGANISER = "organiser"
    PROGRAM = "program"


class AgendaKind(StrEnum):
    ADDRESS = "address"
    SPEECH = "speech"
    EXCHANGE = "exchange"
    COMMENTARY = "commentary"
    AWARD = "award"
    PLEDGE = "pledge"
    VISIT = "visit"
    BREAK = "break"


class CheckpointKind(StrEnum):
    VENUE = "venue"
    SESSION = "session"
    DEPARTURE = "departure"
    MEAL = "meal"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Outcome(StrEnum):
    ADMITTED = "admitted"
    ALREADY = "already"
    LEFT = "left"
    REFUSED = "refused"


class ScanReason(StrEnum):
    """Why the door says no (or would have said no), in the order of the contract's table."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"
    WRONG_MODE = "wrong_mode"
    NOT_LISTED = "not_listed"
    CLOSED = "closed"


class Override(StrEnum):
    TAKE_ALONG = "take_along"


class Role(StrEnum):
    """What an account may be; `ADMINISTRATOR` for everything, the others per meeting."""

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    REGISTRATION = "registration"
    TRAVEL = "travel"
    DOOR = "door"
    VIEWER = "viewer"


class Right(StrEnum):
    """What a page or an act asks for; `rules.access` says which role has which."""

    FOUND_MEETINGS = "found_meetings"
    SEE_MEETING = "see_meeting"
    SEE_PEOPLE = "see_people"
    RUN_MEETING = "run_meeting"
    REGISTER_PEOPLE = "register_people"
    CHECK_IN = "check_in"


class Scope(StrEnum):
    ORGANISE = "organise"
    CHECKIN = "checkin"
    READ = "read"


class ActorKind(StrEnum):
    ACCOUNT = "account"
    TOKEN = "token"
    DELEGATE = "delegate"
    STRANGER = "stranger"
    SYSTEM = "system"


class ConsentPurpose(StrEnum):
    MEETING = "meeting"


class MessageKind(StrEnum):
    """What a message in the outbox (待发箱) is about."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    MODE_CHANGED = "mode_changed"
    REGISTERED_AGAIN = "registered_again"


class Refusal(StrEnum):
    """A rule forbids it: nothing broke, and the same wish may be granted another day."""

    ALREADY_REGISTERED = "already_registered"
    REGISTRATION_CLOSED = "registration_closed"
    UNIT_FULL = "unit_full"
    CAPACITY_BELOW_TAKEN = "capacity_below_taken"
    NOT_ACTIVE = "not_active"
    SLUG_TAKEN = "slug_taken"
    UNIT_EXISTS = "unit_exists"
    TOKEN_EXISTS = "token_exists"
    LAST_ADMINISTRATOR = "last_administrator"
    VOID_NOT_YOURS = "void_not_yours"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    INSTANCE_NOT_EMPTY = "instance_not_empty"
    SIGN_IN_FAILED = "sign_in_failed"
    LINK_SPENT = "link_spent"
    CONSENT_NEEDED = "consent_needed"


class Fault(StrEnum):
    """What is wrong with one field of an input that cannot be understood."""

    REQUIRED = "required"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    FORBIDDEN_CHARACTERS = "forbidden_characters"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    CONTACT_NEEDED = "contact_needed"
    UNKNOWN_ID = "unknown_id"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_A_PROVINCE = "not_a_province"
    NOT_A_TIMEZONE = "not_a_timezone"
    NOT_A_CREDIT_CODE = "not_a_credit_code"
    NOT_A_SLUG = "not_a_slug"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_TIME = "not_a_time"
    TIME_WITHOUT_OFFSET = "time_without_offset"
    TIMES_BACKWARDS = "times_backwards"
    EXCLUDES_EACH_OTHER = "excludes_each_other"
    NOT_A_CURSOR = "not_a_cursor"
    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    TOO_MANY = "too_many"
    PASSWORD_TOO_SHORT = "password_too_short"
    NOT_NULLABLE = "not_nullable"


class Refused(Exception):
    """A verb said no; `refusal` is the reason, `wording` speaks."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class Malformed(Exception):
    """An input cannot be understood; `faults` names each field."""

    def __init__(self, faults: dict[str, Fault]) -> None:
        super().__init__(", ".join(f"{field}: {fault.value}" for field, fault in faults.items()))
        self.faults = faults


class Missing(Exception):
    """There is no such thing, or not for this asker."""
