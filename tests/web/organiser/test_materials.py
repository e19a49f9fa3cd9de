"""Materials at the desk: in place, by the full form, and all of them for the hall."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaPerson, Meeting
from conference.services import links, material_lists, own_materials
from conference.services.materials import Came, Spot
from conference.vocabulary import MaterialAudience, MaterialMoment, MeetingStatus, Role
from tests.agendas import SPEAKERS, Morning, a_morning
from tests.cast import Cast
from tests.documents.test_handed_in import PDF, package
from tests.documents.test_presented import DECK

IN_PLACE = {"kind": "", "audience": "organisers", "shown": "before"}


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now + timedelta(hours=1))
        db.release()
    return made


def handed(content: bytes = PDF, name: str = "汇报.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def held(app: APIFlask, cast: Cast) -> material_lists.Desk:
    with app.app_context():
        found = material_lists.desk(cast.meeting_id)
        db.release()
        return found


def test_slides_come_in_place_and_are_shown_versioned_taken_down_and_brought_back(
    app: APIFlask, desk: FlaskClient, cast: Cast, morning: Morning
) -> None:
    base = f"/desk/{cast.slug}/agenda/materials"
    page = desk.get(base).text
    assert "3 个发言，还有 3 个没有演示文稿" in page
    assert page.count("还没有演示文稿") == 3
    talk = f"{base}/sessions/{morning.opening}/talks/{morning.talks[0]}/new"
    assert (f'action="{talk}"' in page, "茶歇" in page) == (True, False), (
        "a break has none, until somebody gives it some"
    )
    answer = desk.post(talk, data=IN_PLACE | {"file": handed(package(DECK), "社区<好>管家.pptx")})
    assert (answer.status_code, answer.location) == (303, f"{base}#talk-{morning.talks[0]}")
    [one] = held(app, cast).materials
    page = desk.get(base).text
    assert ("还有 2 个没有演示文稿" in page, "周宁" in page, "PPTX · " in page) == (True, True, True)
    form = {"title": "好管家", "audience": "public", "shown": "after"}
    assert desk.post(f"{base}/{one.id}", data=form).status_code == 303
    assert desk.post(f"{base}/{one.id}", data=form | {"title": ""}).status_code == 422
    old = form | {"title": "别的", "audience": "delegates", "seen": one.stamp}  # of a page opened before that
    late = desk.post(f"{base}/{one.id}", data=old)
    [stands] = held(app, cast).materials
    assert (late.status_code, "别人改过这里" in late.text, stands.title) == (422, True, "好管家")
    assert (f'value="{stands.stamp}"' in late.text, 'value="别的"' in late.text) == (True, True)
    versions = f"{base}/{one.id}/versions"
    wrong = desk.post(versions, data={"file": handed(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧.ppt"), "seen": "1"})
    assert (wrong.status_code, "另存为 .pptx" in wrong.text) == (422, True)
    assert desk.post(versions, data={"file": handed(), "seen": "1", "instead": "y"}).status_code == 303
    [one] = held(app, cast).materials
    assert (one.title, one.audience, one.moment) == ("好管家", MaterialAudience.PUBLIC, MaterialMoment.AFTER)
    assert [version.number for version in one.versions] == [2]
    got = desk.get(f"{versions}/2")
    name = quote("01-01 垦利区民政局 好管家.pdf")
    assert got.headers["Content-Disposition"] == f"attachment; filename=\"01-01.pdf\"; filename*=UTF-8''{name}"
    assert (got.data, got.mimetype, got.content_length) == (PDF, "application/pdf", len(PDF))
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    for number in ("1", "9"):
        assert desk.get(f"{versions}/{number}").status_code == 404
    for _ in range(2):
        assert desk.post(f"{base}/{one.id}/away").location == f"{base}#removed"
    assert (held(app, cast).materials, "恢复" in desk.get(base).text) == ([], True)
    assert desk.get(f"{base}/{one.id}").status_code == 404
    desk.post(f"{base}/{one.id}/back")
    assert [one.title for one in held(app, cast).materials] == ["好管家"]


def test_a_new_version_of_a_speakers_waits_to_be_looked_at(
    app: APIFlask, desk: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    with app.app_context():
        with db.transaction() as session:
            speaker = session.scalars(sa.select(AgendaPerson).where(AgendaPerson.name == SPEAKERS[0][0])).one()
            speaker.delegate_id = cast.liran_id
        link, spot = links.by_token(cast.liran_token), Spot(morning.opening, morning.talks[0])
        when = now - timedelta(days=1)
        own_materials.bring(link, spot, Came(io.BytesIO(PDF), "a.pdf"), public_url="", now=when)
        db.release()
    base = f"/desk/{cast.slug}/agenda/materials"
    [one] = held(app, cast).materials
    form = {"title": "好管家", "audience": "public", "shown": "before"}
    assert desk.post(f"{base}/{one.id}", data=form | {"seen": one.stamp}).status_code == 303
    with app.app_context():
        own_materials.bring(link, spot, Came(io.BytesIO(package(DECK)), "b.pptx"), public_url="", now=when)
        db.release()
    public = f"/m/{cast.slug}/agenda/materials/{one.id}"
    [one] = held(app, cast).materials
    assert (desk.get(public).data, "新版待看" in desk.get(base).text) == (PDF, True)
    assert "份资料有新版待看" in desk.get(f"/desk/{cast.slug}/").text
    page = desk.get(f"{base}/{one.id}").text
    assert ("别人现在看到的是第 1 版" in page, 'name="approve"' in page) == (True, True)
    assert desk.post(f"{base}/{one.id}", data=form | {"seen": one.stamp, "approve": "y"}).status_code == 303
    assert (desk.get(public).data, "新版待看" in desk.get(base).text) == (package(DECK), False)


def test_a_body_that_is_too_large_is_told_how_large_a_file_may_be(
    app: APIFlask, desk: FlaskClient, cast: Cast, morning: Morning
) -> None:
    address = f"/desk/{cast.slug}/agenda/materials/sessions/{morning.opening}/new"
    sent = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = desk.post(address, environ_overrides=sent)
    assert (answer.status_code, "一个文件最大 100 MB" in answer.text) == (413, True)
    assert 'data-most="104857600"' in desk.get(address).text
    assert desk.post(address, data={}).status_code == 422


def test_a_video_is_a_link_and_a_bad_form_is_told_so(
    app: APIFlask, desk: FlaskClient, cast: Cast, morning: Morning
) -> None:
    base = f"/desk/{cast.slug}/agenda/materials"
    address = f"{base}/sessions/{morning.exchange}/new"
    for wrong, said in (
        ({}, ""),
        ({"kind": "video", "url": "http://v.example.org/"}, "https://"),
        ({"kind": "video", "url": "https://li@v.example.org/"}, "用户名和密码"),
        ({"kind": "video", "file": handed()}, "视频不上传文件"),
        ({"kind": "slides", "file": handed(b"<svg/>", "a.pptx")}, "导出为 PDF"),
        ({"audience": "nobody"}, ""),
        ({"title": "x" * 201, "file": handed()}, ""),
    ):
        answer = desk.post(address, data=IN_PLACE | wrong)
        assert (answer.status_code, "field-error" in answer.text, said in answer.text) == (422, True, True), wrong
    video = {"kind": "video", "url": "https://v.example.org/7", "title": "短片"}
    assert desk.post(address, data=IN_PLACE | video).status_code == 303
    page = desk.get(base).text
    assert 'href="https://v.example.org/7" target="_blank" rel="noopener noreferrer nofollow"' in page
    assert desk.post(address, data=IN_PLACE | video | {"title": "第二部"}).status_code == 303
    [first, second] = held(app, cast).materials
    desk.post(f"{base}/{second.id}/up")
    assert [one.title for one in held(app, cast).materials] == ["第二部", "短片"]
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    over = desk.post(f"{base}/{first.id}/away", follow_redirects=True)
    assert (over.status_code, len(held(app, cast).materials)) == (409, 2)


def test_the_hall_gets_all_in_order_as_one_zip(app: APIFlask, desk: FlaskClient, cast: Cast, morning: Morning) -> None:
    base = f"/desk/{cast.slug}/agenda/materials"
    talk = f"{base}/sessions/{morning.opening}/talks/{morning.talks[1]}/new"
    desk.post(talk, data=IN_PLACE | {"file": handed(package(DECK), "汇报.pptx"), "title": 'a/b:"c"?'})
    desk.post(talk, data=IN_PLACE | {"file": handed(), "title": "讲稿", "kind": "text", "audience": "public"})
    session = f"{base}/sessions/{morning.exchange}/new"
    desk.post(session, data=IN_PLACE | {"kind": "video", "url": "https://v.example.org/7", "title": "短片"})
    desk.post(session, data=IN_PLACE | {"file": handed(), "title": "撤下的"})
    desk.post(f"{base}/{held(app, cast).materials[-1].id}/away")
    deck = held(app, cast).materials[0]
    desk.post(f"{base}/{deck.id}/versions", data={"file": handed(), "seen": "1"})
    answer = desk.get(f"{base}/hall.zip")
    assert (answer.status_code, answer.mimetype, answer.is_streamed) == (200, "application/zip", True)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        folder = "01 开幕和主旨发言/02 垦利区民政局 多民族社区怎样议事"
        assert archive.namelist() == [
            f"{folder}/01 a b c.pdf",
            f"{folder}/02 讲稿.pdf",
            "02 经验交流/01 短片.url",
            "目录.txt",
        ]
        assert archive.read(f"{folder}/01 a b c.pdf") == PDF
        assert archive.read("02 经验交流/01 短片.url") == b"[InternetShortcut]\r\nURL=https://v.example.org/7\r\n"
        listed = archive.read("目录.txt").decode("utf-8-sig")
    assert "01 a b c.pdf（第 2 版）" in listed
    assert ("https://v.example.org/7" in listed, listed.count("（还没有演示文稿）")) == (True, 2)


def test_who_may_not_change_sees_and_who_may_not_see_does_not(
    app: APIFlask, desk: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast, morning: Morning
) -> None:
    base = f"/desk/{cast.slug}/agenda/materials"
    address = f"{base}/sessions/{morning.opening}/new"
    desk.post(address, data=IN_PLACE | {"file": handed()})
    [one] = held(app, cast).materials
    viewer, door, stranger = as_role(Role.VIEWER), as_role(Role.DOOR), app.test_client()
    assert [viewer.get(path).status_code for path in (base, f"{base}/{one.id}/versions/1", f"{base}/hall.zip")] == [
        200
    ] * 3
    assert "添加资料" not in viewer.get(base).text
    for path in (address, f"{base}/{one.id}", f"{base}/{one.id}/versions", f"{base}/{one.id}/away"):
        assert viewer.post(path, data=IN_PLACE | {"file": handed()}).status_code == 403
    for path in (base, f"{base}/hall.zip", f"{base}/{one.id}/versions/1"):
        assert (door.get(path).status_code, stranger.get(path).status_code) == (403, 303)
    for path in (f"{base}/999", f"{base}/999/versions/1", f"{base}/sessions/999/new"):
        assert desk.get(path).status_code == 404
