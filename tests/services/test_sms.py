"""SMS: the signed request by the vendor's own worked example, its answers by a table, and the file for trying."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from conference.notices import aliyun
from conference.notices.aliyun import AliyunCarrier, Credentials
from conference.notices.parcels import Fate, Outcome, Parcel
from conference.notices.sms import FileCarrier
from conference.vocabulary import MessageKind, SendingTrouble

SECRET = "a-secret-that-must-not-leak"


def parcel(**changes: Any) -> Parcel:  # whatever a parcel has
    said = {
        "key": "0" * 32,
        "kind": MessageKind.ONE_TIME_CODE,
        "to": "+8613800000001",
        "language": "zh",
        "subject": "验证码",
        "text": "验证码：123456",
        "values": {"code": "123456", "name": "李 然&=+~*", "link": "https://example.org/p/abc"},
    }
    return Parcel(**(said | changes))


def test_the_signature_is_that_of_the_published_example() -> None:
    """https://help.aliyun.com/document_detail/2593177.html, the example with fixed values."""
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    said = aliyun.authorization(
        Credentials("YourAccessKeyId", "YourAccessKeySecret"), method="POST", query=query, headers=headers
    )
    assert said == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


@dataclass
class Gateway:
    """A local server that answers with what was recorded, and keeps what it was asked."""

    url: str = ""
    status: int = 200
    answer: bytes = b'{"Code":"OK","Message":"OK","BizId":"1"}'
    hang_up: bool = False
    asked: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    said = Gateway()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True, strict_parsing=True))
            said.asked.append((query, {name.lower(): value for name, value in self.headers.items()}))
            if said.hang_up:
                self.connection.close()
                return
            self.send_response(said.status)
            self.send_header("Content-Length", str(len(said.answer)))
            self.end_headers()
            self.wfile.write(said.answer)

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    said.url = f"aliyun+http://KEY:{SECRET}@127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield said
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "sms.json"
    templates = {
        "one_time_code": {"code": "SMS_1", "params": {"code": "{code}"}},
        "one_time_code.en": {"code": "SMS_2", "params": {"code": "{code}"}},
        "confirmed": {"code": "SMS_3", "params": {"name": "{name}", "tail": "{link_tail}"}},
    }
    file.write_text(json.dumps({"sign": "同行会务", "templates": templates}, ensure_ascii=False), "utf-8")
    return file


def carry(carrier: AliyunCarrier | FileCarrier, said: Parcel, *, goes: bool = True) -> tuple[Outcome, int]:
    """What became of it, and how often the last step was announced."""
    steps: list[None] = []

    def last_step() -> bool:
        steps.append(None)
        return goes

    return carrier.carry(said, last_step=last_step), len(steps)


def test_a_message_is_asked_for_by_its_template(gateway: Gateway, words: Path) -> None:
    carrier = AliyunCarrier(gateway.url, words=words)
    assert carry(carrier, parcel()) == (Outcome(Fate.TAKEN), 1)
    assert carry(carrier, parcel(kind=MessageKind.CONFIRMED, to="+85212345678"))[0].fate is Fate.TAKEN
    assert carry(carrier, parcel(language="en"))[0].fate is Fate.TAKEN
    (query, headers), (abroad, _), (english, _) = gateway.asked
    assert query == {
        "PhoneNumbers": "13800000001",
        "SignName": "同行会务",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"code":"123456"}',
        "OutId": "0" * 32,
    }
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SendSms", "2017-05-25")
    signed = {name: headers[name] for name in headers if name == "host" or name.startswith("x-acs-")}
    assert headers["authorization"] == aliyun.authorization(
        Credentials("KEY", SECRET), method="POST", query=query, headers=signed
    )
    assert abroad["PhoneNumbers"] == "85212345678"
    assert json.loads(abroad["TemplateParam"]) == {"name": "李 然&=+~*", "tail": "abc"}
    assert english["TemplateCode"] == "SMS_2"


MINUTE, HOUR, DAY, HALF = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(minutes=30)
T = SendingTrouble
# What the service has answered, as its documentation has it: status, code, message → what it means to us.
RECORDED = [
    (200, "isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", Fate.LATER, T.BUSY, MINUTE, False),
    (200, "isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5", Fate.LATER, T.BUSY, HOUR, False),
    (200, "isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:10", Fate.LATER, T.TOO_OFTEN, DAY, False),
    (200, "isv.BUSINESS_LIMIT_CONTROL", "触发业务流控", Fate.LATER, T.BUSY, HOUR, False),
    (200, "isv.MOBILE_NUMBER_ILLEGAL", "13800000001invalid mobile number", Fate.NEVER, T.ADDRESS_REFUSED, None, False),
    (200, "isv.AMOUNT_NOT_ENOUGH", "账户余额不足", Fate.LATER, T.NO_BALANCE, HALF, True),
    (200, "isv.OUT_OF_SERVICE", "业务停机", Fate.LATER, T.NO_BALANCE, HALF, True),
    (200, "isv.SMS_TEMPLATE_ILLEGAL", "模版不合法(不存在或被拉黑)", Fate.NEVER, T.TEMPLATE_REFUSED, None, False),
    (200, "isv.TEMPLATE_MISSING_PARAMETERS", "模板缺少变量", Fate.NEVER, T.TEMPLATE_REFUSED, None, False),
    (200, "isv.SMS_SIGNATURE_ILLEGAL", "签名不合法(不存在或被拉黑)", Fate.LATER, T.SENDER_REFUSED, HALF, True),
    (200, "isv.BLACK_KEY_CONTROL_LIMIT", "黑名单管控", Fate.NEVER, T.CONTENT_REFUSED, None, False),
    (200, "isv.PARAM_LENGTH_LIMIT", "参数超过长度限制", Fate.NEVER, T.CONTENT_REFUSED, None, False),
    (200, "isp.RAM_PERMISSION_DENY", "RAM权限不足", Fate.LATER, T.SIGN_IN_REFUSED, HALF, True),
    (200, "isp.SYSTEM_ERROR", "系统错误", Fate.LATER, T.BUSY, None, False),
    (400, "SignatureDoesNotMatch", "Specified signature is not matched", Fate.LATER, T.SIGN_IN_REFUSED, HALF, True),
    (
        404,
        "InvalidAccessKeyId.NotFound",
        "Specified access key is not found.",
        Fate.LATER,
        T.SIGN_IN_REFUSED,
        HALF,
        True,
    ),
    (400, "InvalidTimeStamp.Expired", "Specified time stamp is expired.", Fate.LATER, T.MISCONFIGURED, HALF, True),
    (400, "SignatureNonceUsed", "Specified signature nonce was used already.", Fate.LATER, T.BUSY, None, False),
    (400, "Throttling.User", "Request was denied due to user flow control.", Fate.LATER, T.BUSY, MINUTE, False),
    (503, "ServiceUnavailable", "The request has failed due to a temporary failure.", Fate.LATER, T.BUSY, None, False),
    (200, "isv.SOMETHING_NEW", "未知", Fate.NEVER, T.NOT_UNDERSTOOD, None, False),
]


@pytest.mark.parametrize(("status", "code", "message", "fate", "trouble", "pause", "stops"), RECORDED)
def test_what_an_answer_means(
    gateway: Gateway, words: Path, status: int, code: str, message: str, fate: Fate, trouble: SendingTrouble,
    pause: timedelta | None, stops: bool,
) -> None:  # fmt: skip
    gateway.status = status
    gateway.answer = json.dumps({"Code": code, "Message": message, "RequestId": "1"}).encode()
    outcome, steps = carry(AliyunCarrier(gateway.url, words=words), parcel())
    assert (outcome.fate, outcome.trouble, outcome.pause, outcome.stops, steps) == (fate, trouble, pause, stops, 1)
    assert outcome.detail == f"{code}: {message}"
    assert SECRET not in repr(outcome)


@pytest.mark.parametrize(
    "broken",
    [
        lambda gateway: setattr(gateway, "hang_up", True),
        lambda gateway: setattr(gateway, "answer", b"<html>502 Bad Gateway</html>"),
        lambda gateway: setattr(gateway, "answer", b"[]"),
        lambda gateway: setattr(gateway, "answer", b"{}"),
        lambda gateway: setattr(gateway, "answer", b"\xff\xfe"),
    ],
)
def test_no_answer_leaves_it_in_doubt(gateway: Gateway, words: Path, broken: Callable[[Gateway], None]) -> None:
    broken(gateway)
    outcome, steps = carry(AliyunCarrier(gateway.url, words=words), parcel())
    assert (outcome.fate, outcome.trouble, steps) == (Fate.UNKNOWN, SendingTrouble.NO_ANSWER, 1)


def test_a_gateway_that_is_away_was_asked_nothing(words: Path) -> None:
    carrier = AliyunCarrier(f"aliyun+http://KEY:{SECRET}@127.0.0.1:1", words=words)
    outcome, steps = carry(carrier, parcel())
    assert (outcome.fate, outcome.trouble, outcome.stops, steps) == (Fate.LATER, T.UNREACHABLE, True, 0)
    assert SECRET not in repr(outcome)
    assert carrier.was_taken("0" * 32, "+8613800000001", day="20260702") is None


def test_what_another_worker_has_in_hand_is_not_sent(gateway: Gateway, words: Path) -> None:
    assert carry(AliyunCarrier(gateway.url, words=words), parcel(), goes=False) == (Outcome(Fate.LEFT), 1)
    assert gateway.asked == []


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"sign": "x"}', '{"templates": {"one_time_code": {}}}'])
def test_a_wrong_file_of_templates_stops_the_way_and_no_message(
    gateway: Gateway, words: Path, text: str | None
) -> None:
    if text is None:
        words.unlink()
    else:
        words.write_text(text)
    outcome, steps = carry(AliyunCarrier(gateway.url, words=words), parcel())
    assert (outcome.fate, outcome.trouble, outcome.stops, steps) == (Fate.LATER, T.MISCONFIGURED, True, 0)
    assert gateway.asked == []


def test_a_kind_without_a_template_is_left_to_people(gateway: Gateway, words: Path) -> None:
    outcome, steps = carry(AliyunCarrier(gateway.url, words=words), parcel(kind=MessageKind.NOTICE))
    assert (outcome.fate, outcome.trouble, steps) == (Fate.NEVER, T.NO_TEMPLATE, 0)


def test_the_gateway_is_asked_whether_it_took_a_message(gateway: Gateway, words: Path) -> None:
    carrier = AliyunCarrier(gateway.url, words=words)
    details = [{"OutId": "f" * 32, "SendStatus": 3}, {"OutId": "0" * 32, "SendStatus": 1}]
    gateway.answer = json.dumps(
        {"Code": "OK", "TotalCount": 2, "SmsSendDetailDTOs": {"SmsSendDetailDTO": details}}
    ).encode()
    assert carrier.was_taken("0" * 32, "+8613800000001", day="20260702") is True
    assert carrier.was_taken("1" * 32, "+8613800000001", day="20260702") is False
    query, headers = gateway.asked[0]
    assert query == {"PhoneNumber": "13800000001", "SendDate": "20260702", "PageSize": "50", "CurrentPage": "1"}
    assert headers["x-acs-action"] == "QuerySendDetails"
    gateway.answer = b'{"Code":"isv.QUERY_DATE_ILLEGAL"}'
    assert carrier.was_taken("0" * 32, "+8613800000001", day="20260702") is None


def test_the_file_for_trying_has_a_line_for_each(tmp_path: Path) -> None:
    file = tmp_path / "sms.jsonl"
    carrier = FileCarrier(file)
    assert carry(carrier, parcel(text="一\n二")) == (Outcome(Fate.TAKEN), 1)
    assert carry(carrier, parcel(key="1" * 32), goes=False) == (Outcome(Fate.LEFT), 1)
    [line] = file.read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "key": "0" * 32,
        "kind": "one_time_code",
        "phone": "+8613800000001",
        "text": "一\n二",
    }
    assert (carrier.was_taken("0" * 32, "", day=""), carrier.was_taken("1" * 32, "", day="")) == (True, False)
    assert file.stat().st_mode & 0o777 == 0o600
    outcome, steps = carry(FileCarrier(tmp_path / "no" / "such" / "folder"), parcel())
    assert (outcome.fate, outcome.trouble, steps) == (Fate.LATER, T.UNREACHABLE, 0)
