"""Checking a token: signature, audience, issuer, times; and what it says about the visitor.

A token that is wrong in any way makes a guest: a page never fails for it (A19). The log has the
reason and nothing of the token. The key decides the algorithm, never the token, so a public key
cannot pass for a secret and "none" is no algorithm (RFC 8725, 3.1). Times are held against the
desk's own clock.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import jwt

from livechat_core.errors import ConfigurationError, LivechatError
from livechat_core.ports import Clock, Person, Request
from livechat_core.rules import SECOND
from livechat_core.text import clean_email, clean_line, clean_phone

from .settings import KeySettings, TokenSettings

logger = logging.getLogger("livechat_core")

LONGEST = 4096
LONGEST_ID = 200
MOST_ROLES = 50
MOST_FIELDS = 20


class Untrusted(Exception):
    """A token that proves nothing; says why, in a word."""


@attrs.frozen
class Key:
    """A key and the one algorithm for which it counts."""

    material: Any
    algorithm: str


class TokenIdentity:
    """Knows visitors by signed tokens; of staff it knows nobody.

    Args:
        settings: Which tokens count.
        keys: By id.
        folder: Where the keys' files lie.
        clock: Tells whether a token is over.

    Raises:
        ConfigurationError: A key cannot be read, or is too weak.
    """

    def __init__(
        self,
        settings: TokenSettings,
        keys: Mapping[str, KeySettings],
        folder: Path,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._keys = {name: _key(name, key, folder) for name, key in keys.items()}

    async def agent(self, request: Request) -> str | None:
        """Return none: staff sign in to the host."""
        return None

    async def visitor(self, request: Request) -> Person | None:
        """Return whom the request's token speaks of, none without a token that counts."""
        token = request.identity or request.headers.get(self._settings.header.lower(), "")
        if not token:
            return None
        try:
            return self._person(token, request.site)
        except Untrusted as error:
            logger.warning("identity token on site %r is not trusted: %s", request.site, error)
            return None

    def _person(self, token: str, site: str) -> Person:
        claims = self._claims(token, site)
        until = self._until(claims)
        host_id = claims.get("sub")
        if not isinstance(host_id, str) or not 0 < len(host_id) <= LONGEST_ID:
            raise Untrusted("sub")
        unsure = claims.get("email_verified") is False
        return Person(
            id=host_id,
            name=_cleaned(claims, "name", clean_line),
            email="" if unsure else _cleaned(claims, "email", clean_email),
            phone=_cleaned(claims, "phone_number", clean_phone),
            roles=frozenset(_words(claims.get("roles"))),
            registered=claims.get("registered", True) is True,
            owner=_cleaned(claims, "owner", clean_line),
            fields=_fields(claims.get("fields")),
            valid_until=until,
        )

    def _claims(self, token: str, site: str) -> Mapping[str, Any]:
        if len(token) > LONGEST:
            raise Untrusted("too long")
        try:
            header = jwt.get_unverified_header(token)
            key = self._chosen(header)
            claims: dict[str, Any] = jwt.decode(
                token,
                key.material,
                algorithms=[key.algorithm],
                audience=self._settings.audience.replace("{site}", site),
                issuer=self._settings.issuer,
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Untrusted(type(error).__name__) from error
        return claims

    def _chosen(self, header: Mapping[str, Any]) -> Key:
        if "crit" in header:  # it asks for what is not known here (RFC 7515, 4.1.11)
            raise Untrusted("crit")
        name = header.get("kid")
        if name is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        if not isinstance(name, str) or name not in self._keys:
            raise Untrusted("unknown key")
        return self._keys[name]

    def _until(self, claims: Mapping[str, Any]) -> int:
        """Return when the token's word ends.

        Raises:
            Untrusted: It has ended, or has not begun.
        """
        now, leeway = self._clock.now(), self._settings.leeway_us
        begun, made, over = (_moment(claims, name) for name in ("nbf", "iat", "exp"))
        until = min(over, made + self._settings.max_age_us) + leeway
        if max(begun, made) > now + leeway:
            raise Untrusted("not yet valid")
        if until <= now:
            raise Untrusted("expired")
        return until


def _key(name: str, key: KeySettings, folder: Path) -> Key:
    path = folder / key.file
    try:
        material = path.read_bytes().strip()
        if key.shared and path.stat().st_mode & 0o077:
            raise ConfigurationError("secret_readable_by_others", path=str(path))
    except OSError as error:
        raise ConfigurationError("secret_unreadable", path=str(path)) from error
    try:
        algorithm = jwt.get_algorithm_by_name(key.algorithm)
        prepared = algorithm.prepare_key(material)
    except (NotImplementedError, jwt.PyJWTError, ValueError, TypeError) as error:
        why = str(error) or type(error).__name__
        raise ConfigurationError("bad_key", key=f"identity.keys.{name}", why=why) from error
    if key.shared and len(material) * 8 < int(key.algorithm[2:]):
        raise ConfigurationError("bad_key", key=f"identity.keys.{name}", why="too short")
    return Key(prepared, key.algorithm)


def _moment(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise Untrusted(name)
    return int(value * SECOND)


def _cleaned(claims: Mapping[str, Any], name: str, clean: Any) -> str:  # noqa: ANN401 - a cleaner of text.py
    """Return a claim as text of its kind; what is not of that kind is left out."""
    value = claims.get(name)
    try:
        return str(clean(value)) if isinstance(value, str) and value else ""
    except LivechatError:
        return ""


def _words(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [word for word in value[:MOST_ROLES] if isinstance(word, str) and len(word) <= 100]


def _fields(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    found = {str(name): _cleaned(value, name, clean_line) for name in list(value)[:MOST_FIELDS]}
    return {name: text for name, text in found.items() if text and len(name) <= 100}
