"""Promises about loading and committing: versions, positions, atomicity, repeats, what is kept."""

import json
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import attrs
import pytest

from livechat_core.errors import StoreError
from livechat_core.ports import Store
from livechat_core.streams import Commit, Facts, Query, Recorded, Stored, Summary, Write

from ..clock import FakeClock
from .base import BEGIN, Base, caused, event, put, refused, versions, write

TEXTS = (
    "",
    "plain",
    "quotes ' \" ` and \\ back\\slash",
    "line\nbreak\r\ttab",
    "NUL as JSON writes it: \\u0000",
    "Grüße, Ωmega, Привет, مرحبا, שלום, 你好, こんにちは",
    "e\u0301 is not \u00e9",
    "\U0001f469\u200d\U0001f4bb \U0001f1f5\U0001f1f9 \U00020000 \u202eabc\u202c",
    "'); DROP TABLE journal; --",
    "{} %s %d ? :name $1 {0}",
)


@pytest.mark.anyio
class Commits(Base):
    """A commit is recorded whole, once, in order, or not at all."""

    async def test_an_empty_store_has_nothing(self, store: Store) -> None:
        """No events, no summaries, position 0."""
        assert list(await store.load("conversation/a")) == []
        assert list(await store.feed(0)) == []
        assert list(await store.summaries(Query())) == []
        assert (await store.wait(0, 0)).position == 0

    async def test_events_come_back_as_they_were_written(self, store: Store) -> None:
        """Type, data, actor and time are kept as given."""
        commit = Commit(
            writes=(write("conversation/a", events=2),), actor="visitor:v", at=BEGIN + 7
        )
        committed = await store.commit(commit)

        assert list(await store.load("conversation/a")) == [
            Recorded(
                position=committed.first + place,
                stream="conversation/a",
                version=place + 1,
                at=BEGIN + 7,
                actor="visitor:v",
                type="Happened",
                data=b'{"number": %d}' % (place + 1),
            )
            for place in range(2)
        ]

    async def test_a_summary_comes_back_as_it_was_given(self, store: Store) -> None:
        """At its first commit and when all of it changes."""
        facts: Facts = {"name": "Zoë", "none": None, "list": [1, 2.5, True], "map": {"a": [{}]}}
        given = Summary(
            stream="conversation/a",
            phase="waiting",
            queue="support",
            rank=(-1, BEGIN),
            due_at=BEGIN + 5,
            labels=frozenset({"visitor=v", "site=shop"}),
            facts=facts,
        )
        bare = Summary(stream="conversation/a", phase="active")
        for version, summary in enumerate((given, bare, given)):
            stored = Write(
                stream=given.stream, expected=version, events=(event(),), summary=summary
            )
            await put(store, stored)
            (found,) = await store.summaries(Query())

            assert (found.stream, found.phase, found.queue) == (
                *(given.stream, summary.phase, summary.queue),
            )
            assert (found.rank, found.due_at) == (summary.rank, summary.due_at)
            assert (found.labels, dict(found.facts)) == (summary.labels, dict(summary.facts))

    @pytest.mark.parametrize(
        "change",
        [
            {"phase": "active"},
            {"queue": "sales"},
            {"queue": None},
            {"rank": (0, BEGIN)},
            {"rank": None},
            {"due_at": BEGIN + 6},
            {"due_at": None},
            {"labels": frozenset({"v=2"})},
            {"labels": frozenset[str]()},
            {"facts": {"name": "Zoe"}},
        ],
    )
    async def test_each_part_of_a_summary_may_change_alone(
        self, store: Store, change: dict[str, Any]
    ) -> None:
        """Whatever a store does to write no more than it must."""
        given = Summary(
            stream="conversation/a",
            phase="waiting",
            queue="support",
            rank=(-1, BEGIN),
            due_at=BEGIN + 5,
            labels=frozenset({"v=1"}),
            facts={"name": "Zoë"},
        )
        for version, summary in enumerate((given, attrs.evolve(given, **change), given)):
            stored = Write(
                stream=given.stream, expected=version, events=(event(),), summary=summary
            )
            await put(store, stored, at=BEGIN)
            (found,) = await store.summaries(Query())
            known: dict[str, Any] = {"version": version + 1, "begun_at": BEGIN}
            known |= {"number": found.number, "position": found.position}

            assert found == attrs.evolve(summary, **known)

    async def test_a_summary_tells_what_only_the_store_knows(self, store: Store) -> None:
        """Version, number, begin and position are the store's own, whatever was given."""
        await put(store, write("agent/x"))
        wrong: dict[str, Any] = {"version": 77, "begun_at": 66, "number": 55, "position": 44}
        begun = await put(store, write("conversation/a", events=2, **wrong), at=BEGIN + 1)
        await put(store, write("agent/x", 1))
        last = await put(store, write("conversation/a", 2, events=3, **wrong), at=BEGIN + 2)
        (found,) = await store.summaries(Query(kind="conversation"))

        assert (found.version, found.begun_at) == (5, BEGIN + 1)
        assert (found.number, found.position) == (begun.first, last.first + 2)

    async def test_load_returns_what_came_after_a_version(self, store: Store) -> None:
        """So a cached state is brought up to date by the tail alone."""
        await put(store, write("conversation/a", events=3), write("conversation/b", events=2))
        await put(store, write("conversation/a", 3, events=2))

        assert [one.version for one in await store.load("conversation/a", 2)] == [3, 4, 5]
        assert [one.version for one in await store.load("conversation/a", 4)] == [5]
        assert list(await store.load("conversation/a", 5)) == []
        assert list(await store.load("conversation/a", 99)) == []

    @pytest.mark.parametrize("expected", [0, 1, 3])
    async def test_another_version_than_expected_is_a_conflict(
        self, store: Store, expected: int
    ) -> None:
        """The conflict tells what was expected and what was found."""
        await put(store, write("conversation/a", events=2))
        with refused("version", stream="conversation/a", expected=expected, found=2):
            await put(store, write("conversation/a", expected))

        assert await versions(store, "conversation/a") == [1, 2]

    @pytest.mark.parametrize(("stream", "read"), [("agent/b", 1), ("agent/b", 3), ("agent/x", 1)])
    async def test_a_stream_that_was_only_read_must_not_have_changed(
        self, store: Store, stream: str, read: int
    ) -> None:
        """G21: "already so" is decided on a version too; nothing is recorded when it has moved."""
        await put(store, write("conversation/a"), write("agent/b", events=2))
        given = write("conversation/a", 1)
        with refused(
            "version", stream=stream, expected=read, found=2 if stream == "agent/b" else 0
        ):
            await store.commit(Commit(writes=(given,), unchanged={stream: read}))
        assert await versions(store, "conversation/a") == [1]

        await store.commit(Commit(writes=(given,), unchanged={"agent/b": 2, "agent/x": 0}))
        assert await versions(store, "conversation/a") == [1, 2]

    async def test_a_stream_that_is_not_there_has_version_0(self, store: Store) -> None:
        """Nothing can be added to a stream that never began."""
        with refused("version", stream="conversation/a", expected=1, found=0):
            await put(store, write("conversation/a", 1))

    async def test_positions_are_dense_and_in_order_of_writing(self, store: Store) -> None:
        """G2."""
        await put(store, write("conversation/a"))
        committed = await put(
            store,
            write("conversation/b", events=2),
            write("conversation/a", 1, events=3),
            write("conversation/c"),
        )
        places = [
            (one.position - committed.first, one.stream[-1], one.version)
            for one in await store.feed(committed.first - 1)
        ]

        assert places == [
            *[(0, "b", 1), (1, "b", 2)],
            *[(2, "a", 2), (3, "a", 3), (4, "a", 4)],
            (5, "c", 1),
        ]

    async def test_one_conflict_keeps_the_whole_commit_out(self, store: Store) -> None:
        """G22."""
        await put(store, write("conversation/a"), write("conversation/b"))
        before = await store.wait(0, 0)
        with refused("version", stream="conversation/b"):
            await put(
                store,
                write("agent/x", labels={"l=1"}, text="word"),
                write("conversation/a", 1, phase="closed"),
                write("conversation/b", 7),
            )

        assert list(await store.load("agent/x")) == []
        assert await versions(store, "conversation/a") == [1]
        assert list(await store.summaries(Query(phases=("closed",)))) == []
        assert list(await store.summaries(Query(labels=("l=1",)))) == []
        assert (await store.wait(0, 0)).position == before.position

    async def test_the_answer_tells_the_stores_time(self, store: Store, clock: FakeClock) -> None:
        """The store is the clock (architecture.md section 4)."""
        clock.advance(123)
        assert (await put(store, write("conversation/a"))).now == clock.now()

    @pytest.mark.parametrize("text", TEXTS)
    async def test_texts_come_back_byte_for_byte(self, store: Store, text: str) -> None:
        """Whatever characters they are made of."""
        data = json.dumps({"text": text}, ensure_ascii=False).encode()
        stored = Stored(type="Säid", data=data)
        summary = Summary(
            stream="conversation/ä-1",
            phase="öpen",
            labels=frozenset({"l=" + text}),
            facts={"t": text},
        )
        given = Write(
            stream="conversation/ä-1", expected=0, events=(stored,), summary=summary, text=text
        )
        await store.commit(Commit(writes=(given,), actor="visitor:" + text))
        (recorded,) = await store.load("conversation/ä-1")
        (found,) = await store.summaries(Query(labels=("l=" + text,), phases=("öpen",)))

        assert (recorded.type, recorded.data, recorded.actor) == ("Säid", data, "visitor:" + text)
        assert (found.stream, found.facts["t"]) == ("conversation/ä-1", text)

    async def test_a_payload_of_a_megabyte_comes_back(self, store: Store) -> None:
        """No size is cut off."""
        data = json.dumps({"text": "\U0001f984 ü" * 150_000}, ensure_ascii=False).encode()
        given = write("conversation/a")
        stored = Stored(type="Said", data=data)
        await put(
            store, Write(stream=given.stream, expected=0, events=(stored,), summary=given.summary)
        )

        assert len(data) > 1_000_000
        assert (await store.load("conversation/a"))[0].data == data
        assert (await store.feed(0))[0].data == data

    async def test_renewing_moves_only_the_deadline(self, store: Store) -> None:
        """It is the one change of a summary without an event."""
        await put(store, write("process/p", due_at=BEGIN, facts={"a": 1}), write("process/q"))
        before = {one.stream: one for one in await store.summaries(Query())}

        assert await store.renew("process/p", BEGIN + 9) is True
        assert await store.renew("process/none", BEGIN + 9) is False

        after = {one.stream: one for one in await store.summaries(Query())}
        assert after["process/q"] == before["process/q"]
        assert after["process/p"].due_at == BEGIN + 9
        assert after["process/p"].position == before["process/p"].position
        assert [one.stream for one in await store.summaries(Query(due_before=BEGIN + 9))] == [
            "process/p"
        ]
        assert list(await store.summaries(Query(due_before=BEGIN + 8))) == []
        await put(store, write("process/p", 1, due_at=BEGIN + 20))
        assert list(await store.summaries(Query(due_before=BEGIN + 19))) == []

    async def test_a_cancelled_caller_leaves_a_whole_commit_or_none(self, store: Store) -> None:
        """G22."""
        asked = 60
        for number in range(asked):
            pair = (f"conversation/{number}", f"agent/{number}")
            commit = Commit(writes=tuple(map(write, pair)), cause=caused(pair[0], "1"))
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(store.commit, commit)
                for _ in range(number % 4):
                    await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
        await put(store, write("conversation/after"))

        for number in range(asked):
            there = [
                await versions(store, f"{kind}/{number}") for kind in ("conversation", "agent")
            ]
            assert there in ([[], []], [[1], [1]])
            known = await store.commit(Commit(cause=caused(f"conversation/{number}", "1")))
            assert (known.repeated is not None) == bool(there[0])
        assert await versions(store, "conversation/after") == [1]

    async def test_a_closed_store_says_so(self, tmp_path: Path, clock: FakeClock) -> None:
        """G22."""
        async with self.make_store(tmp_path, clock) as store:
            await put(store, write("conversation/a"))
        for call in (
            lambda: store.load("conversation/a"),
            lambda: store.commit(Commit(writes=(write("conversation/b"),))),
            lambda: store.summaries(Query()),
            lambda: store.wait(0, 0),
        ):
            with pytest.raises(StoreError) as caught:
                await call()
            assert caught.value.code == "store_closed"
