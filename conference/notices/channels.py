"""The ways out of the house that are set up here, and which one a message takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conference.notices import sms
from conference.notices.mail import MailCarrier
from conference.notices.parcels import Carrier
from conference.rules import contact
from conference.settings import Settings
from conference.vocabulary import Channel


@dataclass(frozen=True)
class Channels:
    """`SMTP_URL` and `SMS_URL`, and the address that links in messages carry."""

    public_url: str
    smtp_url: str | None = None
    sms_url: str | None = None
    instance: Path = Path()

    @property
    def any(self) -> bool:
        return bool(self.smtp_url or self.sms_url)

    def way(self, *, phone: str | None, email: str | None) -> Channel | None:
        """E-mail where there is an address and a mail server, else SMS where there is a phone and a gateway; None where
        a message can only be forwarded by hand.
        """
        if email and self.smtp_url:
            return Channel.EMAIL
        if phone and self.sms_url and contact.takes_sms(phone):
            return Channel.SMS
        return None

    def carrier(self, channel: Channel) -> Carrier:
        """A carrier for one round, to be closed after it. The channel must be set up."""
        if channel is Channel.EMAIL:
            return MailCarrier(self.smtp_url or "")
        return sms.carrier(self.sms_url or "", instance=self.instance)


def of(settings: Settings) -> Channels:
    """What the settings say."""
    return Channels(settings.public_url, settings.smtp_url, settings.sms_url, settings.instance)
