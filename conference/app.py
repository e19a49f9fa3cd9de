"""`create_app()`: the one place that joins the parts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from apiflask import APIFlask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from conference import blueprints, db, jobs, models, sealing
from conference.services import files as kept_files
from conference.settings import ROOT, Settings, read
from conference.web import (
    addresses,
    assets,
    files,
    filters,
    guards,
    headers,
    identity,
    language,
    limits,
    metrics,
    pages,
)

MAX_BODY = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> APIFlask:
    """The application for these settings (by default, those of the environment). Touches no database."""
    settings = settings or read()
    sealing.configure(settings.data_key)
    app = APIFlask(
        "conference",
        title="Tongxing 同行",
        version="1",
        spec_path=None,
        docs_path=None,
        json_errors=False,
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=None,  # type: ignore[arg-type]  # served by web.assets
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        PERMANENT_SESSION_LIFETIME=timedelta(days=180),
        SESSION_COOKIE_NAME="tongxing",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # we send no referrer ourselves
        PUBLIC_URL=settings.public_url,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions["settings"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    structlog.configure(processors=[structlog.processors.TimeStamper(fmt="iso"), *_LOG])

    db.db.init_app(app)
    with app.app_context():
        db.prepare(db.db.engine)
    Migrate(
        app,
        db.db,
        directory=str(ROOT / "conference" / "migrations"),
        metadata=models.Meeting.metadata,
        render_as_batch=True,
    )
    jobs.configure(settings)
    kept_files.configure(settings.instance)
    guards.csrf.init_app(app)
    for part in (addresses, files, language, filters, identity, pages, metrics):
        part.install(app)
    limits.install(app, settings.redis_url)
    headers.install(app, secure=settings.secure)
    blueprints.install(app)
    assets.install(app, ROOT / "static", settings.instance)
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app


_LOG: list[Any] = [  # processors of several shapes
    structlog.processors.add_log_level,
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
]


def _engine_options(url: str) -> dict[str, object]:
    if sa.make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"check_same_thread": False}}
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 10,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 5, "prepare_threshold": 3},
    }
