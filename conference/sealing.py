"""Keeping what is confidential: sealed values, blind indexes, digests of secrets that we hand out.

Sealed values are AES-256-GCM (NIST SP 800-38D) under a key derived from the instance's `data_key` by HKDF
(RFC 5869); a blind index is HMAC-SHA-256 under another derived key, so that a phone number can be looked up
without being readable.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from conference.vocabulary import CODE_ALPHABET, CODE_LENGTH

_NONCE_BYTES, _TAG_BYTES = 12, 16
_PIECE = 1 << 18


@dataclass(frozen=True)
class _Keys:
    cipher: AESGCM
    index: bytes


_KEYS: dict[str, _Keys] = {}


def configure(data_key: bytes) -> None:
    """Derive the keys from the instance's `data_key` (32 bytes); called once when the application is made."""
    _KEYS["current"] = _Keys(AESGCM(_derive(data_key, b"sealed values")), _derive(data_key, b"blind index"))


@contextmanager
def under(data_key: bytes) -> Iterator[None]:
    """Seal and unseal with another key for a while: that of a backup which is being brought back."""
    here = dict(_KEYS)
    configure(data_key)
    try:
        yield
    finally:
        _KEYS.clear()
        _KEYS.update(here)


def seal(text: str) -> bytes:
    """`text`, encrypted and authenticated; 28 bytes longer than its UTF-8."""
    return seal_bytes(text.encode())


def unseal(sealed: bytes) -> str:
    """What was sealed. Raises cryptography's InvalidTag when the key is another one or a byte was changed."""
    return unseal_bytes(sealed).decode()


def seal_bytes(data: bytes) -> bytes:
    """The same for what is no text."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _configured().cipher.encrypt(nonce, data, None)


def unseal_bytes(sealed: bytes) -> bytes:
    return _configured().cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)


def new_key() -> str:
    """A key of its own for one file (256 random bits in hexadecimal); who forgets it has forgotten the file."""
    return secrets.token_hex(32)


def seal_file(content: bytes, key: str) -> bytes:
    """`content`, encrypted and authenticated under `key`; 28 bytes longer."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(bytes.fromhex(key)).encrypt(nonce, content, None)


def unseal_file(sealed: bytes, key: str) -> bytes:
    """What was sealed under `key`. Raises cryptography's InvalidTag when that is another one or a byte was changed."""
    return AESGCM(bytes.fromhex(key)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)


def seal_pieces(pieces: Iterable[bytes], key: str) -> Iterator[bytes]:
    """The same as `seal_file` makes, without the whole of it in memory."""
    nonce = os.urandom(_NONCE_BYTES)
    encryptor = Cipher(AES(bytes.fromhex(key)), GCM(nonce)).encryptor()
    yield nonce
    for piece in pieces:
        yield encryptor.update(piece)
    encryptor.finalize()
    yield encryptor.tag


def unseal_pieces(sealed: BinaryIO, key: str) -> Iterator[bytes]:
    """What was sealed under `key`, piece by piece. Nothing is given out before all of it was found whole: the file is
    read twice. Raises InvalidTag as `unseal_file` does, at the first piece that is asked for.
    """
    for _ in _unsealed(sealed, key):
        pass
    yield from _unsealed(sealed, key)


def _unsealed(sealed: BinaryIO, key: str) -> Iterator[bytes]:
    left = sealed.seek(-_TAG_BYTES, os.SEEK_END) - _NONCE_BYTES
    tag = sealed.read(_TAG_BYTES)
    sealed.seek(0)
    decryptor = Cipher(AES(bytes.fromhex(key)), GCM(sealed.read(_NONCE_BYTES), tag)).decryptor()
    while left > 0:
        piece = sealed.read(min(_PIECE, left))
        if not piece:
            break
        left -= len(piece)
        yield decryptor.update(piece)
    decryptor.finalize()


def blind_index(text: str) -> str:
    """A keyed fingerprint (64 hexadecimal digits) by which a sealed value is found again."""
    return hmac.new(_configured().index, text.encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    """A secret for a link or a bearer: 192 random bits in 32 characters that need no escaping in an address."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """How a handed-out secret is kept: SHA-256 in hexadecimal (the secret has too many bits to be guessed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A participation code (参会码): 18 characters of an alphabet without look-alikes, 89 random bits."""
    number = secrets.randbelow(len(CODE_ALPHABET) ** CODE_LENGTH)  # at once: eighteen draws cost as much as an INSERT
    letters = []
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[index])
    return "".join(letters)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"tongxing " + purpose).derive(key)


def _configured() -> _Keys:
    if not _KEYS:
        raise RuntimeError("sealing.configure() was not called")
    return _KEYS["current"]
