"""Notices to many, and other words for the messages of the system."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, OutboxMessage
from conference.services import activity, delegates, letters, notices
from conference.services.delegates import Doing
from conference.services.notices import Words
from conference.vocabulary import Fault, Malformed, MessageKind, MessageState, Missing
from tests.cast import Cast

BODY = "{name}，您好！\n{unit}的{mode}代表（编号{number}）请看：\n{link}\n{page}"


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def of_notice(notice_id: int) -> list[tuple[int | None, MessageState]]:
    rows = db.session().execute(
        sa.select(OutboxMessage.delegate_id, OutboxMessage.state)
        .where(OutboxMessage.notice_id == notice_id)
        .order_by(OutboxMessage.delegate_id)
    )
    return [(delegate_id, state) for delegate_id, state in rows]


def test_a_notice_reads_for_each_as_previewed_and_goes_to_each_once(cast: Cast, doing: Doing) -> None:
    notice = notices.write(cast.meeting_id, Words("{meeting}：请查收", BODY), doing)
    people = [cast.liran_id, cast.wangmin_id]
    seen = [notices.preview(notice, db.session().get_one(Delegate, id_), public_url=cast.public_url) for id_ in people]
    assert notices.send(cast.meeting_id, notice.id, people, doing) == 2
    assert notices.send(cast.meeting_id, notice.id, [*people, cast.chenzhuo_id], doing) == 1
    assert of_notice(notice.id) == [(id_, MessageState.WAITING) for id_ in sorted([*people, cast.chenzhuo_id])]
    got = {
        letter.delegate_id: letter
        for letter in letters.page(cast.meeting_id, public_url=cast.public_url).items
        if letter.kind is MessageKind.NOTICE
    }
    for id_, preview in zip(people, seen, strict=True):
        assert (got[id_].subject, got[id_].text) == (preview.subject, preview.text)
    assert seen[0].subject == "城乡社区治理推进会：请查收"
    assert seen[0].text.startswith("李然，您好！\n呼和浩特市玉泉区民政局的现场代表（编号0001）请看：\n（个人链接")
    assert got[cast.liran_id].carries_link
    trail = [a.verb for a in activity.page(cast.meeting_id, subject="notice").items]
    assert trail == ["notice.sent", "notice.sent", "notice.written"]
    [listed] = notices.listed(cast.meeting_id)
    assert (listed.notice.id, dict(listed.counts), listed.total) == (notice.id, {MessageState.WAITING: 3}, 3)


def test_readers_of_english_get_the_english_words(cast: Cast, doing: Doing) -> None:
    notice = notices.write(cast.meeting_id, Words("题", "正文", "Title", "Dear {name}: {mode}"), doing)
    person = db.session().get_one(Delegate, cast.liran_id)
    person.language = "en"
    said = notices.preview(notice, person, public_url=cast.public_url)
    assert (said.subject, said.text) == ("Title", "Dear 李然: In person")


def test_erased_people_and_those_of_other_meetings_get_none(cast: Cast, doing: Doing) -> None:
    notice = notices.write(cast.meeting_id, Words("题", "正文"), doing)
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    assert notices.send(cast.meeting_id, notice.id, [cast.liran_id, 2**62, cast.wangmin_id], doing) == 1
    assert of_notice(notice.id) == [(cast.wangmin_id, MessageState.WAITING)]
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    everybody = [cast.liran_id, cast.wangmin_id, cast.chenzhuo_id]
    assert notices.send(cast.meeting_id, notice.id, everybody, doing) == 0
    assert notices.audience(notice, everybody) == notices.Audience(fresh=0, already=1, over=2)
    with pytest.raises(Missing):
        notices.send(cast.meeting_id + 1, notice.id, [cast.wangmin_id], doing)


def test_names_with_braces_are_harmless(cast: Cast, doing: Doing) -> None:
    delegates.edit(cast.meeting_id, cast.liran_id, {"name": "{link} {unit} %s"}, doing)
    notice = notices.write(cast.meeting_id, Words("{name}", "{name}！"), doing)
    said = notices.preview(notice, db.session().get_one(Delegate, cast.liran_id), public_url=cast.public_url)
    assert (said.subject, said.text) == ("{link} {unit} %s", "{link} {unit} %s！")


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        (Words("", ""), {"subject": Fault.REQUIRED, "body": Fault.REQUIRED}),
        (Words("题", "{手机}"), {"body": Fault.UNKNOWN_PLACEHOLDER}),
        (Words("{x}", "文"), {"subject": Fault.UNKNOWN_PLACEHOLDER}),
        (Words("两\n行", "文"), {"subject": Fault.FORBIDDEN_CHARACTERS}),
        (Words("题", "文" * 2001), {"body": Fault.TOO_LONG}),
        (Words("题", "\ud800"), {"body": Fault.FORBIDDEN_CHARACTERS}),
        (Words("题", "文", "Title"), {"body_en": Fault.REQUIRED}),
        (Words("题", "文", "", "{code}"), {"body_en": Fault.UNKNOWN_PLACEHOLDER}),
    ],
)
def test_what_cannot_be_sent_is_said(cast: Cast, doing: Doing, words: Words, faults: dict[str, Fault]) -> None:
    with pytest.raises(Malformed) as said:
        notices.write(cast.meeting_id, words, doing)
    assert said.value.faults == faults
    assert notices.listed(cast.meeting_id) == []


def test_other_words_for_a_message_and_ours_again(cast: Cast, doing: Doing) -> None:
    def text_of_first() -> str:
        found = [
            letter
            for letter in letters.page(cast.meeting_id, public_url=cast.public_url).items
            if letter.delegate_id == cast.liran_id
        ]
        return found[0].text

    ours = text_of_first()
    kind = MessageKind.REGISTERED
    assert notices.template(cast.meeting_id, kind, "zh")[1] is False
    for _ in range(2):  # a repeat changes nothing
        notices.set_template(cast.meeting_id, kind, "zh", subject="收到", body="{name}，收到您的报名。", doing=doing)
    assert text_of_first() == "李然，收到您的报名。"
    assert notices.templates(cast.meeting_id)[kind] == {"zh"}
    for _ in range(2):
        notices.reset_template(cast.meeting_id, kind, "zh", doing)
    assert text_of_first() == ours
    verbs = [a.verb for a in activity.page(cast.meeting_id, subject="meeting").items]
    assert verbs.count("notice.template_reset") == 1


def test_words_of_a_message_are_checked(cast: Cast, doing: Doing) -> None:
    with pytest.raises(Malformed) as said:
        notices.set_template(
            cast.meeting_id, MessageKind.REGISTERED, "zh", subject="好", body="{decision}", doing=doing
        )
    assert said.value.faults == {"body": Fault.UNKNOWN_PLACEHOLDER}
    notices.set_template(
        cast.meeting_id, MessageKind.CHANGE_DECIDED, "zh", subject="好", body="{decision}", doing=doing
    )
    for kind, language in (
        (MessageKind.ONE_TIME_CODE, "zh"),
        (MessageKind.NOTICE, "zh"),
        (MessageKind.CONFIRMED, "fr"),
    ):
        with pytest.raises(Missing):
            notices.set_template(cast.meeting_id, kind, language, subject="好", body="好", doing=doing)


def test_a_reason_may_stand_in_the_words_of_an_end(cast: Cast, doing: Doing) -> None:
    body = "{name}：很抱歉。\n原因是{reason}。"
    for kind in (MessageKind.DECLINED, MessageKind.CANCELLED):
        notices.set_template(cast.meeting_id, kind, "zh", subject="{meeting}", body=body, doing=doing)
    with pytest.raises(Malformed):
        notices.set_template(cast.meeting_id, MessageKind.CONFIRMED, "zh", subject="{meeting}", body=body, doing=doing)
    delegates.decline(cast.meeting_id, cast.liran_id, doing, reason="名额{name}已分完", told=True)
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing, told=True)
    texts = [letter.text for letter in letters.page(cast.meeting_id, public_url=cast.public_url).items[:2]]
    assert texts == ["陈卓：很抱歉。", "李然：很抱歉。\n原因是名额{name}已分完。"]
