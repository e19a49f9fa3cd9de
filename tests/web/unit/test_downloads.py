"""What a liaison takes along: passes, badges, the list; of their own unit alone."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import unquote

import openpyxl
import pypdf
import pytest
import zxingcpp
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image

from tests.cast import Cast

FILES = ("passes.zip", "badges.pdf", "people.xlsx")


def test_the_passes_are_pictures_of_those_who_come(client: FlaskClient, desk: str, cast: Cast) -> None:
    answer = client.get(f"{desk}passes.zip")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "application/zip",
        "no-store",
    )
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.namelist() == ["0001 李然.png"]
    picture = Image.open(io.BytesIO(archive.read("0001 李然.png"))).convert("L")
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [f"HTTP://LOCALHOST/C/{cast.liran_code}"]


def test_the_badges_are_of_those_who_come(client: FlaskClient, desk: str) -> None:
    client.post(
        f"{desk}people/new", data={"name": "王䶮", "mode": "in_person", "phone": "13900000001", "category": "observer"}
    )
    answer = client.get(f"{desk}badges.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages]
    assert [("李然" in page, "王䶮" in page, "列席" in page) for page in pages] == [
        (True, False, False),
        (False, True, True),
    ]


def test_who_cannot_be_drawn_is_named_and_the_others_are_printed(client: FlaskClient, desk: str) -> None:
    person = {"name": "\U000323af敏", "mode": "in_person", "phone": "13900000001", "category": "delegate"}
    client.post(f"{desk}people/new", data=person)
    answer = client.get(f"{desk}badges.pdf")
    assert (answer.status_code, answer.mimetype) == (409, "text/html")
    assert "0004 \U000323af敏" in answer.text
    assert "印其余的 1 人" in answer.text
    others = client.get(f"{desk}badges.pdf?the_others=1")
    assert [
        "李然" in "".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(others.data)).pages
    ] == [True]


def test_the_list_is_a_workbook_of_texts(client: FlaskClient, desk: str) -> None:
    client.post(
        f"{desk}people/new",
        data={"name": "=1+1", "position": "@x", "mode": "online", "phone": "13900000001", "category": "delegate"},
    )
    answer = client.get(f"{desk}people.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:4] for row in rows] == [
        ["0001", "李然", "科员", "1380000••••"],
        ["0002", "王敏", "科员", "1380000••••"],
        ["0004", "=1+1", "@x", "13900000001"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize("file", FILES)
def test_the_file_is_named_in_chinese(client: FlaskClient, desk: str, file: str) -> None:
    said = client.get(desk + file).headers["Content-Disposition"]
    assert said.startswith("attachment; ")
    assert said.isascii()
    assert "呼和浩特市玉泉区民政局" in unquote(said)


@pytest.mark.parametrize("file", FILES)
def test_others_get_nothing(app: APIFlask, desk: str, kenli_desk: str, file: str) -> None:
    stranger = app.test_client()
    assert stranger.get(desk + file).status_code == 403
    stranger.get(f"/u/{kenli_desk}")
    assert stranger.get(desk + file).status_code == 403


@pytest.mark.parametrize("file", ["passes.zip", "badges.pdf"])
def test_where_nobody_comes_it_is_said(client: FlaskClient, desk: str, file: str) -> None:
    client.post(f"{desk}people/1/cancel")
    assert client.get(desk + file).location == desk
    assert "没有可下载的" in client.get(desk).text
