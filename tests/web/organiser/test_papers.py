"""Papers at the desk: made at once or by the worker, for whom it is asked, by whom it may be; and how they look."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdf
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image

from conference import db
from conference.models import Activity, PaperRun, PaperSettings, PrintedPaper, Unit
from conference.rules import papers as rules
from conference.services import papers
from conference.vocabulary import Role
from tests.cast import Cast

KINDS = ("badge", "label", "place_card", "table_card", "sign_in_sheet")
SETTINGS = {key: ("y" if value is True else str(value)) for key, value in rules.DEFAULTS.items() if value is not False}


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/desk/{cast.slug}/papers"


def texts(data: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def form(**more: object) -> dict[str, object]:
    return {"status": "confirmed", "mode": "in_person", "order": "number", "nonce": "a1"} | more


def png(side: int = 40) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_paper_is_made_at_once_for_those_who_come(desk: FlaskClient, at: str, kind: str) -> None:
    assert "李然" in desk.get(f"{at}/{kind}").text
    answer = desk.post(f"{at}/{kind}", data=form())
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    said = "".join(texts(answer.data))
    assert ("玉泉区民政局" if kind == "table_card" else "李然") in said
    assert "王敏" not in said  # online


def test_it_is_on_record_and_kept_who_was_printed(app: APIFlask, desk: FlaskClient, cast: Cast, at: str) -> None:
    desk.post(f"{at}/badge", data=form())
    with app.app_context():
        act = db.session().scalars(sa.select(Activity).where(Activity.verb == "papers.made")).one()
        assert act.after == {"paper": "badge", "count": 2}
        kept = db.session().scalars(sa.select(PrintedPaper.delegate_id).order_by(PrintedPaper.delegate_id))
        assert list(kept) == [cast.liran_id, cast.chenzhuo_id]
    answer = desk.post(f"{at}/badge", data=form(only_new="y"))
    assert answer.status_code == 422
    assert "没有要印的人" in answer.text


def test_whom_it_is_for_is_asked_in_the_form_or_on_the_list(desk: FlaskClient, cast: Cast, at: str) -> None:
    some = desk.post(f"{at}/badge", data=form(mode="any", unit="玉泉", order="name"))
    assert [("王敏" in page, "李然" in page) for page in texts(some.data)] == [(False, True), (True, False)]
    looked = desk.post(f"{at}/badge", data=form(look="1", unit="垦利"))
    assert looked.status_code == 303
    page = desk.get(looked.location).text
    assert ("陈卓" in page, "李然" in page) == (True, False)
    listed = desk.get(f"/desk/{cast.slug}/delegates/bulk?act=print&whom=ticked&delegate={cast.wangmin_id}")
    assert "1 人打印" in desk.get(listed.location).text
    one = desk.post(f"{at}/badge", data=form(mode="any", status="any", delegate=str(cast.wangmin_id)))
    assert ["王敏" in page for page in texts(one.data)] == [True]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"unit": "没有的单位"}, "没有找到"),
        ({"status": "x"}, "不在"),
        ({"first": "25"}, "不在允许范围内"),
        ({"province": "110000"}, "没有要印的人"),
        ({"order": "money"}, "不在"),
        ({"nonce": "a\x00b"}, "error-summary"),
        ({"nonce": "a" * 65}, "error-summary"),
    ],
)
def test_a_bad_form_is_told_so(desk: FlaskClient, at: str, more: dict[str, object], words: str) -> None:
    answer = desk.post(f"{at}/label", data=form(**more))
    assert answer.status_code == 422
    assert words in answer.text or "field-error" in answer.text


def test_a_sheet_of_labels_has_as_many_as_it_has(desk: FlaskClient, at: str) -> None:
    assert desk.post(f"{at}/settings", data=SETTINGS | {"label_sheet": "2x7", "logo": ""}).status_code == 303
    answer = desk.post(f"{at}/label", data=form(first="20"))
    assert (answer.status_code, "每张 14 个" in answer.text) == (422, True)
    assert desk.post(f"{at}/label", data=form(first="14")).mimetype == "application/pdf"


def test_who_cannot_be_drawn_is_named_and_can_be_skipped(desk: FlaskClient, cast: Cast, at: str) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.chenzhuo_id}/edit"
    data = {"name": "\U000323af卓", "unit": "东营市垦利区民政局", "category": "delegate", "mode": "in_person"}
    assert desk.post(address, data=data | {"phone": "13800000003"}).status_code == 303
    answer = desk.post(f"{at}/badge", data=form())
    assert answer.status_code == 422
    assert "0003 \U000323af卓 · 东营市垦利区民政局（\U000323af）" in answer.text
    others = desk.post(f"{at}/badge", data=form(skip="1"))
    assert ["李然" in page for page in texts(others.data)] == [True]


def test_a_unit_that_a_stranger_typed_is_marked_before_it_is_printed(
    app: APIFlask, desk: FlaskClient, cast: Cast, at: str
) -> None:
    assert "报名人自填" not in desk.get(f"{at}/table_card").text
    with app.app_context(), db.transaction() as session:
        session.execute(sa.update(Unit).where(Unit.id == cast.kenli_id).values(proposed=True))
    page = desk.get(f"{at}/table_card").text
    assert "有 1 个单位由报名人自填" in page
    assert f"/desk/{cast.slug}/units/proposed" in page


def test_words_on_papers_are_in_the_language_of_the_meeting(desk: FlaskClient, at: str) -> None:
    english = {"Accept-Language": "en"}
    assert "代表" in texts(desk.post(f"{at}/badge", data=form(), headers=english).data)[0]
    assert desk.post(f"{at}/settings", data=SETTINGS | {"language": "en", "logo": ""}).status_code == 303
    assert "Delegate" in texts(desk.post(f"{at}/badge", data=form()).data)[0]


def test_a_long_paper_is_one_run_however_often_it_is_asked(
    app: APIFlask, desk: FlaskClient, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "AT_ONCE", 1)
    asked = [desk.post(f"{at}/badge", data=form()) for _ in range(2)]
    assert [answer.status_code for answer in asked] == [303, 303]
    assert asked[0].location == asked[1].location
    page = desk.get(asked[0].location).text
    assert "正在生成" in page
    assert "正在生成" in desk.get(f"{asked[0].location}/progress").text
    assert desk.get(f"{asked[0].location}/file").status_code == 404
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(PaperRun)) == 1
    assert desk.get(f"{at}/runs/{2**62}").status_code == 404


def test_only_who_registers_people_prints_and_only_who_runs_the_meeting_sets(
    as_role: Callable[[Role], FlaskClient], at: str
) -> None:
    viewer, registrar = as_role(Role.VIEWER), as_role(Role.REGISTRATION)
    for path in ("", "/badge", "/runs/1", "/settings", "/settings/sample/0"):
        assert viewer.get(at + path).status_code == 403
    assert viewer.post(f"{at}/badge", data=form()).status_code == 403
    assert registrar.get(f"{at}/badge").status_code == 200
    assert registrar.get(f"{at}/settings").status_code == 403


def test_the_look_is_saved_and_seen(app: APIFlask, desk: FlaskClient, cast: Cast, at: str) -> None:
    changed = SETTINGS | {"badge_size": "105x148", "colour_delegate": "#112233", "shift_right": "-2", "logo": ""}
    changed.pop("show_position")
    file = {"logo": (io.BytesIO(png()), "会标.png")}
    assert desk.post(f"{at}/settings", data=changed | file).status_code == 303
    with app.app_context():
        kept = papers.of(cast.meeting_id)
        assert {key: kept.chosen[key] for key in rules.DEFAULTS if kept.chosen[key] != rules.DEFAULTS[key]} == {
            "badge_size": "105x148",
            "colour_delegate": "#112233",
            "shift_right": -2,
            "show_position": False,
        }
        assert kept.logo is not None
    [first, _] = pypdf.PdfReader(io.BytesIO(desk.post(f"{at}/badge", data=form()).data)).pages
    assert (round(float(first.mediabox.width) / 72 * 25.4), "科员" in first.extract_text()) == (105, False)
    assert desk.post(f"{at}/settings", data=changed | {"drop_logo": "y"}).status_code == 303
    with app.app_context():
        assert papers.of(cast.meeting_id).logo is None
    assert "胸卡尺寸" in desk.get(f"/desk/{cast.slug}/activity").text


@pytest.mark.parametrize(
    "more",
    [
        {"colour_guest": "red"},
        {"badge_size": "9x9"},
        {"shift_down": "99"},
        {"logo": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
        {"logo": png()[:60]},
    ],
)
def test_a_bad_look_is_told_so_and_nothing_changes(
    app: APIFlask, desk: FlaskClient, at: str, more: dict[str, object]
) -> None:
    sent = {key: (io.BytesIO(value), "a.png") if isinstance(value, bytes) else value for key, value in more.items()}
    answer = desk.post(f"{at}/settings", data=SETTINGS | sent)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert "Colour" not in re.sub("<[^>]*>", "", answer.text)
    with app.app_context():
        assert db.session().scalars(sa.select(PaperSettings)).all() == []


def test_a_logo_that_is_too_large_is_told_beside_its_field(desk: FlaskClient, at: str) -> None:
    # Written by hand: Werkzeug's client leaves a large form open on the disk.
    part = b'--x\r\nContent-Disposition: form-data; name="logo"; filename="a.png"\r\n\r\n%b\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    answer = desk.post(f"{at}/settings", data=part % (b"x" * 4 * 1024 * 1024), content_type=kind)
    assert (answer.status_code, "文件太大" in answer.text) == (422, True)


def test_two_who_set_one_thing_notice_each_other(app: APIFlask, desk: FlaskClient, cast: Cast, at: str) -> None:
    found = re.search(r'name="opened"[^>]* value="([^"]+)"', desk.get(f"{at}/settings").text)
    assert found is not None
    opened = {"opened": found.group(1)}
    assert desk.post(f"{at}/settings", data=SETTINGS | opened | {"colour_staff": "#111111"}).status_code == 303
    second = desk.post(f"{at}/settings", data=SETTINGS | opened | {"colour_staff": "#222222"})
    assert second.status_code == 409
    assert "#111111" in second.text
    assert desk.post(f"{at}/settings", data=SETTINGS | opened | {"card_unit": "y"}).status_code == 303
    with app.app_context():
        chosen = papers.of(cast.meeting_id).chosen
        assert (chosen["colour_staff"], chosen["card_unit"]) == ("#111111", True)


def test_samples_follow_what_is_typed(desk: FlaskClient, at: str) -> None:
    for which in range(4):
        answer = desk.get(f"{at}/settings/sample/{which}")
        assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/png", "no-store")
    typed = desk.get(f"{at}/settings/sample/0?badge_size=105x148&colour_delegate=%23ff0000&sheet_phone=junk")
    picture = Image.open(io.BytesIO(typed.data)).convert("RGB")
    assert round(picture.width / picture.height, 2) == round(105 / 148, 2)
    assert picture.getpixel((5, picture.height - 5)) == (255, 0, 0)
    assert desk.get(f"{at}/settings/sample/4").status_code == 404
