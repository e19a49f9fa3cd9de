"""What may be done with a message, by how far it has come."""

from __future__ import annotations

from conference.vocabulary import MessageState, Refusal

_OPEN = {MessageState.WAITING, MessageState.IN_DOUBT, MessageState.FAILED, MessageState.BY_HAND}


def refusal_to_try_again(state: MessageState) -> Refusal | None:
    """What was sent, forwarded or withdrawn is not sent again; what a worker has in hand is left to it."""
    return None if state in _OPEN else Refusal.MESSAGE_SETTLED


def refusal_to_settle(state: MessageState) -> Refusal | None:
    """Only what is not done yet can be marked as forwarded, or withdrawn."""
    return None if state in _OPEN else Refusal.MESSAGE_SETTLED
