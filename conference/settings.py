"""Every setting, read once from the environment. The list with defaults stands in docs/operations.md."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SECRET_LEAST = 16
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """What the environment decides."""

    instance: Path
    database_url: str
    redis_url: str | None
    secret_key: str
    data_key: bytes
    public_url: str
    proxies: int
    demo: bool
    smtp_url: str | None
    sms_url: str | None
    host: str
    port: int

    @property
    def secure(self) -> bool:
        """Whether people reach us over HTTPS, so that cookies may insist on it."""
        return self.public_url.lower().startswith("https://")


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; makes the instance folder and its secrets where they are not there yet.

    Raises ValueError, in words, for a setting that cannot be understood.
    """
    env = os.environ if environment is None else environment
    instance = Path(env.get("CONFERENCE_INSTANCE") or ROOT / "instance").resolve()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    host = env.get("HOST") or "127.0.0.1"
    port = _whole_number(env, "PORT", 8000)
    return Settings(
        instance=instance,
        database_url=_database(env) or f"sqlite:///{instance / 'conference.sqlite'}",
        redis_url=env.get("REDIS_URL") or None,
        secret_key=_long_enough(env, "SECRET_KEY") or secret(instance / "secret_key"),
        data_key=_key(env.get("CONFERENCE_DATA_KEY") or secret(instance / "data_key")),
        public_url=_address(env, "CONFERENCE_PUBLIC_URL", ("http", "https")) or f"http://{_reachable(host)}:{port}",
        proxies=_whole_number(env, "CONFERENCE_PROXIES", 0),
        demo=_switch(env, "CONFERENCE_DEMO", default=True),
        smtp_url=_address(env, "SMTP_URL", ("smtp", "smtps", "smtp+starttls")),
        sms_url=_sms(env),
        host=host,
        port=port,
    )


def secret(path: Path) -> str:
    """The 64 hexadecimal digits kept at `path` (mode 600); made on first use, once even among processes."""
    with contextlib.suppress(FileExistsError):
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
            os.link(draft, path)  # atomic, and refuses to replace what another process made first
        finally:
            draft.unlink()
    return path.read_text().strip()


def _database(env: Mapping[str, str]) -> str | None:
    url = env.get("DATABASE_URL") or None
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    return url


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    text = (env.get(name) or "").rstrip("/")
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"{name} must be an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
    return text


def _sms(env: Mapping[str, str]) -> str | None:
    """`file:///path` or `aliyun://KEY_ID:SECRET@host`; without TLS (`aliyun+http://`) on this machine alone."""
    text = env.get("SMS_URL") or None
    if text is None:
        return None
    parts = urlsplit(text)
    to_file = parts.scheme == "file" and not parts.netloc and len(parts.path) > 1
    signed = bool(parts.username and parts.password and parts.hostname)
    here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if to_file or (signed and (parts.scheme == "aliyun" or (parts.scheme == "aliyun+http" and here))):
        return text
    raise ValueError("SMS_URL must be file:///PATH or aliyun://KEY_ID:SECRET@dysmsapi.aliyuncs.com")


def _long_enough(env: Mapping[str, str], name: str) -> str | None:
    text = env.get(name) or None
    if text and len(text) < SECRET_LEAST:
        raise ValueError(f"{name} must have at least {SECRET_LEAST} characters")
    return text


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError("CONFERENCE_DATA_KEY must have 64 hexadecimal digits")
    return key


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise ValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = (env.get(name) or ("1" if default else "0")).lower()
    if text not in {"0", "1", "true", "false", "yes", "no"}:
        raise ValueError(f"{name} must be 0 or 1, not {text!r}")
    return text in {"1", "true", "yes"}
