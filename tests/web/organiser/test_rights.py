"""Which role is let into which page; what stands on the page follows the same table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.rules.access import RIGHTS
from conference.vocabulary import Right, Role
from conference.web.access import TABLE
from tests.cast import Cast

ADDRESSES = {
    "organiser.meetings.new": "/desk/new",
    "organiser.meetings.settings": "/desk/{slug}/settings",
    "organiser.meetings.status": "/desk/{slug}/status/closed",
    "organiser.overview.index": "/desk/{slug}/",
    "organiser.overview.figures": "/desk/{slug}/figures",
    "organiser.units.index": "/desk/{slug}/units",
    "organiser.units.find": "/desk/{slug}/units/find?q=玉泉",
    "organiser.units.show": "/desk/{slug}/units/{unit}",
    "organiser.units.new": "/desk/{slug}/units/new",
    "organiser.units.edit": "/desk/{slug}/units/{unit}/edit",
    "organiser.units.link": "/desk/{slug}/units/{unit}/link",
    "organiser.liaisons.edit": "/desk/{slug}/units/{unit}/liaison",
    "organiser.liaisons.hand_over": "/desk/{slug}/units/{unit}/liaison/hand-over",
    "organiser.liaisons.dismiss": "/desk/{slug}/units/{unit}/liaison/dismiss",
    "organiser.invitations.index": "/desk/{slug}/invitations",
    "organiser.invitations.send_all": "/desk/{slug}/invitations/send/silent",
    "organiser.invitations.workbook": "/desk/{slug}/invitations/workbook",
    "organiser.places_requests.index": "/desk/{slug}/places-requests",
    "organiser.unit_merging.index": "/desk/{slug}/units/duplicates",
    "organiser.unit_merging.proposed": "/desk/{slug}/units/proposed",
    "organiser.unit_merging.choose": "/desk/{slug}/units/{unit}/merge",
    "organiser.unit_merging.compare": "/desk/{slug}/units/{unit}/merge/{other}",
    "organiser.unit_workbooks.export": "/desk/{slug}/units.xlsx",
    "organiser.unit_workbooks.template": "/desk/{slug}/units/template.xlsx",
    "organiser.unit_workbooks.new": "/desk/{slug}/units/import",
    "organiser.all_units.index": "/desk/units",
    "organiser.all_units.show": "/desk/units/{unit}",
    "organiser.delegates.index": "/desk/{slug}/delegates",
    "organiser.delegates.show": "/desk/{slug}/delegates/{delegate}",
    "organiser.delegates.new": "/desk/{slug}/delegates/new",
    "organiser.delegates.edit": "/desk/{slug}/delegates/{delegate}/edit",
    "organiser.decisions.decline": "/desk/{slug}/delegates/{delegate}/decline",
    "organiser.decisions.cancel": "/desk/{slug}/delegates/{delegate}/cancel",
    "organiser.decisions.reissue": "/desk/{slug}/delegates/{delegate}/code",
    "organiser.decisions.erase": "/desk/{slug}/delegates/{delegate}/erase",
    "organiser.repeats.index": "/desk/{slug}/repeats",
    "organiser.checkpoints.index": "/desk/{slug}/checkpoints",
    "organiser.checkpoints.new": "/desk/{slug}/checkpoints/new",
    "organiser.checkpoints.edit": "/desk/{slug}/checkpoints/{venue}",
    "organiser.accounts.index": "/desk/{slug}/accounts",
    "organiser.accounts.new": "/desk/{slug}/accounts/new",
    "organiser.accounts.role": "/desk/{slug}/accounts/{account}/roles/organiser",
    "organiser.activity.index": "/desk/{slug}/activity",
    "organiser.outbox.index": "/desk/{slug}/outbox",
    "organiser.outbox.show": "/desk/{slug}/outbox/1",
    "organiser.outbox.again": "/desk/{slug}/outbox/1/again",
    "organiser.notices.index": "/desk/{slug}/notices",
    "organiser.notices.new": "/desk/{slug}/notices/new",
    "organiser.notices.template": "/desk/{slug}/notices/words/registered/zh",
}
POSTS = {
    "organiser.invitations.send": "/desk/{slug}/invitations/send",
    "organiser.invitations.link": "/desk/{slug}/units/{unit}/invitation",
    "organiser.invitations.reset": "/desk/{slug}/units/{unit}/invitation/reset",
    "organiser.places_requests.decide": "/desk/{slug}/places-requests/1",
    "organiser.unit_merging.approve": "/desk/{slug}/units/{unit}/approve",
    "organiser.unit_workbooks.bring_in": "/desk/{slug}/units/import/bring-in",
    "organiser.delegates.confirm_all": "/desk/{slug}/delegates/confirm",
    "organiser.decisions.confirm": "/desk/{slug}/delegates/{delegate}/confirm",
    "organiser.decisions.link": "/desk/{slug}/delegates/{delegate}/link",
    "organiser.repeats.dismiss": "/desk/{slug}/repeats/1/dismiss",
    "organiser.accounts.link": "/desk/{slug}/accounts/{account}/link",
    "organiser.outbox.text": "/desk/{slug}/outbox/1/text",
    "organiser.outbox.all_again": "/desk/{slug}/outbox/again",
    "organiser.outbox.forwarded": "/desk/{slug}/outbox/1/forwarded",
    "organiser.outbox.withdraw": "/desk/{slug}/outbox/1/withdraw",
    "organiser.notices.edit": "/desk/{slug}/notices/1/edit",
    "organiser.notices.send": "/desk/{slug}/notices/1",
    "organiser.notices.reset": "/desk/{slug}/notices/words/registered/zh/reset",
}


def filled(address: str, cast: Cast) -> str:
    return address.format(
        slug=cast.slug,
        unit=cast.yuquan_id,
        other=cast.kenli_id,
        delegate=cast.liran_id,
        venue=cast.venue_id,
        account=cast.zhouning_id,
    )


def test_every_page_of_the_desk_is_in_this_matrix(app: APIFlask) -> None:
    guarded = {name for name, rule in TABLE.items() if name.startswith("organiser.") and isinstance(rule, Right)}
    assert guarded == {*ADDRESSES, *POSTS}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_rights_name_and_nothing_else(
    as_role: Callable[[Role], FlaskClient], cast: Cast, role: Role
) -> None:
    client = as_role(role)
    opened = {name: client.get(filled(address, cast)).status_code for name, address in ADDRESSES.items()}
    assert opened == {name: 200 if TABLE[name] in RIGHTS[role] else 403 for name in ADDRESSES}
    refused = [name for name in POSTS if TABLE[name] not in RIGHTS[role]]
    assert {client.post(filled(POSTS[name], cast)).status_code for name in refused} <= {403}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TRAVEL, Role.REGISTRATION])
def test_no_page_links_to_what_its_reader_may_not_open(
    as_role: Callable[[Role], FlaskClient], cast: Cast, role: Role
) -> None:
    client = as_role(role)
    forbidden = [name for name in ADDRESSES if TABLE[name] not in RIGHTS[role] and "find" not in name]
    for name, address in ADDRESSES.items():
        if TABLE[name] not in RIGHTS[role]:
            continue
        page = client.get(filled(address, cast)).get_data().decode("utf-8", "replace")  # some are workbooks
        for other in forbidden:
            assert f'href="{filled(ADDRESSES[other], cast)}"' not in page, (name, other)


def test_a_viewer_sees_figures_and_no_names(
    as_role: Callable[[Role], FlaskClient], desk: FlaskClient, cast: Cast
) -> None:
    client = as_role(Role.VIEWER)
    for address in ("/desk/{slug}/", "/desk/{slug}/units/{unit}"):
        page = client.get(filled(address, cast)).text
        assert "李然" not in page
        assert cast.yuquan_link not in page
    assert "李然" in desk.get(filled("/desk/{slug}/units/{unit}", cast)).text


def test_a_stranger_is_sent_to_sign_in_and_an_outsider_learns_nothing(
    client: FlaskClient, signed_in: Callable[[str], FlaskClient], app: APIFlask, cast: Cast
) -> None:
    answer = client.get(f"/desk/{cast.slug}/delegates?q=a")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert client.post(f"/desk/{cast.slug}/delegates/{cast.liran_id}/cancel").status_code == 303
    steward = signed_in(cast.hejing_email)
    assert steward.get("/desk/no-such-meeting/").status_code == 404
    assert steward.get("/desk/%00/").status_code == 404


@pytest.mark.parametrize("id_", ["0", "999999", str(2**63 - 1), str(2**63), "9" * 40])
def test_ids_of_nobody_are_not_found(desk: FlaskClient, cast: Cast, id_: str) -> None:
    for path in (
        f"delegates/{id_}",
        f"delegates/{id_}/erase",
        f"units/{id_}",
        f"units/{id_}/link",
        f"units/{id_}/liaison",
        f"units/{id_}/merge",
        f"units/{cast.yuquan_id}/merge/{id_}",
        f"places-requests/{id_}",
        f"checkpoints/{id_}",
    ):
        assert desk.get(f"/desk/{cast.slug}/{path}").status_code == 404, path
    for path in (f"delegates?unit={id_}", f"activity?id={id_}&subject=unit"):
        assert desk.get(f"/desk/{cast.slug}/{path}").status_code in {200, 404}, path
    for path in (f"delegates?after={id_}", f"delegates?before={id_}", f"units?page={id_}", f"outbox?before={id_}"):
        assert desk.get(f"/desk/{cast.slug}/{path}").status_code == 200, path
