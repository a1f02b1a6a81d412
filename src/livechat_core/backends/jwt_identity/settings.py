"""The table ``[identity]`` of the settings."""

from collections.abc import Mapping

import attrs

from livechat_core.rules import SECOND

SHARED = ("HS256", "HS384", "HS512")
PUBLIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")


@attrs.frozen(kw_only=True)
class KeySettings:
    """One key by which tokens are checked.

    Args:
        file: Holds the secret (at least as long as the algorithm's digest, readable by nobody
            else), or the public key as PEM; relative to the desk's data folder.
        algorithm: The one algorithm for this key, whatever a token says.
    """

    file: str
    algorithm: str = attrs.field(
        default="HS256", validator=attrs.validators.in_((*SHARED, *PUBLIC))
    )

    @property
    def shared(self) -> bool:
        """Whether host and desk share a secret."""
        return self.algorithm in SHARED


@attrs.frozen(kw_only=True)
class TokenSettings:
    """Which tokens count.

    Args:
        keys: A table `KeySettings` for each key, by id. A token names one in its header (``kid``),
            unless there is only one. While the host changes its key, the old and the new one stand
            here side by side.
        issuer: What ``iss`` must be.
        audience: What ``aud`` must hold; ``{site}`` stands for the id of the site, so that a token
            made for one site is nothing on another.
        leeway: By how many seconds the host's clock may be off.
        max_age: After so many seconds from ``iat`` a token is too old, whatever ``exp`` says.
        header: HTTP header in which a token may come, besides the session's own ``identity``.
    """

    keys: Mapping[str, Mapping[str, str]] = attrs.field(validator=attrs.validators.min_len(1))
    issuer: str = attrs.field(validator=attrs.validators.min_len(1))
    audience: str = "livechat:{site}"
    leeway: float = attrs.field(default=10, validator=attrs.validators.ge(0))
    max_age: float = attrs.field(default=3600, validator=attrs.validators.gt(0))
    header: str = "livechat-identity"

    @property
    def leeway_us(self) -> int:
        """The leeway in microseconds."""
        return round(self.leeway * SECOND)

    @property
    def max_age_us(self) -> int:
        """The greatest age in microseconds."""
        return round(self.max_age * SECOND)
