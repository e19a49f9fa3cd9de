"""How often somebody may knock: only at doors where guessing or flooding would pay."""

from __future__ import annotations

from apiflask import APIFlask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, headers_enabled=True, swallow_errors=True)

# A venue's hundreds of phones share one address, so these are generous; a password is guessed one account at a time.
REGISTRATION = "120/minute;2000/hour"
RETURN = "60/minute;600/hour"  # the service counts what one address is sent, and what is guessed
SIGN_IN = "10/minute;60/hour"
LOOK_UP = "300/minute"
HERE = "1200/minute"  # the code on a hall's screen: a whole queue scans it, and its seal is not to be guessed
ASKING = "1200/minute"  # a hall of people votes for a question at once, all by one address
PROOF = "60/minute;300/hour"  # the tries for one place are counted in the database


def install(app: APIFlask, redis_url: str | None) -> None:
    """Counts live in the process, or in Redis where several machines serve."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url or "memory://"
    limiter.init_app(app)
