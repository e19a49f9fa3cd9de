"""What a phone keeps of the door: a worker, a manifest, and a page with nothing in it about anybody."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.web import assets
from tests.cast import Cast
from tests.web.door.test_scanner import steward  # noqa: F401  # a fixture


def status(client: FlaskClient, address: str) -> int:
    with client.get(address) as answer:  # a file that is served stays open until it is read
        return answer.status_code


def test_the_worker_names_every_file_that_it_keeps_and_each_is_served(client: FlaskClient) -> None:
    worker = client.get("/door/worker.js")
    assert worker.mimetype == "text/javascript"
    assert "no-cache" in worker.headers["Cache-Control"]
    files = re.findall(r'"(/assets/[^"]+)"', worker.text)
    names = {name.split("/", 3)[3] for name in files}
    assert {
        "css/main.css",
        "js/door/station.js",
        "vendor/zxing/reader/zxing_reader.wasm",
        "vendor/idb/index.js",
    } <= names
    assert {status(client, name) for name in files} == {200}


def test_the_manifest_makes_an_app_of_the_door(client: FlaskClient) -> None:
    manifest = client.get("/door/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    found = manifest.get_json(force=True)
    assert (found["start_url"], found["scope"], found["display"]) == ("/door/", "/door/", "standalone")
    assert {status(client, icon["src"]) for icon in found["icons"]} == {200}
    assert client.get("/door/manifest.webmanifest?lang=en").get_json(force=True)["lang"] == "en"


def test_the_page_that_is_kept_holds_no_token_and_no_message(
    steward: FlaskClient,  # noqa: F811  # the fixture
    cast: Cast,
) -> None:
    here = f"/door/{cast.slug}/{cast.venue_id}"
    assert 'name="csrf_token"' in steward.get(here).text
    with steward.session_transaction() as session:
        session["_flashes"] = [("success", "已撤销 李然")]
    kept = steward.get(f"{here}/shell")
    assert kept.status_code == 200
    for secret in ("csrf", "李然", "何静"):
        assert secret not in kept.text, secret
    assert "data-kept" in kept.text
    assert (
        "在线" not in kept.text.split("<main")[0].split('id="door-state"')[1].split("</header>")[0]
    )  # nobody knows yet


def test_a_page_of_the_build_before_still_loads_what_it_has_not_loaded_yet(tmp_path: Path) -> None:
    source, addresses = tmp_path / "static", []
    (source / "css").mkdir(parents=True)
    (source / "css" / "main.css").touch()
    for words in ("before", "now"):
        (source / "reader.js").write_text(words)
        (tmp_path / "assets").mkdir(exist_ok=True)
        # Listed, and not there when it is looked at: another process that begins takes it away in between.
        (tmp_path / "assets" / f"{words:-<12}").symlink_to(tmp_path / "gone")
        app = APIFlask("two-builds")
        assets.install(app, source, tmp_path)
        addresses.append(app.extensions["assets"].url("reader.js"))
    client = app.test_client()
    for address, words in zip(addresses, ("before", "now"), strict=True):
        with client.get(address) as answer:
            assert answer.text == words
    shutil.rmtree(tmp_path / addresses[0].strip("/").rpartition("/")[0])  # as a newer process does
    assert status(client, addresses[0]) == 404


def test_a_stranger_gets_no_page_to_keep(client: FlaskClient, cast: Cast) -> None:
    assert client.get(f"/door/{cast.slug}/{cast.venue_id}/shell").status_code == 303
