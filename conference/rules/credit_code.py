"""The unified social credit code (统一社会信用代码)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def valid(code: str) -> bool:
    """Whether the 18 characters carry their check character.

    Source: GB 32100-2015: weights 3^(i-1) mod 31, the check character is 31 minus the weighted sum mod 31.
    """
    if len(code) != 18 or any(character not in ALPHABET for character in code):
        return False
    total = sum(ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(code[:17]))
    return ALPHABET[(31 - total % 31) % 31] == code[17]
