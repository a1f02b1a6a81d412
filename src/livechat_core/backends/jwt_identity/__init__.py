"""Visitors known by a token that the host signs: JSON Web Tokens (RFC 7519, extra ``jwt``; F57).

`settings` says which tokens count, `tokens` checks one. PyJWT is imported only when the table
``[identity]`` is there.
"""

from collections.abc import Mapping

from livechat_core.errors import ConfigurationError
from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Clock, Identity
from livechat_core.settings import Settings

from .settings import KeySettings, TokenSettings


@hookimpl
def livechat_identity(settings: Settings, clock: Clock) -> Identity | None:
    """Return who knows visitors by a signed token, if there is a table ``[identity]``.

    Raises:
        ConfigurationError: A key is wrong or missing, or PyJWT is not installed.
    """
    if not settings.section("identity"):
        return None
    chosen = settings.read("identity", TokenSettings)
    keys = {name: _key(name, table) for name, table in chosen.keys.items()}
    try:
        from .tokens import TokenIdentity
    except ImportError as error:
        raise ConfigurationError(
            "missing_extra", extra="jwt", install='pip install "livechat-core[jwt]"'
        ) from error
    return TokenIdentity(chosen, keys, settings.data, clock)


def _key(name: str, table: Mapping[str, str]) -> KeySettings:
    place = f"identity.keys.{name}"
    return Settings(sections={place: table}).read(place, KeySettings)
