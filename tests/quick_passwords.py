"""Passwords are hashed with the least that Argon2 takes, since half of the tests sign in. Loaded as a plugin.

The commands of tests/cli, which are processes of their own, hash as in earnest.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from conference.services import accounts

accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
accounts._NOBODY = accounts._hasher.hash("nobody")
