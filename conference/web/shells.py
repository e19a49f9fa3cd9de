"""What a phone keeps to open the door without a network: its files, a worker that serves them, a manifest."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from conference.models import Checkpoint, Meeting
from conference.web.assets import Assets
from conference.web.language import locale_tag

# Everything that a page of the door may load; the rest of the site is not kept.
_KEPT = (
    "css/main.css",
    "fonts/rare-sc.woff2",
    "icons/",
    "js/main.js",
    "js/behaviours/",
    "js/door/",
    "js/scanner/",
    "vendor/idb/",
    "vendor/zxing/",
)
_KINDS = (".css", ".js", ".png", ".svg", ".wasm", ".woff2")
_WORKER = "js/door/worker.js"


def worker() -> str:
    """The service worker of /door/. Its text changes with every build, which is how a browser learns of a new one."""
    assets = _assets()
    files = [assets.url(name) for name in assets.files if name.startswith(_KEPT) and name.endswith(_KINDS)]
    kept = {"build": assets.build, "files": [name for name in files if name != assets.url(_WORKER)]}
    return f"self.DOOR = {json.dumps(kept)};\nimportScripts({json.dumps(assets.url(_WORKER))});\n"


def manifest() -> dict[str, Any]:  # a web app manifest: JSON of several shapes
    """What makes the door an app on the home screen."""
    url = _assets().url
    return {
        "id": "/door/",
        "name": _("同行 · 签到"),
        "short_name": _("签到"),
        "lang": locale_tag(),
        "start_url": "/door/",
        "scope": "/door/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [
            {"src": url("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": url("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {"src": url("icons/maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }


def point(meeting: Meeting, checkpoint: Checkpoint) -> dict[str, Any]:  # JSON of several shapes
    """What a scanner has to know about its checkpoint to decide alone, and when to forget everything."""
    return {
        "opens_at": checkpoint.opens_at.isoformat() if checkpoint.opens_at else None,
        "closes_at": checkpoint.closes_at.isoformat() if checkpoint.closes_at else None,
        "reentry": checkpoint.reentry,
        "ends_at": meeting.ends_at.isoformat(),
    }


def _assets() -> Assets:
    assets: Assets = current_app.extensions["assets"]
    return assets
