"""Plugins: found, chosen by address, nearest first, and one that is broken stops nobody."""

from importlib import metadata
from types import SimpleNamespace
from typing import Any

import pytest

from livechat_core.backends.memory import MemoryStore
from livechat_core.errors import ConfigurationError
from livechat_core.hookspecs import hookimpl
from livechat_core.plugins import BUILT_IN, Plugins
from livechat_core.ports import Person, Request
from livechat_core.routing import Order
from livechat_core.rules import Queue, Rules
from livechat_core.settings import Settings, from_tables
from livechat_core.testing import FakeClock
from livechat_core.testing.adapters import MemoryErm, MemoryMailer, MemoryNotifier

CLOCK = FakeClock()
NONE = frozenset(BUILT_IN)


class Bell:
    """A plugin that brings everything, and takes fewer arguments than it could."""

    @hookimpl
    def livechat_store(self, url: str) -> Any:
        return "bell store" if url == "bell:" else None

    @hookimpl
    def livechat_erm(self) -> Any:
        return MemoryErm()

    @hookimpl
    def livechat_mailer(self) -> Any:
        return MemoryMailer()

    @hookimpl
    def livechat_notifiers(self) -> Any:
        return [MemoryNotifier("bell")]

    @hookimpl
    def livechat_identity(self) -> Any:
        return Knows(agent="ana")

    @hookimpl
    def livechat_geo(self) -> Any:
        return "geo"

    @hookimpl
    def livechat_deciders(self) -> Any:
        return ["decider"]


class Knows:
    """Knows one member of staff, and one visitor."""

    def __init__(self, agent: str | None = None, visitor: str = "") -> None:
        self._agent = agent
        self._visitor = visitor

    @hookimpl
    def livechat_identity(self) -> Any:
        return self

    async def agent(self, request: Request) -> str | None:
        return self._agent

    async def visitor(self, request: Request) -> Person | None:
        return Person(id=self._visitor) if self._visitor else None


class Typo:
    """A plugin whose hook does not exist."""

    @hookimpl
    def livechat_stroe(self) -> None: ...


def test_what_is_built_in_is_there_and_loads() -> None:
    plugins = Plugins(entry_points=False)

    assert plugins.failures == []
    assert plugins.names == list(BUILT_IN)
    assert isinstance(plugins.store(Settings(), CLOCK), MemoryStore)
    assert {"team", "log"} <= plugins.notifiers(Settings(), CLOCK).keys()
    assert plugins.deciders() == []
    assert (plugins.identity(Settings(), CLOCK), plugins.geo(Settings())) == (None, None)


def test_what_is_passed_in_code_comes_first() -> None:
    plugins = Plugins([Bell()], entry_points=False)

    assert plugins.names[-1] == "Bell"
    assert plugins.store(from_tables({"desk": {"store": "bell:"}}), CLOCK) == "bell store"
    assert isinstance(plugins.store(Settings(), CLOCK), MemoryStore)
    assert isinstance(plugins.erm(Settings(), CLOCK), MemoryErm)
    assert isinstance(plugins.mailer(Settings(), CLOCK), MemoryMailer)
    assert "bell" in plugins.notifiers(Settings(), CLOCK)
    assert plugins.identity(Settings(), CLOCK) is not None
    assert plugins.geo(Settings()) == "geo"
    assert plugins.deciders() == ["decider"]


def test_of_two_notifiers_of_one_name_the_nearest_to_the_host_counts() -> None:
    class Team:
        @hookimpl
        def livechat_notifiers(self) -> Any:
            return [MemoryNotifier("team")]

    found = Plugins([Team()], entry_points=False).notifiers(Settings(), CLOCK)
    assert isinstance(found["team"], MemoryNotifier)


def test_an_address_nobody_knows_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Plugins(entry_points=False).store(from_tables({"desk": {"store": "oracle:x@y"}}), CLOCK)
    assert (caught.value.code, caught.value.facts["scheme"]) == ("unknown_store", "oracle")


def test_what_is_disabled_is_left_out() -> None:
    plugins = Plugins(entry_points=False, disabled=NONE)

    assert plugins.names == []
    assert plugins.notifiers(Settings(), CLOCK) == {}
    assert plugins.erm(Settings(), CLOCK) is None
    assert plugins.mailer(Settings(), CLOCK) is None


def test_a_hook_that_does_not_exist_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """G24: and the others go on."""
    plugins = Plugins([Typo(), Bell()], entry_points=False, disabled=NONE)

    (failure,) = plugins.failures
    assert (failure.name, failure.error.facts["step"]) == ("Typo", "hooks")
    assert "Bell" in plugins.names
    assert "Typo" not in plugins.names
    monkeypatch.setattr("livechat_core.plugins.BUILT_IN", ("livechat_core.backends.nowhere",))
    (failure,) = Plugins(entry_points=False).failures
    assert failure.error.facts["step"] == "import"
    assert isinstance(failure.error.__cause__, ImportError)


def test_entry_points_are_loaded_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("no licence")

    points = [
        SimpleNamespace(name="broken", load=broken),
        SimpleNamespace(name="bell", load=Bell),
        SimpleNamespace(name="unwanted", load=broken),
    ]
    monkeypatch.setattr(metadata, "entry_points", lambda group: points if group else [])
    plugins = Plugins(disabled=frozenset({*BUILT_IN, "unwanted"}))

    (failure,) = plugins.failures
    assert (failure.name, failure.error.facts["step"]) == ("broken", "load")
    assert plugins.names == ["bell"]


def test_the_same_plugin_twice_is_reported() -> None:
    bell = Bell()
    plugins = Plugins([bell, bell], entry_points=False, disabled=NONE)

    assert len(plugins.failures) == 1


def test_a_plugin_brings_a_rule_of_who_is_asked_first() -> None:
    """F12, F14: queues name it; a name nobody knows is a mistake in the settings."""

    class Newest:
        @hookimpl
        def livechat_orders(self) -> list[Order]:
            return [Order("newest", lambda one, _: (-one.idle_since,), lambda one, _: one.name)]

    rules = Rules(queues={"support": Queue(name="Support", order="newest")})
    known = Plugins([Newest()], entry_points=False).orders(rules)
    assert {"newest", "least_busy", "in_order"} <= set(known)

    with pytest.raises(ConfigurationError) as caught:
        Plugins(entry_points=False).orders(rules)
    assert (caught.value.code, caught.value.facts["value"]) == ("unknown_order", "newest")


def test_a_queue_that_mails_its_team_needs_the_means_to_S3_10() -> None:
    tables = {"queues": {"support": {"name": "Support", "mail_team": True}}}

    with pytest.raises(ConfigurationError) as caught:
        Plugins(entry_points=False).notifiers(from_tables(tables), CLOCK)
    assert caught.value.facts == {
        "key": "email_notifier",
        "needed_by": "queues.support.mail_team",
    }


@pytest.mark.anyio
async def test_those_who_know_callers_are_asked_one_after_the_other_F57() -> None:
    """What is passed last is nearest to the host; the first who knows the caller counts."""
    named = (("Staff", {"agent": "ben"}), ("Visitors", {"visitor": "maria"}), ("Nobody", {}))
    extra = [type(name, (Knows,), {})(**told) for name, told in named]
    plugins = Plugins([*extra, Bell()], entry_points=False)
    identity = plugins.identity(Settings(), CLOCK)
    assert identity is not None

    assert await identity.agent(Request()) == "ana"
    visitor = await identity.visitor(Request())
    assert visitor is not None
    assert visitor.id == "maria"
    nobody = Plugins([Knows()], entry_points=False).identity(Settings(), CLOCK)
    assert nobody is not None
    assert (await nobody.agent(Request()), await nobody.visitor(Request())) == (None, None)
