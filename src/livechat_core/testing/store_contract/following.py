"""Promises about following the journal: its order, and waiting for it to grow."""

from functools import partial

import anyio
import pytest

from livechat_core.ports import Head, Store
from livechat_core.rules import seconds
from livechat_core.streams import Recorded

from ..clock import FakeClock
from .base import PATIENCE, Base, advanced, put, together, write

WRITERS = 8
COMMITS = 25


async def follow(store: Store, wanted: int) -> list[Recorded]:
    """Return the first ``wanted`` events, read as they come, and never look back."""
    found: list[Recorded] = []
    position = 0
    while len(found) < wanted:
        await store.wait(position, seconds(1000))
        for recorded in await store.feed(position, limit=7):
            assert recorded.position > position
            found.append(recorded)
            position = recorded.position
    return found


@pytest.mark.anyio
class Following(Base):
    """Who reads on from a position misses nothing, and is woken in time."""

    async def test_the_feed_is_the_journal_in_order(self, store: Store) -> None:
        """G2."""
        for number in range(6):
            await put(
                store, write("conversation/a", number * 2, events=2), write(f"agent/{number}")
            )
        journal = list(await store.feed(0))
        positions = [recorded.position for recorded in journal]

        assert len(journal) == 18
        assert positions == sorted(set(positions))
        assert positions[-1] == (await store.wait(0, 0)).position
        assert [one for one in journal if one.stream == "conversation/a"] == list(
            await store.load("conversation/a")
        )
        for place in (0, 1, 7, 17):
            assert list(await store.feed(positions[place])) == journal[place + 1 :]
            assert (
                list(await store.feed(positions[place], limit=3)) == journal[place + 1 : place + 4]
            )

    async def test_followers_miss_nothing_under_concurrent_writers(self, store: Store) -> None:
        """G2."""
        await self._follow_writers(store, store)

    async def test_followers_miss_nothing_through_another_door(
        self, store: Store, other: Store, clock: FakeClock
    ) -> None:
        """G2."""
        await advanced(clock, partial(self._follow_writers, store, other))

    async def _follow_writers(self, store: Store, other: Store) -> None:
        async def talk(name: int) -> None:
            door = other if name % 2 else store
            for number in range(COMMITS):
                await put(
                    door, write(f"conversation/{name}", number), write(f"agent/{name}-{number}")
                )

        async def hear(door: Store) -> list[Recorded]:
            return await follow(door, 2 * WRITERS * COMMITS)

        with anyio.fail_after(PATIENCE):
            told = await together(
                *(partial(hear, door) for door in (store, other)),
                *(partial(talk, name) for name in range(WRITERS)),
            )
        journal = list(await store.feed(0, limit=10_000))
        assert told[:2] == [journal, journal]
        for name in range(WRITERS):
            stream = f"conversation/{name}"
            heard = [recorded.version for recorded in journal if recorded.stream == stream]
            assert heard == list(range(1, COMMITS + 1))

    async def test_waiting_ends_at_once_if_there_is_more(
        self, store: Store, clock: FakeClock
    ) -> None:
        """Nobody waits for what is there already."""
        committed = await put(store, write("conversation/a", events=3))
        with anyio.fail_after(PATIENCE):
            head = await store.wait(committed.first, seconds(1000))

        assert head == Head(position=committed.first + 2, now=clock.now())

    async def test_a_commit_wakes_who_waits(self, store: Store, clock: FakeClock) -> None:
        """All who wait, and without any time going by."""
        heads: list[Head] = []

        async def wait() -> None:
            heads.append(await store.wait(0, seconds(1000)))

        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                for _ in range(3):
                    tasks.start_soon(wait)
                await anyio.wait_all_tasks_blocked()
                assert heads == []
                committed = await put(store, write("conversation/a", events=2))

        assert heads == [Head(position=committed.first + 1, now=clock.now())] * 3

    async def test_a_commit_through_another_door_wakes_who_waits(
        self, store: Store, other: Store, clock: FakeClock
    ) -> None:
        """G8."""
        await put(other, write("conversation/a"))
        begun = clock.now()
        head = await advanced(clock, partial(store.wait, 0, seconds(1000)))

        assert head.position == (await store.load("conversation/a"))[0].position
        assert clock.now() - begun < seconds(500)

    @pytest.mark.parametrize("ahead", [0, 1, 50])
    async def test_waiting_ends_at_its_time(
        self, store: Store, clock: FakeClock, ahead: int
    ) -> None:
        """By the clock of the store, neither sooner nor later."""
        await put(store, write("conversation/a"))
        position = (await store.wait(0, 0)).position
        heads: list[Head] = []

        async def wait() -> None:
            heads.append(await store.wait(position + ahead, seconds(30)))

        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait)
                for _ in range(10):
                    await anyio.wait_all_tasks_blocked()
                    clock.advance(seconds(2))
                await anyio.wait_all_tasks_blocked()
                assert heads == []
                clock.advance(seconds(10))

        assert heads == [Head(position=position, now=clock.now())]

    async def test_waiting_no_time_tells_where_the_journal_ends(
        self, store: Store, clock: FakeClock
    ) -> None:
        """So it is also the way to ask for the time."""
        assert await store.wait(0, 0) == Head(position=0, now=clock.now())
        committed = await put(store, write("conversation/a"))

        assert await store.wait(9, 0) == Head(position=committed.first, now=clock.now())
        assert await store.wait(9, -1) == Head(position=committed.first, now=clock.now())

    async def test_who_waits_can_be_cancelled(self, store: Store) -> None:
        """And leaves nothing behind."""
        with anyio.fail_after(PATIENCE):
            for _ in range(20):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(store.wait, 0, seconds(1000))
                    await anyio.wait_all_tasks_blocked()
                    tasks.cancel_scope.cancel()
        await put(store, write("conversation/a"))

        assert (await store.wait(0, 0)).position > 0
