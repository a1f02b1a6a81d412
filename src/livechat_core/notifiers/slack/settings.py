"""The table ``[slack]`` of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import attrs

from livechat_core.errors import ConfigurationError


def _is_id(_settings: "SlackSettings", field: "attrs.Attribute[str]", value: str) -> None:
    """Refuse names: Slack takes a channel's name for posting, but for nothing else."""
    if not (value.isascii() and value.isalnum()):
        raise ValueError(f"`{field.name}` must be an id such as C0123ABCD, not a name")


def _is_address(_settings: "SlackSettings", field: "attrs.Attribute[str]", value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or not value.endswith("/"):
        raise ValueError(f"`{field.name}` must be a web address that ends with a slash")


@attrs.frozen(kw_only=True)
class SlackSettings:
    """What the Slack notifier is started with.

    Args:
        token: Bot token with the scopes ``chat:write`` and ``channels:history`` (for a private
            channel ``groups:history``): history is read when the outcome of a call is unknown.
        channel: Id of the staff channel; the bot must be its member.
        signing_secret: Proves that a button press comes from Slack.
        base_url: Address of the Web API.
        team: Id of the one workspace whose presses count; empty if the signature is enough.
    """

    token: str = attrs.field(repr=False, validator=attrs.validators.min_len(1))
    channel: str = attrs.field(validator=_is_id)
    signing_secret: str = attrs.field(repr=False, validator=attrs.validators.min_len(1))
    base_url: str = attrs.field(default="https://slack.com/api/", validator=_is_address)
    team: str = attrs.field(default="", validator=attrs.validators.max_len(64))


@contextmanager
def needs_sdk() -> Iterator[None]:
    """Turn a failing import of slack-sdk into the one error that says how to mend it."""
    try:
        yield
    except ImportError as error:
        raise ConfigurationError(
            "missing_extra", extra="slack", install='pip install "livechat-core[slack]"'
        ) from error
