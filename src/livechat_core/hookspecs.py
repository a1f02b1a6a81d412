"""The hooks a plugin may implement. A hook hands something over, a port does the work.

Hooks are synchronous and called once, when a desk is built; what they return is awaited later. A
hook that chooses (by address or by settings) answers none when it is not meant; the first answer
counts. A hook that collects returns a list; all lists are joined. A plugin may accept fewer
arguments than a hook offers.
"""

from typing import Any

import pluggy

from .ports import (
    Bot,
    Clock,
    CustomerRecords,
    Ephemeral,
    Erm,
    Files,
    Geo,
    Identity,
    Mailer,
    Notifier,
    Store,
)
from .routing import Order
from .settings import Settings
from .streams import Decider

PROJECT = "livechat_core"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec(firstresult=True)
def livechat_store(url: str, settings: Settings, clock: Clock) -> Store | None:
    """Return the store for an address such as ``sqlite:///chat.db``."""


@hookspec(firstresult=True)
def livechat_erm(settings: Settings, clock: Clock) -> Erm | None:
    """Return the adapter to the company's customer system."""


@hookspec(firstresult=True)
def livechat_records(settings: Settings, clock: Clock) -> CustomerRecords | None:
    """Return the adapter to the records that agents see beside a chat."""


@hookspec(firstresult=True)
def livechat_mailer(settings: Settings, clock: Clock) -> Mailer | None:
    """Return what hands mail over to a mail host."""


@hookspec(firstresult=True)
def livechat_ephemeral(url: str, settings: Settings, clock: Clock) -> Ephemeral | None:
    """Return what carries typing marks between the processes, for an address like ``memory:``."""


@hookspec(firstresult=True)
def livechat_files(settings: Settings, clock: Clock) -> Files | None:
    """Return where attachments are kept."""


@hookspec
def livechat_notifiers(settings: Settings, clock: Clock) -> list[Notifier]:  # type: ignore[empty-body]
    """Return channels in which staff see notices."""


@hookspec
def livechat_bots(settings: Settings, clock: Clock) -> list[Bot]:  # type: ignore[empty-body]
    """Return bots that may serve chats first; a queue names one as its ``bot``."""


@hookspec
def livechat_identity(settings: Settings, clock: Clock) -> Identity | None:
    """Return how the host application says who is calling.

    Several may be there, for example one that knows staff by a cookie and one that knows visitors
    by a signed token: they are asked one after the other until one knows the caller.
    """


@hookspec(firstresult=True)
def livechat_geo(settings: Settings) -> Geo | None:
    """Return how to tell where a visitor is."""


@hookspec
def livechat_orders() -> list[Order]:  # type: ignore[empty-body]
    """Return further rules of who is asked first; a queue names one as its ``order``."""


@hookspec
def livechat_deciders() -> list[Decider[Any, Any, Any]]:  # type: ignore[empty-body]
    """Return further kinds of streams with their rules."""
