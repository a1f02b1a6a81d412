"""What must hold after every step of any story, read from the store (guarantees.md section 6.3)."""

from collections import Counter
from itertools import pairwise
from typing import Any

import attrs

from livechat_core import conversation, enquiry, job, presence
from livechat_core.conversation import Phase
from livechat_core.desk import Desk
from livechat_core.index import KEPT_GONE, LIVE, Index
from livechat_core.states import CACHED
from livechat_core.streams import Event, Query, Summary, kind_of
from livechat_core.testing.desk import Scene

ORDER: tuple[type[Event], ...] = (
    *(enquiry.Opened, enquiry.Claimed, enquiry.LookedUp, enquiry.Linked, enquiry.Filed),
    *(enquiry.Answered, enquiry.FollowUpScheduled, enquiry.Completed),
)


@attrs.define
class Journal:
    """All streams of a store, folded anew."""

    states: dict[str, Any] = attrs.field(factory=dict)
    versions: dict[str, int] = attrs.field(factory=dict)
    events: dict[str, list[Event]] = attrs.field(factory=dict)
    after: int = 0

    def of(self, kind: str) -> dict[str, Any]:
        return {name: state for name, state in self.states.items() if kind_of(name) == kind}


async def check(scene: Scene) -> Journal:
    """Check I1 to I12, and that a process which has heard of everything knows what is stored."""
    journal = await recorded(scene)
    await _live_state_equals_replay(scene.desk, journal)
    await _index_equals_a_fresh_one(scene.desk)
    _waiting(scene.desk, journal)
    _bounds(scene.desk)
    return journal


async def recorded(scene: Scene, journal: Journal | None = None) -> Journal:
    """Check what is stored, whatever the processes know of it; what was folded before is kept."""
    journal = await _replayed(scene.desk, journal or Journal())
    _chats(journal)
    _slots(journal)
    _notices(scene, journal)
    _steps(scene, journal)
    return journal


async def _replayed(desk: Desk, journal: Journal) -> Journal:
    while rows := await desk.store.feed(journal.after):
        for row in rows:
            journal.after = row.position
            name = row.stream
            assert row.version == journal.versions.get(name, 0) + 1, f"I1: a hole in {name}"
            state = journal.states.setdefault(name, desk.states.decider(name).new())
            event = desk.codec.decode(row)
            desk.states.decider(name).evolve(state, event, row.at)
            if isinstance(event, presence.SlotTaken):
                assert state.load <= state.profile.capacity, f"I5, G7: {name} is above capacity"
            journal.versions[name] = row.version
            journal.events.setdefault(name, []).append(event)
    return journal


async def _live_state_equals_replay(desk: Desk, journal: Journal) -> None:
    for name, state in journal.states.items():
        held = await desk.states.get(name)
        assert (held.version, held.state) == (journal.versions[name], state), name


async def _index_equals_a_fresh_one(desk: Desk) -> None:
    fresh = Index(desk.rules)
    for kind, phases in LIVE.items():
        query = Query(kind=kind, phases=tuple(map(str, phases)), limit=10_000)
        for summary in await desk.store.summaries(query):
            fresh.apply(summary)
            told = desk.states.decider(summary.stream).summary(
                summary.stream, (await desk.states.get(summary.stream)).state
            )
            assert kind == "process" or _same(summary) == _same(
                attrs.evolve(
                    told,
                    version=summary.version,
                    number=summary.number,
                    position=summary.position,
                )
            )
    for kind in LIVE:
        there = {one.stream: _same(one) for one in desk.index.all(kind)}
        stored = {one.stream: _same(one) for one in fresh.all(kind)}
        assert there == stored, f"the index is not what is stored of {kind}"
    assert in_order(desk.index) == in_order(fresh)
    assert desk.index.floor.places() == fresh.floor.places()


def in_order(index: Index) -> list[str]:
    """Return all chats that wait for an offer, in the order of a round of the router."""
    chats = index.floor.round()
    return list(iter(chats.next, None))


def _same(summary: Summary) -> Summary:
    due = summary.due_at if summary.kind != "process" else None
    return attrs.evolve(summary, begun_at=0, position=0, due_at=due)


def _chats(journal: Journal) -> None:
    chats: dict[str, conversation.State] = journal.of("conversation")
    open_chats = Counter(chat.visitor for chat in chats.values() if chat.phase in conversation.OPEN)
    assert all(count == 1 for count in open_chats.values()), "I2"
    for name, chat in chats.items():
        asked, owned = chat.ask is not None, chat.owner is not None
        wanted = {
            Phase.OFFERED: (True, False),
            Phase.ACTIVE: (asked, True),
            Phase.SNOOZED: (False, owned),
        }
        assert (asked, owned) == wanted.get(chat.phase, (False, False)), f"I3, I4: {name}"
        if chat.phase in conversation.OPEN:
            assert chat.due_at is not None, f"I3: {name} has no timer"
        else:
            assert chat.due_at is None, f"I7: {name} has a timer"
        stay = journal.states.get(f"visit/{chat.visitor}")
        assert stay is not None, f"I11: {name} has no visitor"
        assert stay.phase != "left" or chat.phase not in conversation.OPEN, f"I11: {name}"


def _waiting(desk: Desk, journal: Journal) -> None:
    waiting = sorted(
        ((-chat.priority, chat.since), name)
        for name, chat in journal.of("conversation").items()
        if chat.phase is Phase.WAITING
    )
    assert in_order(desk.index) == [name for _, name in waiting], "I6, G8"


def _bounds(desk: Desk) -> None:
    assert len(desk.states._kept) <= CACHED, "I12"
    assert len(desk.index._gone) <= KEPT_GONE, "I12"
    assert not desk.states._loading, "I12"


def _slots(journal: Journal) -> None:
    held: dict[str, set[str]] = {}
    for name, chat in journal.of("conversation").items():
        for seat in (chat.owner, chat.ask.seat if chat.ask else None):
            if seat is not None:
                held.setdefault(seat.presence, set()).add(name)
    for name, working in journal.of("presence").items():
        there, wanted = working.held, held.get(name, set())
        assert there == wanted, f"I5: {name} has {set(there)}, its chats are {wanted}"
    agents = Counter(
        one.agent for one in journal.of("presence").values() if one.phase in presence.LIVE
    )
    assert all(count == 1 for count in agents.values()), "one presence for each agent"


def _notices(scene: Scene, journal: Journal) -> None:
    channels = [one.notifier for one in scene.rules.notifiers]
    for name, work in journal.of("enquiry").items():
        short = name.partition("/")[2]
        for channel in () if work.ticket else channels:
            assert f"job/{short}.left_message.{channel}" in journal.states, f"I8: {name}"
        if work.live:
            task = journal.states[f"job/{short}.{work.live.step}.{work.live.revision}"]
            waits = task.phase in job.LIVE
            assert waits, f"I8: {name} waits for a job that is {task.phase}"
    for name, events in journal.events.items():
        fences = [event.fence for event in events if isinstance(event, job.Tried | job.Probed)]
        assert all(old < new for old, new in pairwise(fences)), f"I9: fence of {name}"


def _steps(scene: Scene, journal: Journal) -> None:
    for name in journal.of("enquiry"):
        reached = 0
        holder = ""
        for event in journal.events[name]:
            if isinstance(event, enquiry.Claimed):
                assert not holder, f"I9: {name} is claimed twice"
                holder = event.agent
            elif isinstance(event, enquiry.TakenOver):
                supervisor = scene.rules.staff[event.agent].supervisor
                assert supervisor, f"I9: {name} is taken over by {event.agent}"
            elif isinstance(event, enquiry.Released | enquiry.ClaimExpired):
                holder, reached = "", 0
            if type(event) in ORDER:
                place = ORDER.index(type(event))
                assert place <= reached + 1, f"I10: {name} skips to {type(event).__name__}"
                reached = max(reached, place)


def settled(journal: Journal) -> None:
    """Check that nothing hangs: no chat goes on, every job is over or waits for a person."""
    for name, chat in journal.of("conversation").items():
        assert chat.phase in (Phase.CLOSED, Phase.MESSAGE_LEFT), f"{name} is still {chat.phase}"
    for name, working in journal.of("presence").items():
        assert not working.held, name
        assert working.phase is presence.Phase.ENDED, f"{name} is {working.phase}, nobody is there"
    for name, task in journal.of("job").items():
        waits_for_a_person = task.phase == "unknown" and task.repeat == "ask"
        assert task.phase in ("done", "dead", "dropped") or waits_for_a_person, (name, task.phase)
    for name, work in journal.of("enquiry").items():
        assert work.text or work.phase == "dropped", f"{name} was never announced"
        assert not work.live or work.live.unknown, f"{name} hangs in {work.live}"
