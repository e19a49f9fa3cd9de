"""The closed sets that the whole system speaks in, and how it says no.

Nothing here imports anything of ours. What the members are called for people stands in `wording`.
"""

from __future__ import annotations

from enum import StrEnum

# A participation code (参会码): no look-alikes.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 18


class Member(StrEnum):
    """A member of a closed set: equal to its own word, and to no member of another set that has the same word.

    Else a table of members would take `DelegateStatus.CONFIRMED` and `MessageKind.CONFIRMED` for one key.
    """

    def __eq__(self, other: object) -> bool:
        return self is other if isinstance(other, StrEnum) else str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class Mode(Member):
    """How a delegate takes part (参会方式)."""

    IN_PERSON = "in_person"
    ONLINE = "online"

    @property
    def other(self) -> Mode:
        return Mode.ONLINE if self is Mode.IN_PERSON else Mode.IN_PERSON


class DelegateStatus(Member):
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


class Category(Member):
    DELEGATE = "delegate"
    OBSERVER = "observer"
    GUEST = "guest"
    LEADER = "leader"
    EXPERT = "expert"
    MEDIA = "media"
    STAFF = "staff"


class UnitKind(Member):
    MEMBER = "member"
    RELATED = "related"
    INSTITUTION = "institution"


class MeetingStatus(Member):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Preparation(Member):
    """What is to be done before people can register, in order."""

    WRITTEN = "written"
    HOSTS = "hosts"
    UNITS = "units"
    OPENED = "opened"
    REGISTERING = "registering"


class Closure(Member):
    """Why nobody can register."""

    NOT_OPENED = "not_opened"
    NOT_YET = "not_yet"
    OVER = "over"


class Todo(Member):
    """What waits for an organiser."""

    NOT_OPEN = "not_open"
    NO_UNITS = "no_units"
    PENDING = "pending"
    REPEATS = "repeats"
    SILENT_UNITS = "silent_units"
    PROPOSED_UNITS = "proposed_units"
    CHANGE_REQUESTS = "change_requests"
    PLACES_REQUESTS = "places_requests"
    UNANSWERED = "unanswered"
    DUPLICATES = "duplicates"
    FAILED_MESSAGES = "failed_messages"
    LINE_BY_HAND = "line_by_hand"
    REVIEWS = "reviews"
    NEW_VERSIONS = "new_versions"
    LEADERLESS = "leaderless"


class BulkAct(Member):
    """What is done to many people of a list at once."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    CANCEL = "cancel"
    CATEGORY = "category"
    REMIND = "remind"


class Likeness(Member):
    """Why two places may be one person's."""

    SAME_NAME = "same_name"
    SAME_SOUND = "same_sound"
    LIKE_PHONE = "like_phone"


class FreedPlace(Member):
    """What becomes of a place that falls free."""

    TO_THE_LINE = "to_the_line"
    TO_THE_DESK = "to_the_desk"
    NOBODY_WAITS = "nobody_waits"


class DeskStep(Member):
    """What a unit's liaison does next."""

    OVER = "over"
    DECLINED = "declined"
    ANSWER = "answer"
    NOT_YET = "not_yet"
    LOOK_AT_ENTRIES = "look_at_entries"
    ADD_PEOPLE = "add_people"
    CLOSED = "closed"
    REMIND = "remind"
    DONE = "done"


class HostRole(Member):
    HOST = "host"
    JOINT_HOST = "joint_host"
    CO_ORGANISER = "co_organiser"


class Approval(Member):
    AUTOMATIC = "automatic"
    REVIEW = "review"


class OpenTo(Member):
    """Whom the public page takes at their word: holders of a unit's link, or anyone."""

    LINK = "link"
    ANYONE = "anyone"


class Origin(Member):
    """By which door an entry came."""

    PUBLIC = "public"
    UNIT_LINK = "unit_link"
    ORGANISER = "organiser"
    PROGRAM = "program"
    LIAISON = "liaison"
    IMPORT = "import"
    WALK_IN = "walk_in"


class AgendaKind(Member):
    ADDRESS = "address"
    SPEECH = "speech"
    EXCHANGE = "exchange"
    COMMENTARY = "commentary"
    AWARD = "award"
    PLEDGE = "pledge"
    VISIT = "visit"
    BREAK = "break"
    OTHER = "other"


class TalkKind(Member):
    """What somebody does in a session (发言)."""

    KEYNOTE = "keynote"
    EXPERIENCE = "experience"
    SPEECH = "speech"
    COMMENTARY = "commentary"


class AgendaRoleKind(Member):
    """What a person is for on the agenda."""

    SPEAKER = "speaker"
    CHAIR = "chair"
    EXPERT = "expert"
    READER = "reader"
    AWARDER = "awarder"


class AgendaConflict(Member):
    """What does not go together on an agenda."""

    ROOM_TWICE = "room_twice"
    PERSON_TWICE = "person_twice"
    TRAVEL = "travel"
    VISIT_OVERLAP = "visit_overlap"
    OUTSIDE_MEETING = "outside_meeting"
    TALKS_TOO_LONG = "talks_too_long"


class AgendaChange(Member):
    """What a release made different for an item of the agenda."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    ROOM = "room"
    TITLE = "title"
    PEOPLE = "people"
    DETAIL = "detail"
    PLACES = "places"
    ONLINE = "online"


class MaterialKind(Member):
    SLIDES = "slides"
    TEXT = "text"
    VIDEO = "video"


class MaterialAudience(Member):
    """Who may see a material (资料)."""

    ORGANISERS = "organisers"
    DELEGATES = "delegates"
    PUBLIC = "public"


class MaterialMoment(Member):
    """From when those who may see a material see it."""

    BEFORE = "before"
    AFTER = "after"


class SignUpStatus(Member):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"


class Viewership(Member):
    """Who may watch a meeting live."""

    DELEGATES = "delegates"
    PUBLIC = "public"


class Grade(Member):
    """How strong a record of attendance online is."""

    BEATS = "beats"
    PLATFORM = "platform"


class Attended(Member):
    """How somebody attended a session, the strongest evidence first; a correction stands instead of all."""

    HALL = "hall"
    BEATS = "beats"
    PLATFORM = "platform"
    CORRECTED = "corrected"


class PlatformMatch(Member):
    """What became of a line of an outside room's report."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    NOBODY = "nobody"
    SETTLED = "settled"
    IGNORED = "ignored"


class Reached(Member):
    """Whether somebody attended as much as the meeting asks for."""

    YES = "yes"
    NO = "no"


class LineOddity(Member):
    """What is to be said of a line of an outside room's report: the first three give nobody minutes of a session."""

    EMPTY = "empty"
    ELSEWHEN = "elsewhen"
    UNTIMED = "untimed"
    REPEATED = "repeated"
    BACKWARDS = "backwards"
    AHEAD = "ahead"


class ViewingRoomStatus(Member):
    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"


class HallQuestionStatus(Member):
    """A question that somebody asks the meeting (提问)."""

    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"
    ANSWERED = "answered"


class PollKind(Member):
    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"


class PollState(Member):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CheckpointKind(Member):
    VENUE = "venue"
    SESSION = "session"
    DEPARTURE = "departure"
    MEAL = "meal"


class DepartureKind(Member):
    """How a group goes round on a site visit."""

    BUS = "bus"
    ON_FOOT = "on_foot"


class StopRole(Member):
    """What somebody does at a stop."""

    HOST = "host"
    GUIDE = "guide"


class SwapStatus(Member):
    """What became of the wish to change seats with somebody."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Direction(Member):
    IN = "in"
    OUT = "out"


class Outcome(Member):
    ADMITTED = "admitted"
    ALREADY = "already"
    LEFT = "left"
    REFUSED = "refused"


class ScanReason(Member):
    """Why the door says no (or would have said no), in the order of the contract's table."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"
    WRONG_MODE = "wrong_mode"
    NOT_LISTED = "not_listed"
    CLOSED = "closed"


class ReviewWord(Member):
    """What an organiser makes of a flagged scan: it stands, or it was taken back."""

    STANDS = "stands"
    TAKEN_BACK = "taken_back"


class ReviewCause(Member):
    """Why somebody should look at a scan."""

    TWO_GATES = "two_gates"
    LET_IN_ALL_THE_SAME = "let_in_all_the_same"
    CLOCK_WRONG = "clock_wrong"
    LIMITED_SINCE = "limited_since"
    TAKEN_ALONG = "taken_along"


class Contact(Member):
    """How a device stands with us: waits for its phone, its code ran out, was heard lately, is silent, was revoked."""

    WAITING = "waiting"
    EXPIRED = "expired"
    LIVE = "live"
    SILENT = "silent"
    REVOKED = "revoked"


class NameState(Member):
    """How a name that the public typed stands: nobody has read it, walls show it, walls do not."""

    WAITING = "waiting"
    SHOWN = "shown"
    REFUSED = "refused"


class WallKind(Member):
    """What a screen in the hall shows."""

    WELCOME = "welcome"
    FIGURES = "figures"
    CHECK_IN = "check_in"
    AGENDA = "agenda"
    ASKING = "asking"


class PaperKind(Member):
    """What is printed for a meeting: badges (胸卡), labels, place cards (座签), table cards, sign-in sheets (签到表),
    seat stickers, the hall plan.
    """

    BADGE = "badge"
    LABEL = "label"
    PLACE_CARD = "place_card"
    TABLE_CARD = "table_card"
    SIGN_IN_SHEET = "sign_in_sheet"
    SEAT_STICKER = "seat_sticker"
    HALL_PLAN = "hall_plan"


class PaperPhone(Member):
    """What the column for phones of a sign-in sheet holds."""

    BLANK = "blank"
    TAIL = "tail"
    NONE = "none"


class PaperOrder(Member):
    """What orders people on paper."""

    NUMBER = "number"
    NAME = "name"
    UNIT = "unit"
    PROVINCE = "province"
    SEAT = "seat"
    CATEGORY = "category"


class SeatBlockKind(Member):
    """Whom a part of the hall is meant for."""

    PROVINCE = "province"
    UNIT = "unit"
    CATEGORY = "category"
    CLOSED = "closed"


class SeatRule(Member):
    """By what organisers have the seats of the visits assigned."""

    UNITS = "units"
    PROVINCES = "provinces"
    MIXED = "mixed"


class SeatNumbering(Member):
    """Where seat 1 of a row is: at its left end, or in the middle with the odd numbers to the left (单双号)."""

    LEFT = "left"
    MIDDLE = "middle"


class FrontOrder(Member):
    """Where the first of those with a rank sits: in the middle, the next to the left and right of it in turn
    (左右依次), or at the left end.
    """

    MIDDLE = "middle"
    LEFT = "left"


class Override(Member):
    TAKE_ALONG = "take_along"


class Role(Member):
    """What an account may be; `ADMINISTRATOR` for everything, the others per meeting."""

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    REGISTRATION = "registration"
    TRAVEL = "travel"
    DOOR = "door"
    VIEWER = "viewer"


class Right(Member):
    """What a page or an act asks for; `rules.access` says which role has which."""

    FOUND_MEETINGS = "found_meetings"
    SEE_MEETING = "see_meeting"
    SEE_PEOPLE = "see_people"
    SEE_DETAILS = "see_details"
    RUN_MEETING = "run_meeting"
    RUN_VISITS = "run_visits"
    REGISTER_PEOPLE = "register_people"
    CHECK_IN = "check_in"
    KEEP_UNITS = "keep_units"


class Scope(Member):
    ORGANISE = "organise"
    CHECKIN = "checkin"
    READ = "read"


class ActorKind(Member):
    ACCOUNT = "account"
    TOKEN = "token"
    DELEGATE = "delegate"
    STRANGER = "stranger"
    UNIT_LINK = "unit_link"
    SYSTEM = "system"
    LIAISON = "liaison"


class ConsentPurpose(Member):
    """What somebody agrees to, each by itself; `MEETING` is what taking part cannot do without."""

    MEETING = "meeting"
    HOTEL = "hotel"
    CATERING = "catering"
    DIRECTORY = "directory"
    PHOTOGRAPHS = "photographs"


class Room(Member):
    """What somebody needs of the hotel (住宿)."""

    NONE = "none"
    SINGLE = "single"
    SHARED = "shared"


class Gender(Member):
    """Asked only of who shares a room."""

    FEMALE = "female"
    MALE = "male"


class InvitationAnswer(Member):
    """What a unit says to its invitation."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class InvitationState(Member):
    """How far a unit's invitation has come; what it answered goes before whether it was opened."""

    NOT_INVITED = "not_invited"
    NOT_OPENED = "not_opened"
    OPENED = "opened"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ChangeWish(Member):
    """What is asked for after the freeze, until an organiser decides."""

    EDIT = "edit"
    MODE = "mode"
    CANCEL = "cancel"
    SUBSTITUTE = "substitute"


class QuestionKind(Member):
    """How a question of a meeting's own is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    DATE_TIME = "date_time"
    FILE = "file"


class QuestionStage(Member):
    """When a question is asked: with the registration, or later on one's own page."""

    AT_ONCE = "at_once"
    LATER = "later"


class FileKind(Member):
    """What an uploaded file really is, by its content."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WORD = "word"
    EXCEL = "excel"
    POWERPOINT = "powerpoint"
    CAPTIONS = "captions"  # written anew by us; no question asks for one


class MessageKind(Member):
    """What a message in the outbox (待发箱) is about."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    MODE_CHANGED = "mode_changed"
    REGISTERED_AGAIN = "registered_again"
    ANSWER_WANTED = "answer_wanted"
    REMINDER = "reminder"
    INVITATION = "invitation"
    INVITATION_REMINDER = "invitation_reminder"
    CHANGE_DECIDED = "change_decided"
    PLACES_DECIDED = "places_decided"
    AGENDA_CHANGED = "agenda_changed"
    MOVED_UP = "moved_up"
    VISIT_CHANGED = "visit_changed"
    VISIT_CANCELLED = "visit_cancelled"
    SEAT_GIVEN = "seat_given"
    SWAP_ASKED = "swap_asked"
    NOTICE = "notice"
    ONE_TIME_CODE = "one_time_code"


class MessageState(Member):
    """How far a message in the outbox has come.

    `SENDING` is claimed by a worker that has not come to the point of no return; `IN_DOUBT` has passed it without an
    answer (yet): the other side may have taken it. `BY_HAND` waits for somebody to forward its text.
    """

    WAITING = "waiting"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    FAILED = "failed"
    BY_HAND = "by_hand"
    FORWARDED = "forwarded"
    WITHDRAWN = "withdrawn"


class Channel(Member):
    """By which way a message leaves the house."""

    EMAIL = "email"
    SMS = "sms"

    @property
    def part(self) -> str:
        """The part of somebody's address that it goes by."""
        return "email" if self is Channel.EMAIL else "phone"


class SendingTrouble(Member):
    """Why a message did not go out, as far as its way told us."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    SIGN_IN_REFUSED = "sign_in_refused"
    ADDRESS_REFUSED = "address_refused"
    SENDER_REFUSED = "sender_refused"
    CONTENT_REFUSED = "content_refused"
    TEMPLATE_REFUSED = "template_refused"
    NO_TEMPLATE = "no_template"
    NO_BALANCE = "no_balance"
    MISCONFIGURED = "misconfigured"
    NOT_UNDERSTOOD = "not_understood"
    NO_ANSWER = "no_answer"
    TOO_OFTEN = "too_often"
    RESTORED = "restored"


class CodePurpose(Member):
    """What a one-time code proves: that the asker reads what is sent to an address."""

    RETURN = "return"
    PROVE = "prove"


class Refusal(Member):
    """A rule forbids it: nothing broke, and the same wish may be granted another day."""

    ALREADY_REGISTERED = "already_registered"
    REGISTRATION_CLOSED = "registration_closed"
    UNIT_FULL = "unit_full"
    OWN_UNIT_FULL = "own_unit_full"  # the same two, said to its liaison
    OWN_MODE_FULL = "own_mode_full"
    CAPACITY_BELOW_TAKEN = "capacity_below_taken"
    NOT_ACTIVE = "not_active"
    SLUG_TAKEN = "slug_taken"
    UNIT_EXISTS = "unit_exists"
    TOKEN_EXISTS = "token_exists"
    LAST_ADMINISTRATOR = "last_administrator"
    VOID_NOT_YOURS = "void_not_yours"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    INSTANCE_NOT_EMPTY = "instance_not_empty"
    BACKUP_DAMAGED = "backup_damaged"
    BACKUP_NEWER = "backup_newer"
    DATA_KEY_DIFFERS = "data_key_differs"
    SIGN_IN_FAILED = "sign_in_failed"
    LINK_SPENT = "link_spent"
    CONSENT_NEEDED = "consent_needed"
    WORKS_ELSEWHERE = "works_elsewhere"
    NUMBER_DIFFERS = "number_differs"
    NOT_FROM_HERE = "not_from_here"
    MEETING_OVER = "meeting_over"
    UNIT_MODE_FULL = "unit_mode_full"
    DECIDED_ALREADY = "decided_already"
    CHANGED_MEANWHILE = "changed_meanwhile"
    LIST_FROZEN = "list_frozen"
    NOT_PROVEN = "not_proven"
    ANSWER_FIRST = "answer_first"
    NEEDED_IN_PERSON_ONLY = "needed_in_person_only"
    ASKED_TOO_OFTEN = "asked_too_often"
    NO_WAY = "no_way"
    MESSAGE_SETTLED = "message_settled"
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    GUESSED_TOO_OFTEN = "guessed_too_often"
    SAME_UNIT = "same_unit"
    TOO_MANY_QUESTIONS = "too_many_questions"
    TOO_MANY_WALLS = "too_many_walls"
    QUESTION_ORDER = "question_order"
    QUESTION_NEEDED = "question_needed"
    NO_PLACE_FREE = "no_place_free"
    NOT_WAITING = "not_waiting"
    BOTH_CAME = "both_came"
    CAME_IS_KEPT = "came_is_kept"
    ANSWERED_ALREADY = "answered_already"
    REMINDED_TODAY = "reminded_today"
    LIST_CHANGED = "list_changed"
    HALL_FULL = "hall_full"
    NOBODY_TICKED = "nobody_ticked"
    GATE_TAKEN = "gate_taken"
    TOO_MANY_DEVICES = "too_many_devices"
    PAIRING_SPENT = "pairing_spent"
    PAIRING_EXPIRED = "pairing_expired"
    DEVICE_REVOKED = "device_revoked"
    NOT_THIS_CHECKPOINT = "not_this_checkpoint"
    REVIEWED_ALREADY = "reviewed_already"
    SEAT_TAKEN = "seat_taken"
    SEAT_PINNED = "seat_pinned"
    NOT_TO_BE_SEATED = "not_to_be_seated"
    HERE_EXPIRED = "here_expired"
    HERE_SPENT = "here_spent"
    NOBODY_FITS = "nobody_fits"
    NOD_OVER = "nod_over"
    NOBODY_TO_PRINT = "nobody_to_print"
    PRINTING_BUSY = "printing_busy"
    AGENDA_CONFLICTS = "agenda_conflicts"
    NOTHING_TO_RELEASE = "nothing_to_release"
    IN_USE = "in_use"
    NOT_ELIGIBLE = "not_eligible"
    NO_SIGN_UP = "no_sign_up"
    NOT_RELEASED = "not_released"
    DAY_OVER = "day_over"
    ANOTHER_DAY = "another_day"
    CALLED_MEANWHILE = "called_meanwhile"
    SESSION_BEGUN = "session_begun"
    SESSION_CANCELLED = "session_cancelled"
    TIME_CONFLICT = "time_conflict"
    MAY_NOT_WATCH = "may_not_watch"
    PLAYS_ELSEWHERE = "plays_elsewhere"
    ANSWERED_LATE = "answered_late"
    NO_BEGINNING = "no_beginning"
    NOT_ASKING = "not_asking"
    ASKED_ENOUGH = "asked_enough"
    POLL_NOT_OPEN = "poll_not_open"
    POLL_VOTED = "poll_voted"
    STOP_OVER_CAPACITY = "stop_over_capacity"
    NO_PLAN = "no_plan"
    SEATS_ARE_GIVEN = "seats_are_given"
    SEATS_NOT_OPEN = "seats_not_open"
    SEATS_FROZEN = "seats_frozen"
    DEPARTED = "departed"
    STOP_IN_USE = "stop_in_use"
    SEATS_BELOW_TAKEN = "seats_below_taken"
    SWAP_SETTLED = "swap_settled"
    SWAP_ASKED = "swap_asked"
    NOTHING_CORRECTED = "nothing_corrected"


class Problem(Member):
    """Why the API cannot answer a request, where it is neither a rule's refusal nor a deed's."""

    BAD_REQUEST = "bad_request"
    UNAUTHENTICATED = "unauthenticated"
    WRONG_SCOPE = "wrong_scope"
    WRONG_MEETING = "wrong_meeting"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    MALFORMED = "malformed"
    TOO_MANY_REQUESTS = "too_many_requests"
    BROKEN = "broken"
    UNAVAILABLE = "unavailable"
    UNDECIDED = "undecided"


class Fault(Member):
    """What is wrong with one field of an input that cannot be understood."""

    REQUIRED = "required"
    NOT_AGREED = "not_agreed"
    PURPOSE_NOT_AGREED = "purpose_not_agreed"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    FORBIDDEN_CHARACTERS = "forbidden_characters"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    CONTACT_NEEDED = "contact_needed"
    UNKNOWN_ID = "unknown_id"
    NO_SUCH_UNIT = "no_such_unit"
    SEVERAL_UNITS = "several_units"
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
    LEAVES_BEFORE_ARRIVING = "leaves_before_arriving"
    ARRIVES_BEFORE_LEAVING = "arrives_before_leaving"
    DEPARTS_TOO_LATE = "departs_too_late"
    STOP_TWICE = "stop_twice"
    EXCLUDES_EACH_OTHER = "excludes_each_other"
    NOT_A_CURSOR = "not_a_cursor"
    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    TOO_MANY = "too_many"
    TOO_FEW_CHOICES = "too_few_choices"
    PASSWORD_TOO_SHORT = "password_too_short"
    NOT_NULLABLE = "not_nullable"
    NOT_READABLE = "not_readable"
    REPEATED = "repeated"
    TWICE_IN_THE_SHEET = "twice_in_the_sheet"
    NAME_IN_USE = "name_in_use"
    NOT_A_KEY = "not_a_key"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    UNIT_NOT_CHOSEN = "unit_not_chosen"
    PASSWORDS_DIFFER = "passwords_differ"
    FILE_TOO_LARGE = "file_too_large"
    NOT_THAT_KIND_OF_FILE = "not_that_kind_of_file"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_BROKEN = "picture_broken"
    LINKED_ALREADY = "linked_already"
    ASKS_FOR_IDENTITY_NUMBER = "asks_for_identity_number"
    HOLDS_IDENTITY_NUMBER = "holds_identity_number"
    NOT_A_QUANTITY = "not_a_quantity"
    NOT_A_COLOUR = "not_a_colour"
    SAME_CHOICE_TWICE = "same_choice_twice"
    CONDITION_COMES_LATER = "condition_comes_later"
    CHOSEN_ALREADY = "chosen_already"
    AFTER_THE_END = "after_the_end"
    BEFORE_THE_END = "before_the_end"
    NOT_A_NAME = "not_a_name"
    SEVERAL_NAMES = "several_names"
    DIGITS_LOST = "digits_lost"
    FORMULA_UNSOLVED = "formula_unsolved"
    TWICE_IN_FILE = "twice_in_file"
    MODE_NEEDED = "mode_needed"
    MODE_UNCLEAR = "mode_unclear"
    MODE_TWICE = "mode_twice"
    MODE_BOTH = "mode_both"
    PROVINCE_NEEDED = "province_needed"
    NOT_A_CODE = "not_a_code"
    UNIT_NEEDED = "unit_needed"
    CONTACTS_OF_TWO = "contacts_of_two"
    NOT_TO_BE_CHANGED_HERE = "not_to_be_changed_here"
    FOR_ORGANISERS = "for_organisers"
    FOR_OTHER_UNITS = "for_other_units"
    FORM_OF_ANOTHER_UNIT = "form_of_another_unit"
    NOT_COMING = "not_coming"
    NOTHING_FOUND = "nothing_found"
    OTHER_CREDIT_CODE = "other_credit_code"
    NO_SUCH_SEAT = "no_such_seat"
    SEAT_CLOSED = "seat_closed"
    SEAT_OCCUPIED = "seat_occupied"
    NOBODY_FOUND = "nobody_found"
    SEVERAL_PEOPLE = "several_people"
    NO_SEAT_COLUMN = "no_seat_column"
    NUMBER_OF_ANOTHER = "number_of_another"
    NAMED_BEFORE = "named_before"
    NOT_SEATED_HERE = "not_seated_here"
    NO_SUCH_ROW = "no_such_row"
    NOT_A_HERE_TEXT = "not_a_here_text"
    NOT_SLIDES = "not_slides"
    NOT_A_WRITTEN_TEXT = "not_a_written_text"
    OLD_OFFICE_FILE = "old_office_file"
    FILE_HAS_PASSWORD = "file_has_password"
    FILE_HAS_MACROS = "file_has_macros"
    FILE_NEEDS_OTHERS = "file_needs_others"
    FILE_BROKEN = "file_broken"
    FILE_EMPTY = "file_empty"
    NOT_A_SECURE_LINK = "not_a_secure_link"
    LINK_WITH_PASSWORD = "link_with_password"
    VIDEO_IS_A_LINK = "video_is_a_link"
    PLAYS_ONLY_SECURE = "plays_only_secure"
    SAME_LINE = "same_line"
    ADDRESS_OR_NUMBER = "address_or_number"
    NOT_CAPTIONS = "not_captions"
    CUE_WITHOUT_TIMES = "cue_without_times"
    CUE_BACKWARDS = "cue_backwards"
    NOT_A_MARK = "not_a_mark"
    NOT_A_RECORDING = "not_a_recording"
    NOT_A_LIVE_LINE = "not_a_live_line"
    LONGER_THAN_THE_SESSION = "longer_than_the_session"


class FileFault(Member):
    """Why a file that was sent in cannot be read at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_WORKBOOK = "not_a_workbook"
    OLD_WORKBOOK = "old_workbook"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    EXTERNAL_LINKS = "external_links"
    FOREIGN_MARKUP = "foreign_markup"
    EXPLODES = "explodes"
    DAMAGED = "damaged"
    TOO_MANY_ROWS = "too_many_rows"
    NOT_A_REPORT = "not_a_report"  # of who was in an outside room


class ReplyColumn(Member):
    """What a column of a reply form (回执) is taken for."""

    NAME = "name"
    UNIT = "unit"
    UNIT_AND_POSITION = "unit_and_position"
    PROVINCE = "province"
    DEPARTMENT = "department"
    POSITION = "position"
    PHONE = "phone"
    EMAIL = "email"
    CONTACT = "contact"
    MODE = "mode"
    IN_PERSON = "in_person"
    ONLINE = "online"
    ATTENDING = "attending"
    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    CATEGORY = "category"
    SERIAL = "serial"
    IDENTITY = "identity"
    NOT_KEPT = "not_kept"
    REASONS = "reasons"


class Whence(Member):
    """What told the unit, the province or the mode of rows of a reply form whose cells do not."""

    ROW = "row"
    TITLE = "title"
    SHEET = "sheet"
    FILE = "file"
    UNIT_NAME = "unit_name"
    ASKED = "asked"


class Passed(Member):
    """Why a row or a sheet of a reply form was passed over without a problem."""

    EXAMPLE = "example"
    FOOTER = "footer"
    NOTE = "note"
    NOT_COMING = "not_coming"
    SAME_ROW = "same_row"
    HIDDEN = "hidden"
    HIDDEN_SHEET = "hidden_sheet"
    NO_TABLE = "no_table"


class RowNews(Member):
    """What bringing a row of a reply form in does to the meeting."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class Prospect(Member):
    """What there is to bring in from a reply form that was read."""

    SOMEBODY = "somebody"
    NOBODY = "nobody"
    ALL_FAULTY = "all_faulty"
    ALL_KNOWN = "all_known"
    REST_KNOWN = "rest_known"


class ReplyState(Member):
    """How far an uploaded reply form has come."""

    WAITING = "waiting"
    UNDERSTOOD = "understood"
    UNREADABLE = "unreadable"
    IMPORTED = "imported"


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


class Unreadable(Exception):
    """A file cannot be read; `fault` says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Missing(Exception):
    """There is no such thing, or not for this asker."""
