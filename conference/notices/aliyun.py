"""Alibaba Cloud's SMS service (短信服务, dysmsapi 2017-05-25): the signed request, and what its answers mean.

Signature version 3 (ACS3-HMAC-SHA256): https://help.aliyun.com/document_detail/2593177.html
SendSms: https://help.aliyun.com/document_detail/55284.html (it is not idempotent, so a request without an answer is in
doubt) · QuerySendDetails: https://help.aliyun.com/document_detail/419277.html
Answers: https://help.aliyun.com/document_detail/101346.html
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from conference.notices.parcels import Fate, LastStep, Outcome, Parcel
from conference.rules import placeholders
from conference.vocabulary import SendingTrouble

VERSION = "2017-05-25"
TIMEOUT = 10
LONGEST_ANSWER = 64 * 1024
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_NOT_NOW = timedelta(minutes=30)  # until somebody has mended the account


@dataclass(frozen=True)
class Credentials:
    key_id: str
    secret: str


def authorization(
    credentials: Credentials,
    *,
    method: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes = b"",
    path: str = "/",
) -> str:
    """The Authorization header. `headers` are those to be signed: host, content-type and all of x-acs-*."""
    signed = {name.lower(): value.strip() for name, value in headers.items()}
    names = sorted(signed)
    canonical = "\n".join(
        (
            method,
            path,
            canonical_query(query),
            "".join(f"{name}:{signed[name]}\n" for name in names),
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        )
    )
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(credentials.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={credentials.key_id},SignedHeaders={';'.join(names)},Signature={signature}"


def canonical_query(query: Mapping[str, str]) -> str:
    """Sorted by name, encoded as RFC 3986 says."""
    return "&".join(f"{_encoded(name)}={_encoded(query[name])}" for name in sorted(query))


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def phone_number(kept: str) -> str:
    """A number as the service wants it: eleven digits in the mainland, else country code and number, no plus."""
    return kept.removeprefix("+86") if kept.startswith("+861") else kept.removeprefix("+")


class AliyunCarrier:
    """`aliyun://KEY_ID:SECRET@dysmsapi.aliyuncs.com`; signature and templates stand in the file `words`.

    That file is JSON: `{"sign": "签名", "templates": {"registered": {"code": "SMS_1", "params": {"name": "{name}"}}}}`,
    a template for each kind of message, for readers of English under `registered.en`; a parameter is a text with
    placeholders. `{link_tail}` is the last part of the private link, for templates that hold the rest of it.
    """

    def __init__(self, sms_url: str, *, words: Path, timeout: float = TIMEOUT) -> None:
        address = urlsplit(sms_url)
        self._credentials = Credentials(unquote(address.username or ""), unquote(address.password or ""))
        self._host, self._port = address.hostname or "", address.port
        self._plain = address.scheme == "aliyun+http"  # settings allow it for this machine alone
        self._words = words
        self._timeout = timeout

    def carry(self, parcel: Parcel, *, last_step: LastStep) -> Outcome:
        try:
            query = self._query(parcel)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Outcome(Fate.LATER, SendingTrouble.MISCONFIGURED, "sms.json", pause=_NOT_NOW, stops=True)
        if query is None:
            return Outcome(Fate.NEVER, SendingTrouble.NO_TEMPLATE, parcel.kind.value)
        connection = self._connection()
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return Outcome(Fate.LATER, SendingTrouble.UNREACHABLE, type(error).__name__, stops=True)
        try:
            if not last_step():
                return Outcome(Fate.LEFT)
            status, answer = self._asked(connection, "SendSms", query)
        except (OSError, http.client.HTTPException) as error:
            return Outcome(Fate.UNKNOWN, SendingTrouble.NO_ANSWER, type(error).__name__)
        finally:
            connection.close()
        return understood(status, answer)

    def was_taken(self, key: str, to: str, *, day: str) -> bool | None:
        query = {"PhoneNumber": phone_number(to), "SendDate": day, "PageSize": "50", "CurrentPage": "1"}
        connection = self._connection()
        try:
            _, answer = self._asked(connection, "QuerySendDetails", query)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        try:
            if answer is None or answer["Code"] != "OK":
                return None
            sent = answer["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
            return any(detail.get("OutId") == key for detail in sent)
        except (KeyError, TypeError, AttributeError):
            return None

    def close(self) -> None:
        return None

    def _query(self, parcel: Parcel) -> dict[str, str] | None:
        words = json.loads(self._words.read_text("utf-8"))
        templates = words["templates"]
        template = templates.get(f"{parcel.kind.value}.{parcel.language}") or templates.get(parcel.kind.value)
        if template is None:
            return None
        values = {**parcel.values, "link_tail": parcel.values.get("link", "").rpartition("/")[2]}
        params = {name: placeholders.filled(str(text), values) for name, text in template.get("params", {}).items()}
        return {
            "PhoneNumbers": phone_number(parcel.to),
            "SignName": str(words["sign"]),
            "TemplateCode": str(template["code"]),
            "TemplateParam": json.dumps(params, ensure_ascii=False, separators=(",", ":")),
            "OutId": parcel.key,
        }

    def _connection(self) -> http.client.HTTPConnection:
        if self._plain:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=self._timeout, context=ssl.create_default_context()
        )

    def _asked(
        self, connection: http.client.HTTPConnection, action: str, query: Mapping[str, str]
    ) -> tuple[int, dict[str, Any] | None]:
        host = self._host if self._port is None else f"{self._host}:{self._port}"
        headers = {
            "host": host,
            "x-acs-action": action,
            "x-acs-version": VERSION,
            "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        }
        signature = authorization(self._credentials, method="POST", query=query, headers=headers)
        said = {**headers, "accept": "application/json", "authorization": signature}
        connection.request("POST", f"/?{canonical_query(query)}", headers=said)
        response = connection.getresponse()
        body = response.read(LONGEST_ANSWER)
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        return response.status, answer if isinstance(answer, dict) else None


def understood(status: int, answer: Mapping[str, Any] | None) -> Outcome:
    """What an answer to SendSms means. One that does not say whether the message was taken leaves it in doubt."""
    code = str((answer or {}).get("Code", ""))
    message = str((answer or {}).get("Message", ""))
    detail = f"{code}: {message}" if code else f"HTTP {status}"
    if not code:
        return Outcome(Fate.UNKNOWN, SendingTrouble.NO_ANSWER, detail)
    if code == "OK":
        return Outcome(Fate.TAKEN)
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        return _too_often(message, detail)
    for known, meaning in ANSWERS.items():
        if code == known or (known.endswith(".") and code.startswith(known)):
            return Outcome(meaning.fate, meaning.trouble, detail, pause=meaning.pause, stops=meaning.stops)
    return Outcome(Fate.NEVER, SendingTrouble.NOT_UNDERSTOOD, detail)


def _too_often(message: str, detail: str) -> Outcome:
    """The service counts what one number gets in a minute, an hour and a day, and says which in its message."""
    for word, pause in (("分钟", _MINUTE), ("小时", _HOUR), ("天", _DAY)):
        if word in message:
            trouble = SendingTrouble.TOO_OFTEN if pause == _DAY else SendingTrouble.BUSY
            return Outcome(Fate.LATER, trouble, detail, pause=pause)
    return Outcome(Fate.LATER, SendingTrouble.BUSY, detail, pause=_HOUR)


@dataclass(frozen=True)
class _Meaning:
    fate: Fate
    trouble: SendingTrouble
    pause: timedelta | None = None
    stops: bool = False


def _way(trouble: SendingTrouble) -> _Meaning:
    """Nothing is wrong with the message; the account or its settings are to be mended first."""
    return _Meaning(Fate.LATER, trouble, pause=_NOT_NOW, stops=True)


_T = SendingTrouble
# A name that ends with a dot stands for all that begin with it.
ANSWERS: dict[str, _Meaning] = {
    "Throttling": _Meaning(Fate.LATER, _T.BUSY, pause=_MINUTE),
    "Throttling.": _Meaning(Fate.LATER, _T.BUSY, pause=_MINUTE),
    "ServiceUnavailable": _Meaning(Fate.LATER, _T.BUSY),
    "isp.SYSTEM_ERROR": _Meaning(Fate.LATER, _T.BUSY),
    "isp.GATEWAY_ERROR": _Meaning(Fate.LATER, _T.BUSY),
    "isv.MOBILE_NUMBER_ILLEGAL": _Meaning(Fate.NEVER, _T.ADDRESS_REFUSED),
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": _Meaning(Fate.NEVER, _T.ADDRESS_REFUSED),
    "isv.BLACK_KEY_CONTROL_LIMIT": _Meaning(Fate.NEVER, _T.CONTENT_REFUSED),
    "isv.SMS_CONTENT_ILLEGAL": _Meaning(Fate.NEVER, _T.CONTENT_REFUSED),
    "isv.PARAM_LENGTH_LIMIT": _Meaning(Fate.NEVER, _T.CONTENT_REFUSED),
    "isv.PARAM_NOT_SUPPORT_URL": _Meaning(Fate.NEVER, _T.CONTENT_REFUSED),
    "isv.INVALID_JSON_PARAM": _Meaning(Fate.NEVER, _T.CONTENT_REFUSED),
    "isv.SMS_TEMPLATE_ILLEGAL": _Meaning(Fate.NEVER, _T.TEMPLATE_REFUSED),
    "isv.TEMPLATE_MISSING_PARAMETERS": _Meaning(Fate.NEVER, _T.TEMPLATE_REFUSED),
    "isv.TEMPLATE_PARAMS_ILLEGAL": _Meaning(Fate.NEVER, _T.TEMPLATE_REFUSED),
    "isv.SMS_SIGNATURE_ILLEGAL": _way(_T.SENDER_REFUSED),
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": _Meaning(Fate.NEVER, _T.SENDER_REFUSED),
    "isv.SMS_SIGN_ILLEGAL": _way(_T.SENDER_REFUSED),
    "isv.SIGN_STATE_ILLEGAL": _way(_T.SENDER_REFUSED),
    "isv.SIGN_NAME_ILLEGAL": _way(_T.SENDER_REFUSED),
    "isv.AMOUNT_NOT_ENOUGH": _way(_T.NO_BALANCE),
    "isv.OUT_OF_SERVICE": _way(_T.NO_BALANCE),
    "isv.DAY_LIMIT_CONTROL": _way(_T.NO_BALANCE),
    "isv.MONTH_LIMIT_CONTROL": _way(_T.NO_BALANCE),
    "isv.ACCOUNT_NOT_EXISTS": _way(_T.SIGN_IN_REFUSED),
    "isv.ACCOUNT_ABNORMAL": _way(_T.SIGN_IN_REFUSED),
    "isv.PRODUCT_UN_SUBSCRIPT": _way(_T.MISCONFIGURED),
    "isv.PRODUCT_UNSUBSCRIBE": _way(_T.MISCONFIGURED),
    "isv.DENY_IP_RANGE": _way(_T.MISCONFIGURED),
    "isv.EXTEND_CODE_ERROR": _way(_T.MISCONFIGURED),
    "isv.INVALID_PARAMETERS": _Meaning(Fate.NEVER, _T.TEMPLATE_REFUSED),
    "isp.RAM_PERMISSION_DENY": _way(_T.SIGN_IN_REFUSED),
    "SignatureDoesNotMatch": _way(_T.SIGN_IN_REFUSED),
    "IncompleteSignature": _way(_T.SIGN_IN_REFUSED),
    "InvalidAccessKeyId.": _way(_T.SIGN_IN_REFUSED),
    "InvalidTimeStamp.": _way(_T.MISCONFIGURED),
    "SignatureNonceUsed": _Meaning(Fate.LATER, _T.BUSY),
    "Forbidden.": _way(_T.SIGN_IN_REFUSED),
    "InvalidVersion": _way(_T.MISCONFIGURED),
    "InvalidAction.": _way(_T.MISCONFIGURED),
}
