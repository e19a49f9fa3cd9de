"""The access table: who may come in, endpoint by endpoint. A house test walks it against the routes.

An endpoint that is missing here is closed to everybody.
"""

from __future__ import annotations

from enum import Enum

from conference.vocabulary import Right, Scope


class Access(Enum):
    """Who is let in where no account's right and no token's scope is asked."""

    PUBLIC = "public"
    HOLDER = "holder"  # of the private link in this browser
    LIAISON = "liaison"  # holder of the link to a unit's desk
    SIGNED_IN = "signed_in"


Rule = Access | Right | frozenset[Scope]


def scopes(*allowed: Scope) -> frozenset[Scope]:
    """`organise` may do all and need not be named."""
    return frozenset({Scope.ORGANISE, *allowed})


TABLE: dict[str, Rule] = {
    # public
    "public.health.alive": Access.PUBLIC,
    "public.health.ready": Access.PUBLIC,
    "public.site.index": Access.PUBLIC,
    "public.site.robots": Access.PUBLIC,
    "public.site.favicon": Access.PUBLIC,
    "public.meetings.show": Access.PUBLIC,
    "public.meetings.notice": Access.PUBLIC,
    "public.meetings.find_units": Access.PUBLIC,
    "public.registration.new": Access.PUBLIC,
    "public.registration.create": Access.PUBLIC,
    "public.registration.new_by_link": Access.PUBLIC,
    "public.registration.create_by_link": Access.PUBLIC,
    "public.codes.show": Access.PUBLIC,
    "public.returning.index": Access.PUBLIC,
    "public.returning.ask": Access.PUBLIC,
    "public.returning.code": Access.PUBLIC,
    "public.returning.check": Access.PUBLIC,
    "public.sign_in.index": Access.PUBLIC,
    "public.sign_in.by_password": Access.PUBLIC,
    "public.sign_in.link": Access.PUBLIC,
    "public.sign_in.by_link": Access.PUBLIC,
    "public.sign_in.sign_out": Access.PUBLIC,
    # delegate
    "delegate.links.enter": Access.PUBLIC,  # opening a link is what makes a holder
    "delegate.mine.index": Access.PUBLIC,  # shows what this browser holds
    "delegate.mine.show": Access.HOLDER,
    "delegate.mine.image": Access.HOLDER,
    "delegate.mine.link": Access.HOLDER,
    "delegate.mine.links": Access.HOLDER,
    "delegate.mine.revoke_others": Access.HOLDER,
    "delegate.answer.acknowledge": Access.HOLDER,
    "delegate.answer.correct": Access.HOLDER,
    "delegate.answer.contact": Access.HOLDER,  # who has proven themselves
    "delegate.answer.refuse": Access.HOLDER,  # who has proven themselves
    "delegate.changes.ask_mode": Access.HOLDER,
    "delegate.changes.change_mode": Access.HOLDER,
    "delegate.changes.ask_cancel": Access.HOLDER,  # who has proven themselves
    "delegate.changes.cancel": Access.HOLDER,  # who has proven themselves
    "delegate.changes.withdraw": Access.HOLDER,
    "delegate.details.stay": Access.HOLDER,
    "delegate.details.needs": Access.HOLDER,
    "delegate.details.consents": Access.HOLDER,
    "delegate.details.give": Access.HOLDER,
    "delegate.details.withdraw": Access.HOLDER,
    "delegate.proof.show": Access.HOLDER,
    "delegate.proof.send": Access.HOLDER,
    "delegate.proof.prove": Access.HOLDER,
    "delegate.data.index": Access.HOLDER,  # who has proven themselves
    "delegate.data.file": Access.HOLDER,  # who has proven themselves
    "delegate.data.erase": Access.HOLDER,  # who has proven themselves
    "delegate.data.erased": Access.HOLDER,  # who has proven themselves
    # unit
    "unit.links.enter": Access.PUBLIC,  # opening a link is what makes a holder
    "unit.home.index": Access.LIAISON,
    "unit.people.new": Access.LIAISON,
    "unit.people.show": Access.LIAISON,
    "unit.people.edit": Access.LIAISON,
    "unit.people.confirm": Access.LIAISON,
    "unit.people.disown": Access.LIAISON,
    "unit.people.link": Access.LIAISON,
    "unit.people.withdraw": Access.LIAISON,
    "unit.changes.ask_mode": Access.LIAISON,
    "unit.changes.change_mode": Access.LIAISON,
    "unit.changes.cancel": Access.LIAISON,
    "unit.changes.substitute": Access.LIAISON,
    "unit.invitation.accept": Access.LIAISON,
    "unit.invitation.decline": Access.LIAISON,
    "unit.invitation.places": Access.LIAISON,
    "unit.reminders.show": Access.LIAISON,
    "unit.downloads.passes": Access.LIAISON,
    "unit.downloads.badge_sheet": Access.LIAISON,
    "unit.downloads.people": Access.LIAISON,
    "unit.hand_over.show": Access.LIAISON,
    "delegate.questions.index": Access.HOLDER,
    "delegate.questions.keep": Access.HOLDER,
    "delegate.questions.download": Access.HOLDER,
    # door
    "door.posts.index": Access.SIGNED_IN,
    "door.posts.choose": Right.CHECK_IN,
    "door.posts.take": Right.CHECK_IN,
    "door.codes.show": Access.SIGNED_IN,  # the code names the meeting; the view asks for the right in it
    "door.scanner.show": Right.CHECK_IN,
    "door.scanner.token": Right.CHECK_IN,
    "door.scanner.state": Right.CHECK_IN,
    "door.scanner.scan": Right.CHECK_IN,
    "door.scanner.verdict": Right.CHECK_IN,
    "door.scanner.undo": Right.CHECK_IN,
    "door.scanner.take_back": Right.CHECK_IN,
    "door.scanner.search": Right.CHECK_IN,
    # organiser
    "organiser.meetings.index": Access.SIGNED_IN,
    "organiser.meetings.new": Right.FOUND_MEETINGS,
    "organiser.meetings.settings": Right.RUN_MEETING,
    "organiser.tick_in.index": Right.CHECK_IN,
    "organiser.tick_in.tick": Right.CHECK_IN,
    "organiser.tick_in.take_back": Right.CHECK_IN,
    "organiser.terms.edit": Right.RUN_MEETING,
    "organiser.meetings.status": Right.RUN_MEETING,
    "organiser.overview.index": Right.SEE_MEETING,
    "organiser.overview.figures": Right.SEE_MEETING,
    "organiser.units.index": Right.SEE_MEETING,
    "organiser.units.find": Right.SEE_MEETING,
    "organiser.units.show": Right.SEE_MEETING,
    "organiser.units.new": Right.REGISTER_PEOPLE,
    "organiser.units.edit": Right.REGISTER_PEOPLE,
    "organiser.units.link": Right.REGISTER_PEOPLE,
    "organiser.liaisons.edit": Right.REGISTER_PEOPLE,
    "organiser.liaisons.hand_over": Right.REGISTER_PEOPLE,
    "organiser.liaisons.dismiss": Right.REGISTER_PEOPLE,
    "organiser.invitations.index": Right.REGISTER_PEOPLE,
    "organiser.invitations.send": Right.REGISTER_PEOPLE,
    "organiser.invitations.send_all": Right.REGISTER_PEOPLE,
    "organiser.invitations.workbook": Right.REGISTER_PEOPLE,
    "organiser.invitations.link": Right.REGISTER_PEOPLE,
    "organiser.invitations.reset": Right.REGISTER_PEOPLE,
    "organiser.places_requests.index": Right.REGISTER_PEOPLE,
    "organiser.places_requests.decide": Right.REGISTER_PEOPLE,
    "organiser.unit_merging.index": Right.RUN_MEETING,
    "organiser.unit_merging.proposed": Right.REGISTER_PEOPLE,
    "organiser.unit_merging.approve": Right.REGISTER_PEOPLE,
    "organiser.unit_merging.choose": Right.RUN_MEETING,
    "organiser.unit_merging.compare": Right.RUN_MEETING,
    "organiser.unit_workbooks.export": Right.REGISTER_PEOPLE,
    "organiser.unit_workbooks.template": Right.REGISTER_PEOPLE,
    "organiser.unit_workbooks.new": Right.REGISTER_PEOPLE,
    "organiser.unit_workbooks.bring_in": Right.REGISTER_PEOPLE,
    "organiser.all_units.index": Right.KEEP_UNITS,
    "organiser.all_units.show": Right.KEEP_UNITS,
    "organiser.delegates.index": Right.SEE_PEOPLE,
    "organiser.delegates.show": Right.SEE_PEOPLE,
    "organiser.delegates.new": Right.REGISTER_PEOPLE,
    "organiser.delegates.edit": Right.REGISTER_PEOPLE,
    "organiser.bulk.choose": Right.REGISTER_PEOPLE,
    "organiser.bulk.ask": Right.REGISTER_PEOPLE,
    "organiser.bulk.show": Right.REGISTER_PEOPLE,
    "organiser.bulk.progress": Right.REGISTER_PEOPLE,
    "organiser.bulk.export": Right.SEE_PEOPLE,
    "organiser.duplicates.index": Right.SEE_PEOPLE,
    "organiser.duplicates.show": Right.REGISTER_PEOPLE,
    "organiser.duplicates.distinct": Right.REGISTER_PEOPLE,
    "organiser.waiting.index": Right.SEE_PEOPLE,
    "organiser.waiting.give": Right.REGISTER_PEOPLE,
    "organiser.waiting.move": Right.REGISTER_PEOPLE,
    "organiser.saved_filters.index": Right.SEE_PEOPLE,
    "organiser.saved_filters.keep": Right.SEE_PEOPLE,
    "organiser.saved_filters.rename": Right.SEE_PEOPLE,
    "organiser.saved_filters.drop": Right.SEE_PEOPLE,
    "organiser.decisions.confirm": Right.REGISTER_PEOPLE,
    "organiser.decisions.decline": Right.REGISTER_PEOPLE,
    "organiser.decisions.cancel": Right.REGISTER_PEOPLE,
    "organiser.decisions.reissue": Right.REGISTER_PEOPLE,
    "organiser.decisions.link": Right.REGISTER_PEOPLE,
    "organiser.decisions.erase": Right.RUN_MEETING,
    "organiser.repeats.index": Right.SEE_PEOPLE,
    "organiser.repeats.dismiss": Right.REGISTER_PEOPLE,
    "organiser.replies.index": Right.REGISTER_PEOPLE,
    "organiser.replies.upload": Right.REGISTER_PEOPLE,
    "organiser.replies.template": Right.REGISTER_PEOPLE,
    "organiser.replies.show": Right.REGISTER_PEOPLE,
    "organiser.replies.bring_in": Right.REGISTER_PEOPLE,
    "organiser.replies.marked": Right.REGISTER_PEOPLE,
    "organiser.details.index": Right.SEE_DETAILS,
    "organiser.details.needs": Right.SEE_DETAILS,
    "organiser.details.agreed": Right.SEE_DETAILS,
    "organiser.details.file": Right.SEE_DETAILS,
    "organiser.checkpoints.index": Right.SEE_MEETING,
    "organiser.checkpoints.new": Right.RUN_MEETING,
    "organiser.checkpoints.edit": Right.RUN_MEETING,
    "organiser.accounts.index": Right.RUN_MEETING,
    "organiser.accounts.new": Right.RUN_MEETING,
    "organiser.accounts.link": Right.RUN_MEETING,
    "organiser.accounts.role": Right.RUN_MEETING,
    "organiser.questions.index": Right.RUN_MEETING,
    "organiser.questions.new": Right.RUN_MEETING,
    "organiser.questions.edit": Right.RUN_MEETING,
    "organiser.questions.move": Right.RUN_MEETING,
    "organiser.questions.take_away": Right.RUN_MEETING,
    "organiser.questions.preview": Right.RUN_MEETING,
    "organiser.questions.download": Right.SEE_PEOPLE,  # and only where the question says so
    "organiser.activity.index": Right.RUN_MEETING,
    "organiser.outbox.index": Right.REGISTER_PEOPLE,
    "organiser.outbox.show": Right.REGISTER_PEOPLE,
    "organiser.outbox.text": Right.REGISTER_PEOPLE,
    "organiser.outbox.again": Right.REGISTER_PEOPLE,
    "organiser.outbox.all_again": Right.REGISTER_PEOPLE,
    "organiser.outbox.forwarded": Right.REGISTER_PEOPLE,
    "organiser.outbox.withdraw": Right.REGISTER_PEOPLE,
    "organiser.notices.index": Right.REGISTER_PEOPLE,
    "organiser.notices.new": Right.REGISTER_PEOPLE,
    "organiser.notices.edit": Right.REGISTER_PEOPLE,
    "organiser.notices.send": Right.REGISTER_PEOPLE,
    "organiser.notices.template": Right.RUN_MEETING,
    "organiser.notices.reset": Right.RUN_MEETING,
    "organiser.account.password": Access.SIGNED_IN,
    # api
    "api.meetings.make": scopes(),
    "api.meetings.show": scopes(Scope.READ),
    "api.meetings.edit": scopes(),
    "api.units.index": scopes(Scope.READ),
    "api.units.add": scopes(),
    "api.units.edit": scopes(),
    "api.delegates.index": scopes(Scope.READ),
    "api.delegates.register": scopes(),
    "api.delegates.show": scopes(Scope.READ),
    "api.delegates.edit": scopes(),
    "api.delegates.confirm": scopes(),
    "api.delegates.decline": scopes(),
    "api.delegates.cancel": scopes(),
    "api.delegates.reissue": scopes(),
    "api.checkpoints.index": scopes(Scope.CHECKIN, Scope.READ),
    "api.checkpoints.add": scopes(),
    "api.checkin.scan": scopes(Scope.CHECKIN),
    "api.checkin.batch": scopes(Scope.CHECKIN),
    "api.checkin.void": scopes(Scope.CHECKIN),
    "api.checkin.feed": scopes(),
    "api.roster.show": scopes(Scope.CHECKIN),
    "api.figures.show": scopes(Scope.READ),
    "api.openapi.show": Access.PUBLIC,
    "api.metrics.show": scopes(Scope.READ),
}
