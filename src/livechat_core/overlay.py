"""The rules at run time: what the settings say, overlaid by the live records of queues and people.

Theory. The settings are the seed. A record of topic queue, hours, site or profile goes before what
they say under its name; a retired one takes it away (retired hours: those of the queue hold again).
`Overlay.rules` is one object for the whole process, its mappings are changed in place as soon as
the live index hears of a record: so every process sees a change when it is recorded, and the pure
rules get the rules of that moment.

What does not fit is refused before it is recorded (`fault`). Two changes that only together do not
fit, made at once in two processes, are both recorded: then a queue that is still named stays, and a
name that leads nowhere is left out. So the rules always fit, in the same way everywhere.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from . import record
from .conversation import OPEN
from .errors import ConfigurationError
from .index import Index
from .record import SAYS_HOW, Fault
from .rules import Rules
from .settings import check, part
from .streams import Summary

logger = logging.getLogger("livechat_core")

Held: TypeAlias = dict[str, dict[str, Any]]
"""What the rules have by topic and id: queues, sites, members of staff."""


@attrs.frozen(kw_only=True)
class Paper:
    """One record as the rules need it; without values it is retired."""

    topic: str
    name: str
    values: Mapping[str, Any] | None


class Overlay:
    """The rules as they are now.

    Args:
        seed: What the settings say.
        orders: The names that a queue's ``order`` may have.
    """

    def __init__(self, seed: Rules, orders: Collection[str]) -> None:
        self._seed = seed
        self._orders = orders
        self._held = _held(seed)
        self.rules = _with(seed, self._held)
        self.bots: Collection[str] | None = None
        self._papers: dict[tuple[str, str], Paper] = {}
        self._versions: dict[str, int] = {}
        self._stale: dict[str, None] = {}
        self._index: Index | None = None
        self._changed: Callable[[], None] = lambda: None

    def follow(self, index: Index) -> None:
        """Keep in step with the records of a live index."""
        self._index = index
        self._changed = index.floor.rules_changed
        index.watch(self, self._note)

    def profile_version(self, agent: str) -> int:
        """Return the version of somebody's profile; 0 for what the settings say."""
        return self._versions.get(agent, 0)

    def stale(self) -> list[str]:
        """Return the working times by another profile than that of now, each once."""
        found = list(self._stale)
        self._stale.clear()
        return found

    def again(self, working: str) -> None:
        """Return a working time once more with the next ones: the store was in trouble."""
        self._stale[working] = None

    def refresh(self) -> None:
        """Lay the records over the settings anew; a host may have changed what they say."""
        found = _held(laid_over(self._seed, self._papers.values()))
        for topic, held in self._held.items():
            held.clear()
            held.update(found[topic])
        self._changed()

    # --- what is recorded --------------------------------------------------------------------

    def _note(self, summary: Summary) -> None:
        if summary.kind == "presence":
            self._compare(str(summary.facts["agent"]))
        elif summary.kind == "record" and summary.facts["topic"] in SAYS_HOW:
            paper = _paper(summary)
            self._papers[paper.topic, paper.name] = paper
            self.refresh()
            if paper.topic == "profile":
                self._versions[paper.name] = summary.version
                self._compare(paper.name)

    def _compare(self, agent: str) -> None:
        """Note who works by an outdated profile."""
        working = self._index.presence(agent) if self._index else None
        if working and working.facts.get("profile", 0) < self.profile_version(agent):
            self._stale[working.stream] = None

    # --- what may be recorded ----------------------------------------------------------------

    def fault(self, wanted: Paper) -> Fault | None:
        """Return what speaks against a record, nothing if it may be."""
        if wanted.topic not in SAYS_HOW:
            return None
        held = _held(self.rules)
        try:
            _lay(wanted, held)
            rules = _without(self.rules, held, _gone(wanted))
            check(rules)
            self._check_plugins(rules, wanted)
        except ConfigurationError as error:
            told = {**error.facts}
            key = str(told.pop("key", ""))
            return Fault(code=error.code, key=key, why=" ".join(map(str, told.values())))
        return self._missed(rules, wanted)

    def _check_plugins(self, rules: Rules, wanted: Paper) -> None:
        queue = rules.queues.get(wanted.name) if wanted.topic == "queue" else None
        if queue is None:
            return
        key = f"queues.{wanted.name}"
        if queue.order not in self._orders:
            raise ConfigurationError("unknown_order", key=f"{key}.order", value=queue.order)
        if queue.bot and self.bots is not None and queue.bot not in self.bots:
            raise ConfigurationError("unknown_bot", key=f"{key}.bot", value=queue.bot)

    def _missed(self, rules: Rules, wanted: Paper) -> Fault | None:
        """Return whether somebody would miss what goes."""
        if _supervised(self.rules) and not _supervised(rules):
            return Fault(code="no_supervisor", key=f"staff.{wanted.name}.supervisor")
        if wanted.values is None and wanted.topic in ("queue", "site") and self._index:
            chats = self._index.all("conversation")
            own = [chat for chat in chats if chat.phase in OPEN and _is_of(chat, wanted)]
            if own:
                return Fault(
                    code=f"{wanted.topic}_in_use", key=wanted.name, why=f"{len(own)} chats"
                )
        return None


def laid_over(seed: Rules, papers: Iterable[Paper]) -> Rules:
    """Return the rules that settings and records make together; what does not fit is left out.

    Args:
        seed: What the settings say.
        papers: The records, in any order.
    """
    held = _held(seed)
    retired: set[str] = set()
    for paper in sorted(papers, key=lambda one: (SAYS_HOW.index(one.topic), one.name)):
        retired |= _gone(paper)
        try:
            _lay(paper, held)
        except ConfigurationError as error:
            logger.warning("record %s %s is left out: %s", paper.topic, paper.name, error)
    named = {queue for site in held["site"].values() for queue in site.queues}
    named |= {queue.overflow for name, queue in held["queue"].items() if name not in retired}
    return _mended(_without(seed, held, retired - named))


def _held(rules: Rules) -> Held:
    return {"queue": dict(rules.queues), "site": dict(rules.sites), "profile": dict(rules.staff)}


def _with(rules: Rules, held: Held) -> Rules:
    return attrs.evolve(rules, queues=held["queue"], sites=held["site"], staff=held["profile"])


def _lay(paper: Paper, held: Held) -> None:
    name = paper.name
    if paper.topic == "hours":
        if paper.values is not None:
            if name not in held["queue"]:
                raise ConfigurationError("unknown_queue", key="name", queue=name)
            hours = part("hours", name, paper.values)
            held["queue"][name] = attrs.evolve(held["queue"][name], hours=hours)
    elif paper.values is not None:
        held[paper.topic][name] = part(paper.topic, name, paper.values)
    elif paper.topic != "queue":
        held[paper.topic].pop(name, None)


def _gone(paper: Paper) -> set[str]:
    return {paper.name} if paper.topic == "queue" and paper.values is None else set()


def _without(rules: Rules, held: Held, gone: set[str]) -> Rules:
    """Return rules with these things in them, but for some queues, which nobody serves any more."""
    staff = {
        name: attrs.evolve(
            person,
            queues=tuple(queue for queue in person.queues if queue not in gone),
            tiers={queue: tier for queue, tier in person.tiers.items() if queue not in gone},
        )
        for name, person in held["profile"].items()
    }
    queues = {name: queue for name, queue in held["queue"].items() if name not in gone}
    return _with(rules, {"queue": queues, "site": held["site"], "profile": staff})


def _mended(rules: Rules) -> Rules:
    """Leave out the names of queues that are not there, and sites that have none."""
    known = rules.queues

    def own(queues: Iterable[str]) -> tuple[str, ...]:
        return tuple(queue for queue in queues if queue in known)

    sites = {
        name: attrs.evolve(site, queues=own(site.queues)) for name, site in rules.sites.items()
    }
    return attrs.evolve(
        rules,
        queues={
            name: queue if queue.overflow in known else attrs.evolve(queue, overflow="")
            for name, queue in known.items()
        },
        sites={name: site for name, site in sites.items() if site.queues},
        staff={
            name: attrs.evolve(person, queues=own(person.queues))
            for name, person in rules.staff.items()
        },
    )


def _supervised(rules: Rules) -> bool:
    return any(person.supervisor for person in rules.staff.values())


def _is_of(chat: Summary, wanted: Paper) -> bool:
    return wanted.name == (chat.queue if wanted.topic == "queue" else chat.facts["site"])


def _paper(summary: Summary) -> Paper:
    facts = summary.facts
    live = summary.phase == record.Phase.LIVE
    return Paper(topic=facts["topic"], name=facts["name"], values=facts["values"] if live else None)
