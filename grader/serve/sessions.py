"""Authenticate learners with a random token in the opened address, then a cookie.

Other users of this machine can read the address with which a browser is started while it starts, so
its token is valid for only one request. The printed token stays valid.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest

from .learners import Learner


class Sessions:
    """The tokens and cookies of a server, each assigned to a learner."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self._printed = secrets.token_urlsafe(32)
        self._once: set[str] = set()
        self._cookie = secrets.token_urlsafe(32)

    def printed_token(self) -> str:
        """Return the token of the address that is shown to the learner."""
        return self._printed

    def token_for_once(self) -> str:
        """Return the token of an address that is opened at once."""
        token = secrets.token_urlsafe(32)
        self._once.add(token)
        return token

    def cookie_for(self, token: str) -> str | None:
        """Return the cookie for a token, None if the token is invalid."""
        if any(_equal(token, once) for once in self._once):
            self._once.discard(token)
            return self._cookie
        return self._cookie if _equal(token, self._printed) else None

    def learner(self, cookie: str) -> Learner | None:
        """Return the learner of a cookie, if it is valid."""
        return self._learner if _equal(cookie, self._cookie) else None


def _equal(given: str, secret: str) -> bool:
    return compare_digest(given.encode(), secret.encode())
