"""The scripted desk: who is there, who comes, and what time does to them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

import attrs

from livechat_core import conversation
from livechat_core.floor import Available
from livechat_core.rules import Queue, Rules, Site, Staff
from livechat_core.streams import Actor, Event, Recorded, Role

from . import trace
from .agent import Agent
from .past import Past
from .stage import Stage
from .visitor import Guest, Visitor

MONDAY = datetime(2024, 1, 1, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Profile(TypedDict, total=False):
    """What may be said of a member of staff; see `livechat_core.rules.Staff`."""

    name: str
    email: str
    supervisor: bool
    queues: tuple[str, ...]
    capacity: int
    tier: int
    tiers: Mapping[str, int]
    skills: Mapping[str, int]
    languages: tuple[str, ...]


class Scenario(Stage):
    """A desk, the people at it, and a clock that only the script moves; a context manager.

    Args:
        queues: Queues by id; one called ``support`` unless the rules have some.
        sites: Sites by id; one called ``shop`` with all queues unless the rules have some.
        rules: Everything else, policies by their names: ``Rules(agent_gone="keep")``.
        plugins: Modules or objects with hooks: orders, notifiers, an ERM.
        begin: When the script begins; a Monday noon in UTC by default.
    """

    def __init__(
        self,
        *,
        queues: Mapping[str, Queue] | None = None,
        sites: Mapping[str, Site] | None = None,
        rules: Rules | None = None,
        plugins: Iterable[object] = (),
        begin: datetime = MONDAY,
    ) -> None:
        given = rules or Rules()
        lines = queues or given.queues or {"support": Queue(name="Support")}
        pages = sites or given.sites or {"shop": Site(name="Shop", queues=tuple(lines))}
        self._staff = dict(given.staff)
        whole = attrs.evolve(given, queues=lines, sites=pages, staff=self._staff)
        super().__init__(whole, tuple(plugins), (begin - EPOCH) // timedelta(microseconds=1))

    # --- people ------------------------------------------------------------------------------

    def agent(
        self,
        name: str,
        /,
        *,
        status: str = "available",
        load: int | Mapping[str, int] = 0,
        last_assigned: float | None = None,
        idle_since: float | None = None,
        in_call: bool = False,
        **profile: Unpack[Profile],
    ) -> Agent:
        """Let a member of staff come to work.

        Args:
            name: His id.
            status: What he chooses; ``offline`` for somebody who has not come yet.
            load: Chats he has already, real ones of helper visitors; by queue, or in his first one.
            last_assigned: When he was last given a chat, in seconds: ``-300`` is five minutes ago.
            idle_since: When a chat of his ended last, likewise.
            in_call: He is in a call.
            profile: Anything of `Staff` that differs from the rules, or from its defaults: name,
                queues (all by default), capacity, tier, tiers, skills, languages, supervisor.
        """
        known = self._staff.get(name) or Staff(name=name.title(), queues=tuple(self.rules.queues))
        self._staff[name] = attrs.evolve(known, **profile)
        self.scene.desk.overlay.refresh()
        agent = Agent(self, name)
        if status == "offline":
            return agent
        with self.at_once():
            Past(self, agent, self._staff[name].queues).lives(load, last_assigned, idle_since)
            if in_call:
                agent.begins_call()
            if status != "available":
                agent.chooses(status)
        return agent

    def visitor(
        self,
        name: str,
        *,
        chat: bool = True,
        queue: str = "",
        question: str = "Hello?",
        priority: int = 0,
        site: str = "",
        **guest: Unpack[Guest],
    ) -> Visitor:
        """Let a visitor come, and start a chat.

        Args:
            name: Who he is; each visitor has another name.
            chat: He starts a chat at once; else he reads a page.
            queue: The topic he chooses; the site's first by default.
            question: What he asks.
            priority: Priority of the chat, as a supervisor would set it.
            site: The site he is on; the first one that has the queue by default.
            guest: What else is known of him, see `Guest`: language, email, signed_in, owner,
                address.

        Raises:
            Refused: The chat could not be started.
        """
        visitor = Visitor(self, name, site=site or self._site_of(queue), **guest)
        with self.at_once():
            visitor.returns()
            if chat:
                visitor.starts(queue=queue, question=question)
                if priority:
                    self._prioritize(visitor, priority)
        return visitor

    def _site_of(self, queue: str) -> str:
        sites = self.rules.sites
        found = (name for name, site in sites.items() if not queue or queue in site.queues)
        return next(found, next(iter(sites)))

    def _prioritize(self, visitor: Visitor, priority: int) -> None:
        command = conversation.Prioritize(
            by=Actor(role=Role.SUPERVISOR, id="script"), priority=priority
        )
        self.act(self.desk.dispatch(visitor.chat, command))

    # --- the desk ----------------------------------------------------------------------------

    def availability(self, queue: str) -> Available:
        """Return whether somebody can answer in a queue, why not, and when it opens."""
        return self.desk.givens.available(queue, self.clock.now())

    def line(self, queue: str) -> list[str]:
        """Return the visitors in the line of a queue, in order, those offered included."""
        return [chat.facts["visitor"] for chat in self.desk.line(queue)]

    def guest(self, name: str) -> Visitor:
        """Return a visitor by name; those who helped ``ana`` to her load are ``ana-1``, ``ana-2``.

        Raises:
            KeyError: No visitor has this name.
        """
        return {one.name: one for one in self.people if isinstance(one, Visitor)}[name]

    def restart(self, *, reconnect: bool = True) -> None:
        """Let the process of the desk die with all connections, and begin a new one.

        Args:
            reconnect: Everybody's windows open again at once, as browsers do.
        """
        lost = [(person, person.lose_windows()) for person in self.people]
        self.run(self.scene.restart())
        with self.at_once():
            for person, windows in lost if reconnect else ():
                for _ in range(windows):
                    person.second_window()

    def trace(self) -> list[str]:
        """Return all that was recorded, a line for each event: the same for the same script."""
        return trace.lines(self.run(self._journal()), self._begin)

    async def _journal(self) -> list[tuple[Recorded, Event]]:
        found: list[tuple[Recorded, Event]] = []
        while rows := await self.desk.store.feed(found[-1][0].position if found else 0):
            found += [(row, self.desk.codec.decode(row)) for row in rows]
        return found
