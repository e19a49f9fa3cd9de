"""Pages and API, by audience, then by feature."""

from __future__ import annotations

from apiflask import APIFlask

from conference.blueprints import api, delegate, door, organiser, public, unit, wall


def install(app: APIFlask) -> None:
    """Join every audience; each brings its guard."""
    for audience in (public, delegate, unit, door, organiser, wall, api):
        app.register_blueprint(audience.bp)
