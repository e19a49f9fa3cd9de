"""Units by program."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask

from conference import db
from conference.rules import credit_code
from conference.services import unit_merging
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem

CREDIT = next(code for tail in credit_code.ALPHABET if credit_code.valid(code := f"11140200MB0000000{tail}"))


def test_a_unit_is_added_listed_and_edited(organise: Program, reader: Program) -> None:
    added = organise.post("/units", {"name": " 大同市平城区民政局 ", "province": "140000", "delegate_limit": 3})
    assert added.status_code == 201
    assert added.json == {
        "id": added.json["id"],
        "name": "大同市平城区民政局",
        "province": "140000",
        "district": "",
        "kind": "member",
        "credit_code": None,
        "delegate_limit": 3,
    }
    edited = organise.patch(f"/units/{added.json['id']}", {"credit_code": CREDIT, "delegate_limit": None})
    assert edited.json == added.json | {"credit_code": CREDIT, "delegate_limit": None}
    listed = reader.all("/units", limit=1)
    assert [unit["id"] for unit in listed] == sorted(unit["id"] for unit in listed)
    assert edited.json in listed
    assert len(listed) == 3


def test_the_same_unit_is_found_again(organise: Program, small: Program) -> None:
    first = organise.post("/units", {"name": "平城区", "province": "140000", "credit_code": CREDIT})
    again = organise.post("/units", {"name": "平城区", "province": "140000"})
    by_code = organise.post("/units", {"name": "另一名称", "province": "110000", "credit_code": CREDIT})
    assert [again.status_code, by_code.status_code] == [200, 200]
    assert again.json == by_code.json == first.json
    elsewhere = small.post("/units", {"name": "改过的名", "province": "140000", "credit_code": CREDIT})
    assert (elsewhere.status_code, elsewhere.json["id"], elsewhere.json["name"]) == (201, first.json["id"], "平城区")
    small.patch(f"/units/{first.json['id']}", {"name": "新名", "delegate_limit": 1})
    unit = next(unit for unit in organise.all("/units") if unit["id"] == first.json["id"])
    assert (unit["name"], unit["delegate_limit"]) == ("新名", None)
    other = organise.post("/units", {"name": "平城区", "province": "110000"})
    assert other.status_code == 201


def test_a_name_or_code_of_another_unit_is_refused(organise: Program, cast: Cast) -> None:
    taken = {"name": "东营市垦利区民政局", "province": "370000"}
    assert problem(organise.patch(f"/units/{cast.yuquan_id}", taken)) == (409, "unit_exists")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "长" * 201}, "name"),
        ({"province": "140200"}, "province"),
        ({"province": 140000}, "province"),
        ({"kind": "club"}, "kind"),
        ({"credit_code": "11140200MB00000000"[:17] + "I"}, "credit_code"),
        ({"credit_code": ""}, "credit_code"),
        ({"delegate_limit": -1}, "delegate_limit"),
        ({"delegate_limit": 1.5}, "delegate_limit"),
        ({"delegate_limit": 2**63}, "delegate_limit"),
    ],
)
def test_malformed_units(organise: Program, changes: dict[str, object], named: str) -> None:
    body = {"name": "平城区", "province": "140000"}
    assert faults(organise.post("/units", body | changes)) == {named}
    assert len(organise.all("/units")) == 2


def test_unknown_units_are_404(organise: Program) -> None:
    for address in ("/units/999999", f"/units/{2**63}", f"/units/{'9' * 30}", "/units/0"):
        assert problem(organise.patch(address, {})) == (404, "not_found")


def test_the_id_of_a_merged_unit_means_the_kept_one(
    app: APIFlask, organise: Program, cast: Cast, now: datetime
) -> None:
    twin = organise.post("/units", {"name": "玉泉区民政局", "province": "150000"}).json["id"]
    with app.app_context():
        unit_merging.merge(cast.yuquan_id, twin, Doing(SYSTEM, now, cast.public_url))
        db.release()
    assert [unit["id"] for unit in organise.all("/units")] == [cast.yuquan_id, cast.kenli_id]
    edited = organise.patch(f"/units/{twin}", {"delegate_limit": 5})
    assert (edited.status_code, edited.json["id"], edited.json["delegate_limit"]) == (200, cast.yuquan_id, 5)
    again = organise.post("/units", {"name": "玉泉区民政局", "province": "150000"})
    assert (again.status_code, again.json["id"]) == (200, cast.yuquan_id)
    person = {"name": "李明", "unit_id": twin, "mode": "online", "phone": "13911112222"}
    made = organise.post("/delegates", person)
    assert (made.status_code, made.json["unit"]["id"]) == (201, cast.yuquan_id)
    moved = organise.patch(f"/delegates/{cast.chenzhuo_id}", {"unit_id": twin})
    assert (moved.status_code, moved.json["unit"]["id"]) == (200, cast.yuquan_id)
