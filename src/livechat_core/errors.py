"""The errors a user of the library can meet: one base, few children, facts instead of sentences."""

from typing import ClassVar


class LivechatError(Exception):
    """Base of every error the library raises on purpose.

    Args:
        code: Stable word for programs, such as ``taken``; the class has a default.
        facts: What is known about the case. Shown to staff and logs, so never message text.
    """

    default_code: ClassVar[str] = "error"
    http_hint: ClassVar[int] = 500

    def __init__(self, code: str = "", **facts: object) -> None:
        self.code = code or self.default_code
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code


class Rejected(LivechatError):
    """The rules say no; nothing was changed."""

    default_code = "rejected"
    http_hint = 409


class Invalid(LivechatError):
    """The input is not of the required form (security.md section 11); nothing was looked up."""

    default_code = "invalid_type"
    http_hint = 400


class Denied(LivechatError):
    """The caller is unknown (``unauthenticated``) or may not do this (``forbidden``)."""

    default_code = "forbidden"
    http_hint = 403


class NotFound(LivechatError):
    """No such object for this caller; foreign and unknown objects are answered alike (A2)."""

    default_code = "not_found"
    http_hint = 404


class Conflict(LivechatError):
    """Somebody else wrote first, or a client id came again with other content (G3)."""

    default_code = "conflict"
    http_hint = 409


class Full(LivechatError):
    """A guard would be broken by this commit.

    Args:
        guard: Name of the guard.
        holders: Streams that already fill it.
    """

    default_code = "full"
    http_hint = 409

    def __init__(self, guard: str, holders: tuple[str, ...] = ()) -> None:
        super().__init__("full", guard=guard, holders=holders)
        self.guard = guard
        self.holders = holders


class LimitExceeded(LivechatError):
    """Too much or too fast.

    Args:
        code: Which limit, for example ``rate_limited`` or ``too_long``.
        retry_after: Microseconds to wait, if waiting helps.
    """

    default_code = "rate_limited"
    http_hint = 429

    def __init__(self, code: str = "", *, retry_after: int | None = None, **facts: object) -> None:
        super().__init__(code, **facts)
        self.retry_after = retry_after


class StoreError(LivechatError):
    """The store could not do it: busy, full, broken or closed; nothing was acknowledged (G22)."""

    default_code = "store_failed"
    http_hint = 503


class ConfigurationError(LivechatError):
    """The settings or the surroundings are wrong; raised at start, never while serving."""

    default_code = "configuration"


class PluginError(LivechatError):
    """A plugin could not be loaded, or broke its contract."""

    default_code = "plugin"


class DeliveryError(LivechatError):
    """An adapter could not do its call; tells the job what is known about the outcome (G13).

    Args:
        code: What went wrong, for example ``smtp_451`` or ``timeout``.
        unknown: The outside system may have done the work (answer lost).
        permanent: Repeating cannot help (archived channel, refused address).
        retry_after: Microseconds the outside system asked us to wait.
    """

    default_code = "delivery"
    http_hint = 502

    def __init__(
        self,
        code: str = "",
        *,
        unknown: bool = False,
        permanent: bool = False,
        retry_after: int | None = None,
        **facts: object,
    ) -> None:
        super().__init__(code, **facts)
        self.unknown = unknown
        self.permanent = permanent
        self.retry_after = retry_after
