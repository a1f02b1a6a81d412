"""Finding plugins: the built-in ones, installed ones by entry point, and objects passed in code.

`Plugins` is an object, never a module global. Plugins are loaded one by one: one whose extra is
missing is reported by `Plugins.failures` and never stops the rest.
"""

from collections.abc import Iterable
from importlib import import_module, metadata
from typing import Any

import attrs
import pluggy

from . import hookspecs
from .errors import ConfigurationError, PluginError
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
    Person,
    Request,
    Store,
)
from .routing import ORDERS, Order
from .rules import Rules
from .settings import Settings
from .streams import Decider

BUILT_IN = (
    "livechat_core.backends.memory",
    "livechat_core.backends.sqlite",
    "livechat_core.backends.postgres",
    "livechat_core.backends.erm_sqlite",
    "livechat_core.backends.flow_bot",
    "livechat_core.backends.ephemeral_memory",
    "livechat_core.backends.files_folder",
    "livechat_core.backends.jwt_identity",
    "livechat_core.notifiers.team",
    "livechat_core.notifiers.log",
    "livechat_core.notifiers.email",
    "livechat_core.notifiers.slack",
)


@attrs.frozen(kw_only=True)
class Failure:
    """A plugin that could not be loaded, and why."""

    name: str
    error: PluginError


class InTurn:
    """Several ways to know a caller, asked one after the other (`Identity`)."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._identities = tuple(identities)

    async def agent(self, request: Request) -> str | None:
        """Return the staff id that the first one knows."""
        for identity in self._identities:
            found = await identity.agent(request)
            if found is not None:
                return found
        return None

    async def visitor(self, request: Request) -> Person | None:
        """Return the visitor whom the first one knows."""
        for identity in self._identities:
            found = await identity.visitor(request)
            if found is not None:
                return found
        return None


class Plugins:
    """The plugins of one desk.

    Args:
        extra: Modules or objects with hook implementations, asked before all others.
        entry_points: Whether to look for installed plugins (group ``livechat_core``).
        disabled: Names of plugins to leave out.
    """

    def __init__(
        self,
        extra: Iterable[object] = (),
        *,
        entry_points: bool = True,
        disabled: frozenset[str] = frozenset(),
    ) -> None:
        self.failures: list[Failure] = []
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        # pluggy asks the plugin registered last first, so what is nearest to the host comes last.
        for name in BUILT_IN:
            if name not in disabled:
                self._import(name)
        for point in metadata.entry_points(group=hookspecs.PROJECT) if entry_points else ():
            if point.name not in disabled:
                self._load(point)
        for plugin in extra:
            self._register(plugin, getattr(plugin, "__name__", type(plugin).__name__))

    @property
    def names(self) -> list[str]:
        """Names of the plugins that are registered, in the order of registration."""
        return [name for name, plugin in self._manager.list_name_plugin() if plugin is not None]

    def store(self, settings: Settings, clock: Clock) -> Store:
        """Return the store for the settings' address.

        Raises:
            ConfigurationError: No plugin knows such an address.
        """
        url = settings.store
        found = self._first("livechat_store", url=url, settings=settings, clock=clock)
        if found is None:
            raise ConfigurationError("unknown_store", scheme=url.partition(":")[0])
        store: Store = found
        return store

    def erm(self, settings: Settings, clock: Clock) -> Erm | None:
        """Return the ERM adapter, if one is configured."""
        found: Erm | None = self._first("livechat_erm", settings=settings, clock=clock)
        return found

    def records(self, settings: Settings, clock: Clock) -> CustomerRecords | None:
        """Return the adapter to the records of customers, if one is configured."""
        found: CustomerRecords | None
        found = self._first("livechat_records", settings=settings, clock=clock)
        return found

    def mailer(self, settings: Settings, clock: Clock) -> Mailer | None:
        """Return the mailer, if one is configured."""
        found: Mailer | None = self._first("livechat_mailer", settings=settings, clock=clock)
        return found

    def ephemeral(self, settings: Settings, clock: Clock) -> Ephemeral:
        """Return what carries typing marks between processes, for the settings' address.

        Raises:
            ConfigurationError: No plugin knows such an address.
        """
        url = settings.ephemeral
        found = self._first("livechat_ephemeral", url=url, settings=settings, clock=clock)
        if found is None:
            raise ConfigurationError("unknown_ephemeral", scheme=url.partition(":")[0])
        carrier: Ephemeral = found
        return carrier

    def files(self, settings: Settings, clock: Clock) -> Files | None:
        """Return where attachments are kept, if they are."""
        found: Files | None = self._first("livechat_files", settings=settings, clock=clock)
        return found

    def identity(self, settings: Settings, clock: Clock) -> Identity | None:
        """Return how callers are known, if the host said so."""
        found = self._manager.hook.livechat_identity(settings=settings, clock=clock)
        return InTurn(found) if found else None

    def geo(self, settings: Settings) -> Geo | None:
        """Return how visitors are located, if the host said so."""
        found: Geo | None = self._first("livechat_geo", settings=settings)
        return found

    def notifiers(self, settings: Settings, clock: Clock) -> dict[str, Notifier]:
        """Return all notifiers by name.

        Raises:
            ConfigurationError: A queue mails its team, and there is no e-mail notifier.
        """
        lists = self._manager.hook.livechat_notifiers(settings=settings, clock=clock)
        known = {notifier.name: notifier for found in reversed(lists) for notifier in found}
        for name, queue in settings.rules.queues.items():
            if queue.mail_team and "email" not in known:
                key = f"queues.{name}.mail_team"
                raise ConfigurationError("missing_setting", key="email_notifier", needed_by=key)
        return known

    def bots(self, settings: Settings, clock: Clock) -> dict[str, Bot]:
        """Return all bots by name.

        Raises:
            ConfigurationError: A queue names another one.
        """
        lists = self._manager.hook.livechat_bots(settings=settings, clock=clock)
        known: dict[str, Bot] = {bot.name: bot for found in reversed(lists) for bot in found}
        for name, queue in settings.rules.queues.items():
            if queue.bot and queue.bot not in known:
                key = f"queues.{name}.bot"
                raise ConfigurationError("unknown_bot", key=key, value=queue.bot)
        return known

    def orders(self, rules: Rules) -> dict[str, Order]:
        """Return the rules of who is asked first, by name: the built-in ones and the plugins'.

        Raises:
            ConfigurationError: A queue names another one.
        """
        lists = self._manager.hook.livechat_orders()
        known = {**ORDERS, **{order.name: order for found in reversed(lists) for order in found}}
        for name, queue in rules.queues.items():
            if queue.order not in known:
                key = f"queues.{name}.order"
                raise ConfigurationError("unknown_order", key=key, value=queue.order)
        return known

    def deciders(self) -> list[Decider[Any, Any, Any]]:
        """Return the deciders that plugins bring."""
        return [decider for found in self._manager.hook.livechat_deciders() for decider in found]

    def _first(self, hook: str, **arguments: object) -> Any:  # noqa: ANN401 - typed by each caller
        return getattr(self._manager.hook, hook)(**arguments)

    def _import(self, name: str) -> None:
        try:
            self._register(import_module(name), name)
        except ImportError as error:
            self._fail(name, "import", error)

    def _load(self, point: metadata.EntryPoint) -> None:
        try:
            self._register(point.load(), point.name)
        except Exception as error:  # noqa: BLE001 - a plugin may fail in any way; the desk goes on
            self._fail(point.name, "load", error)

    def _register(self, plugin: object, name: str) -> None:
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except (ValueError, pluggy.PluginValidationError) as error:
            if self._manager.is_registered(plugin):
                self._manager.unregister(plugin)
            self._fail(name, "hooks", error)

    def _fail(self, name: str, step: str, error: Exception) -> None:
        failure = PluginError("plugin_failed", plugin=name, step=step, why=str(error))
        failure.__cause__ = error
        self.failures.append(Failure(name=name, error=failure))
