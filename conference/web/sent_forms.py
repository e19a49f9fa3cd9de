"""What stands for a form as it was sent, so that sent again it is the same one (see `submissions`)."""

from __future__ import annotations

from flask import request

from conference.services import submissions

FIELD = "nonce"
_NOT_SAID = {"csrf_token", FIELD}


def key() -> str | None:
    """Of the form that is being answered; None where it carries no nonce."""
    said = [(name, value) for name in request.form for value in request.form.getlist(name) if name not in _NOT_SAID]
    said += [(name, file.filename or "") for name in request.files for file in request.files.getlist(name)]
    return submissions.key(request.path, request.form.get(FIELD, ""), said)
