"""Sending a message by SMTP (RFC 5321), in two steps: everything but the final dot, then the dot."""

from __future__ import annotations

import contextlib
import re
import smtplib
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import formatdate, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from conference.notices.parcels import Fate, LastStep, Outcome, Parcel
from conference.vocabulary import SendingTrouble

TIMEOUT = 20
_LINE_WITH_DOT = re.compile(rb"(?m)^\.")


class MailCarrier:
    """A mail server, `smtp://user:password@host:25`, `smtps://…` or `smtp+starttls://…`; the connection is kept for
    the parcels of a round.
    """

    def __init__(self, smtp_url: str, *, timeout: float = TIMEOUT) -> None:
        self._address = urlsplit(smtp_url)
        self._sender = sender(smtp_url)
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def carry(self, parcel: Parcel, *, last_step: LastStep) -> Outcome:
        kept = self._server is not None
        begun = self._begun(parcel)
        if kept and begun is not None and begun.trouble in {SendingTrouble.UNREACHABLE, SendingTrouble.BUSY}:
            self.close()  # a server may end a connection that carried enough; a fresh one tells more
            begun = self._begun(parcel)
        if begun is not None:
            return begun
        try:
            going_on = last_step()
        except BaseException:
            self.close()
            raise
        if not going_on:
            self.close()  # without its dot the server throws it away
            return Outcome(Fate.LEFT)
        return self._ended()

    def was_taken(self, key: str, to: str, *, day: str) -> bool | None:
        return None

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _begun(self, parcel: Parcel) -> Outcome | None:
        """The whole conversation but the final dot; None when only that is missing."""
        try:
            server = self._connected()
        except smtplib.SMTPAuthenticationError as error:
            self.close()
            return _later(SendingTrouble.SIGN_IN_REFUSED, _said(error.smtp_code, error.smtp_error), stops=True)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return _later(SendingTrouble.UNREACHABLE, f"{type(error).__name__}: {error}", stops=True)
        international = not parcel.to.isascii()
        if international and not server.has_extn("smtputf8"):
            return Outcome(Fate.NEVER, SendingTrouble.ADDRESS_REFUSED, "SMTPUTF8")
        try:
            code, said = server.mail(parseaddr(self._sender)[1], ["SMTPUTF8", "BODY=8BITMIME"] if international else [])
            if code != 250:
                return self._refused(code, said, SendingTrouble.SENDER_REFUSED, for_good=False)
            code, said = server.rcpt(parcel.to)
            if code not in {250, 251}:
                return self._refused(code, said, SendingTrouble.ADDRESS_REFUSED)
            code, said = server.docmd("DATA")
            if code != 354:
                return self._refused(code, said, SendingTrouble.CONTENT_REFUSED)
            server.send(self._wire(parcel, international=international))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return _later(SendingTrouble.UNREACHABLE, f"{type(error).__name__}: {error}")
        return None

    def _ended(self) -> Outcome:
        server = self._server
        assert server is not None  # noqa: S101  # begun on it
        try:
            server.send(b".\r\n")
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(Fate.UNKNOWN, SendingTrouble.NO_ANSWER, f"{type(error).__name__}: {error}")
        if code == 250:
            return Outcome(Fate.TAKEN)
        return self._refused(code, said, SendingTrouble.CONTENT_REFUSED)

    def _refused(self, code: int, said: bytes, trouble: SendingTrouble, *, for_good: bool = True) -> Outcome:
        """A no: of the moment (4xx), or for good (5xx)."""
        if code < 0 or code == 421:
            self.close()
        else:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._server.rset() if self._server else None
        if code >= 500:
            return Outcome(Fate.NEVER if for_good else Fate.LATER, trouble, _said(code, said), stops=not for_good)
        return _later(SendingTrouble.BUSY, _said(code, said))

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            address = self._address
            host = address.hostname or "localhost"
            self._server = (
                smtplib.SMTP_SSL(host, address.port or 465, timeout=self._timeout)
                if address.scheme == "smtps"
                else smtplib.SMTP(host, address.port or 25, timeout=self._timeout)
            )
            if address.scheme == "smtp+starttls":
                self._server.starttls()
            if address.username:
                self._server.login(unquote(address.username), unquote(address.password or ""))
            self._server.ehlo_or_helo_if_needed()
        return self._server

    def _wire(self, parcel: Parcel, *, international: bool) -> bytes:
        """The message as it goes over the wire, without the final dot."""
        message = EmailMessage(policy=WIRE.clone(utf8=international))
        message["From"], message["To"], message["Subject"] = self._sender, _mailbox(parcel.to), parcel.subject
        message["Date"] = formatdate()
        # The same however often it is tried, so that a reader's program can tell a second copy by it.
        message["Message-ID"] = f"<{parcel.key}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(parcel.text)
        wire = _LINE_WITH_DOT.sub(b"..", message.as_bytes())
        return wire if wire.endswith(b"\r\n") else wire + b"\r\n"


def sender(smtp_url: str) -> str:
    """Whom messages come from: `?from=` of the URL, else its user where that is an address, else one at its host."""
    address = urlsplit(smtp_url)
    asked = parse_qs(address.query).get("from")
    if asked:
        return asked[0]
    user = unquote(address.username or "")
    return user if "@" in user else f"{user or 'conference'}@{address.hostname or 'localhost'}"


def _mailbox(to: str) -> MailAddress | str:
    user, _, domain = to.rpartition("@")
    return MailAddress(username=user, domain=domain)


def _later(trouble: SendingTrouble, detail: str, *, stops: bool = False) -> Outcome:
    return Outcome(Fate.LATER, trouble, detail, stops=stops)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {text}"
