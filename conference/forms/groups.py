"""Who of a unit was ticked at the door."""

from __future__ import annotations

import re
import secrets

from flask import request
from flask_wtf import FlaskForm

from conference.forms.fields import fresh_nonce

_NONCE = re.compile(r"[0-9a-f]{32}")
MOST_TICKED = 1_000


def nonce_of(text: str) -> str:
    """The nonce of one of our forms; "" for anything else."""
    return text if _NONCE.fullmatch(text) else ""


class GroupForm(FlaskForm):
    """`ids` are those who were ticked; what is no id of ours is passed over."""

    nonce = fresh_nonce()

    @property
    def ids(self) -> list[int]:
        texts = request.form.getlist("person")[:MOST_TICKED]
        return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18]

    @property
    def told(self) -> str:
        """The nonce as it came, or a fresh one for a form made by hand."""
        if not hasattr(self, "_told"):
            self._told = nonce_of(self.nonce.data or "") or secrets.token_hex(16)
        return self._told
