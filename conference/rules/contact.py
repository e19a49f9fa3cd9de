"""Phones and e-mail addresses: how they are understood, how they are kept."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_MOBILE = re.compile(r"\+861[3-9]\d{9}")
# What nearly everybody types, read without the world's numbering plans; 179 is left to them, an old carrier's code.
_PLAINLY_MOBILE = re.compile(r"(?:\+86)?(1(?!79)[3-9][0-9]{9})")


def phone(text: str) -> str | None:
    """`text` as E.164 (`+8613800138000`); None when it is no phone number.

    Without a country code it is read as a number of mainland China. A mobile number of China must have its eleven
    digits; others need a possible length (the numbering plans change faster than any table of them).
    """
    if plainly := _PLAINLY_MOBILE.fullmatch(text):
        return f"+86{plainly[1]}"
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.search(r"[^\d\s()+\-./]", plain):
        return None
    try:
        parsed = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:  # nor one that can be called from next door alone
        return None
    if parsed.country_code == 86 and (parsed.national_number or 0) < 10**8:  # a city's own number without its area code
        return None
    kept = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if kept.startswith("+861") and not (_MOBILE.fullmatch(kept) or re.fullmatch(r"\+8610\d{7,8}", kept)):
        return None
    return kept


def takes_sms(kept: str) -> bool:
    """Whether an SMS can be sent to a number as `phone` gave it: not to a line in the wall of mainland China."""
    return not kept.startswith("+86") or _MOBILE.fullmatch(kept) is not None


def email(text: str) -> str | None:
    """`text` as an address to write to; None when it is none. Compare addresses by `email_key`."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return found.normalized if "." in found.domain else None


def email_key(address: str) -> str:
    """What two spellings of one address have in common."""
    return address.casefold()


def plain_phone(number: str) -> str:
    """An E.164 number as people here write it: a mobile number of China by its eleven digits."""
    return number.removeprefix("+86") if _MOBILE.fullmatch(number) else number


def masked_phone(number: str) -> str:
    """An E.164 number for its holder to recognise, without the last four digits that prove who one is."""
    return f"{plain_phone(number)[:-4]}••••"


def masked_email(address: str) -> str:
    """An address for its holder to recognise: the first letter and the domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
