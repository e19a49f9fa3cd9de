"""Sending a message by SMTP."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 20


def send(smtp_url: str, *, sender: str, to: str, subject: str, text: str) -> str | None:
    """Hand a message to the server at `smtp_url` (`smtp://user:password@host:25`, `smtps://…`, `smtp+starttls://…`).

    Returns None when the server took it, else why not, in at most 200 characters.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.set_content(text)
    address = urlsplit(smtp_url)
    host = address.hostname or "localhost"
    try:
        server = (
            smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT)
            if address.scheme == "smtps"
            else smtplib.SMTP(host, address.port or 25, timeout=TIMEOUT)
        )
        with server:
            if address.scheme == "smtp+starttls":
                server.starttls()
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return None


def sender(smtp_url: str) -> str:
    """Whom messages come from: `?from=` of the URL, else its user where that is an address, else one at its host."""
    address = urlsplit(smtp_url)
    asked = parse_qs(address.query).get("from")
    if asked:
        return asked[0]
    user = unquote(address.username or "")
    return user if "@" in user else f"{user or 'conference'}@{address.hostname or 'localhost'}"
