"""Settings are read once, and one that cannot be understood is said by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from conference import settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://a/b"),
        ("CONFERENCE_PUBLIC_URL", "javascript:alert(1)"),
        ("CONFERENCE_PUBLIC_URL", "nonsense"),
        ("SMTP_URL", "junk"),
        ("SMS_URL", "junk"),
        ("SMS_URL", "file://"),
        ("SMS_URL", "file://host/path"),
        ("SMS_URL", "aliyun://dysmsapi.aliyuncs.com"),
        ("SMS_URL", "http://KEY:SECRET@dysmsapi.aliyuncs.com"),
        ("SMS_URL", "aliyun+http://KEY:SECRET@dysmsapi.aliyuncs.com"),  # a secret goes over TLS, or to this machine
        ("SECRET_KEY", "x"),
        ("CONFERENCE_DATA_KEY", "zz"),
        ("CONFERENCE_DATA_KEY", "00"),
        ("CONFERENCE_PROXIES", "many"),
        ("CONFERENCE_DEMO", "perhaps"),
        ("PORT", "-1"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        settings.read({"CONFERENCE_INSTANCE": str(tmp_path), name: value})


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    first = settings.read({"CONFERENCE_INSTANCE": str(folder)})
    again = settings.read({"CONFERENCE_INSTANCE": str(folder)})
    assert (first.secret_key, first.data_key) == (again.secret_key, again.data_key)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*key*")} == {0o600}
    assert first.database_url == f"sqlite:///{folder / 'conference.sqlite'}"
    assert first.public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "url",
    ["file:///var/tmp/sms.jsonl", "aliyun://KEY:SE%2FCRET@dysmsapi.aliyuncs.com", "aliyun+http://KEY:S@127.0.0.1:9000"],
)
def test_where_an_sms_goes(tmp_path: Path, url: str) -> None:
    assert settings.read({"CONFERENCE_INSTANCE": str(tmp_path), "SMS_URL": url}).sms_url == url
    assert settings.read({"CONFERENCE_INSTANCE": str(tmp_path)}).sms_url is None
