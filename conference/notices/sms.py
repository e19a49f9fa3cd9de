"""Sending an SMS: the way that `SMS_URL` names, and a file that plays one for trying."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conference.notices.aliyun import AliyunCarrier
from conference.notices.parcels import Carrier, Fate, LastStep, Outcome, Parcel
from conference.vocabulary import SendingTrouble


def carrier(sms_url: str, *, instance: Path) -> Carrier:
    """The carrier of an `SMS_URL` that `settings` let pass."""
    if sms_url.startswith("file:"):
        return FileCarrier(Path(unquote(urlsplit(sms_url).path)))
    return AliyunCarrier(sms_url, words=instance / "sms.json")


class FileCarrier:
    """Appends a JSON line for each message to a file, on the disk before the next is begun."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def carry(self, parcel: Parcel, *, last_step: LastStep) -> Outcome:
        line = {"key": parcel.key, "kind": parcel.kind.value, "phone": parcel.to, "text": parcel.text}
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            return Outcome(Fate.LATER, SendingTrouble.UNREACHABLE, type(error).__name__, stops=True)
        try:
            if not last_step():
                return Outcome(Fate.LEFT)
            os.write(handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(handle)
        except OSError as error:
            return Outcome(Fate.UNKNOWN, SendingTrouble.NO_ANSWER, type(error).__name__)
        finally:
            os.close(handle)
        return Outcome(Fate.TAKEN)

    def was_taken(self, key: str, to: str, *, day: str) -> bool | None:
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except OSError:
            return None
        return any(json.loads(line)["key"] == key for line in lines if line.endswith("}"))

    def close(self) -> None:
        return None
