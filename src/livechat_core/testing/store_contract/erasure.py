"""Promises about forgetting: blanked events, dropped texts, streams removed whole."""

from functools import partial

import pytest

from livechat_core.errors import NotFound
from livechat_core.ports import Forgetting, Rewrite, Search, Store
from livechat_core.streams import Commit, Query, Stored, Write

from .base import Base, caused, put, refused, together, versions, write


def blank(stream: str, *numbers: int) -> tuple[Rewrite, ...]:
    """Return the rewriting of some events."""
    return tuple(Rewrite(stream=stream, version=number, data=b"{}") for number in numbers)


def erased(stream: str, expected: int, text: str = "") -> Commit:
    """Return what records an erasure."""
    given = write(stream, expected, phase="erased")
    stored = Stored(type="Erased", data=b"{}")
    return Commit(
        writes=(
            Write(
                stream=stream, expected=expected, events=(stored,), summary=given.summary, text=text
            ),
        )
    )


@pytest.mark.anyio
class Erasure(Base):
    """What is forgotten is nowhere any more; that it was is recorded."""

    async def test_blanked_events_keep_their_place(self, store: Store) -> None:
        """A79."""
        await put(store, write("conversation/a", events=3), write("conversation/b", events=2))
        before = list(await store.feed(0))
        await store.forget(
            Forgetting(rewrites=blank("conversation/a", 1, 3), writes=erased("conversation/a", 3))
        )
        after = list(await store.feed(0))

        assert [one.data for one in after if one.stream == "conversation/a"] == [
            *(b"{}", b'{"number": 2}', b"{}", b"{}"),
        ]
        assert [(one.position, one.version, one.at, one.type) for one in after[:5]] == [
            (one.position, one.version, one.at, one.type) for one in before
        ]
        assert [one for one in after if one.stream == "conversation/b"] == before[3:]
        assert (after[-1].type, after[-1].version) == ("Erased", 4)
        assert [one.stream for one in await store.summaries(Query(phases=("erased",)))] == [
            "conversation/a"
        ]
        assert list(await store.load("conversation/a")) == [
            one for one in after if one.stream == "conversation/a"
        ]

    async def test_the_words_of_a_blanked_stream_find_nothing(self, store: Store) -> None:
        """A79."""
        await put(store, write("conversation/a", text="secret word"))
        await put(store, write("conversation/a", 1, text="another secret"))
        await put(store, write("conversation/b", text="secret elsewhere"))
        assert len(await store.search(Search(words="secret"))) == 2
        await put(store, write("conversation/a", 2, text="secret, not yet searched for"))
        writes = erased("conversation/a", 3, text="blanked")
        await store.forget(Forgetting(rewrites=blank("conversation/a", 1), writes=writes))

        for words in ("secret", "another secret", "word", "searched", "secret,"):
            rows = await store.search(Search(words=words))
            assert "conversation/a" not in [row.stream for row in rows]
        assert [row.stream for row in await store.search(Search(words="secret"))] == [
            "conversation/b"
        ]
        assert [row.stream for row in await store.search(Search(words="blanked"))] == [
            "conversation/a"
        ]

    async def test_an_erasure_that_does_not_fit_erases_nothing(self, store: Store) -> None:
        """It is one transaction with the record of it."""
        await put(store, write("conversation/a", events=2, text="secret"), write("conversation/b"))
        before = list(await store.feed(0))
        with refused("version", stream="conversation/a", found=2):
            await store.forget(
                Forgetting(
                    rewrites=blank("conversation/a", 1),
                    writes=erased("conversation/a", 1),
                    whole=("conversation/b",),
                )
            )
        for rewrites in (blank("conversation/a", 1, 3), blank("conversation/c", 1)):
            with pytest.raises(NotFound):
                await store.forget(
                    Forgetting(rewrites=rewrites, writes=erased("conversation/a", 2))
                )

        assert list(await store.feed(0)) == before
        assert len(await store.search(Search(words="secret"))) == 1

    async def test_of_a_stream_removed_whole_nothing_is_left(self, store: Store) -> None:
        """A79."""
        for name in "abc":
            given = write(f"conversation/{name}", events=2, labels={"v=1"}, due_at=1, text="secret")
            await put(store, given)
        await put(store, write("conversation/b", 2, labels={"v=1"}, text="more"))
        kept = [one for one in await store.feed(0) if one.stream != "conversation/b"]
        await store.forget(Forgetting(whole=("conversation/b", "conversation/none")))

        assert list(await store.load("conversation/b")) == []
        assert list(await store.feed(0)) == kept
        for query in (Query(), Query(labels=("v=1",)), Query(due_before=1), Query(changed_after=0)):
            streams = {one.stream for one in await store.summaries(query)}
            assert streams == {"conversation/a", "conversation/c"}
        assert len(await store.search(Search(words="secret"))) == 2
        assert await store.renew("conversation/b", 5) is False

    async def test_a_removed_stream_never_begins_again(self, store: Store) -> None:
        """Its tombstone tells number and position; a repeat is refused too."""
        cause = caused("conversation/a", "1")
        await put(store, write("agent/x"))
        first = await store.commit(Commit(writes=(write("conversation/a", events=2),), cause=cause))
        await store.forget(Forgetting(whole=("conversation/a",)))
        facts = {"number": first.first, "position": first.first + 1}
        for expected in (0, 2):
            with refused("gone", stream="conversation/a", **facts):
                await put(store, write("conversation/a", expected), write("agent/y"))
        with refused("gone", stream="conversation/a"):
            await store.commit(Commit(writes=(write("conversation/a"),), cause=cause))

        await store.forget(Forgetting(whole=("conversation/a",)))
        assert list(await store.load("agent/y")) == []
        await put(store, write("agent/x", 1))

    async def test_positions_are_never_used_twice(self, store: Store) -> None:
        """Public numbers are positions."""
        await put(store, write("conversation/a"))
        last = await put(store, write("conversation/b", events=3))
        await store.forget(Forgetting(whole=("conversation/b",)))

        assert (await store.wait(0, 0)).position == last.first + 2
        again = await put(store, write("conversation/c"))
        assert again.first > last.first + 2
        await store.forget(Forgetting(whole=("conversation/a", "conversation/c")))
        assert list(await store.feed(0)) == []
        assert (await put(store, write("conversation/d"))).first > again.first

    async def test_a_removal_can_be_recorded_elsewhere(self, store: Store) -> None:
        """With the cause of the command that asked for it."""
        await put(store, write("conversation/a"), write("record/figures"))
        writes = Commit(writes=(write("record/figures", 1),), cause=caused("record/figures", "day"))
        await store.forget(Forgetting(whole=("conversation/a",), writes=writes))

        assert await versions(store, "record/figures") == [1, 2]
        assert list(await store.load("conversation/a")) == []
        assert (await store.commit(Commit(cause=writes.cause))).repeated is not None

    async def test_forgetting_among_writers_harms_none(self, store: Store) -> None:
        """Erasure and commits may come at the same time."""
        await put(store, *(write(f"conversation/old-{number}", text="x") for number in range(5)))

        async def talk(name: int) -> None:
            for number in range(20):
                await put(store, write(f"conversation/{name}", number, text="word"))

        async def forget(number: int) -> None:
            await store.forget(Forgetting(whole=(f"conversation/old-{number}",)))

        outcomes = await together(
            *(partial(talk, name) for name in range(5)),
            *(partial(forget, number) for number in range(5)),
        )

        assert outcomes == [None] * 10
        for name in range(5):
            assert await versions(store, f"conversation/{name}") == list(range(1, 21))
            assert await versions(store, f"conversation/old-{name}") == []
        assert len(await store.search(Search(words="word"))) == 5

    async def test_a_removal_is_seen_through_another_door(self, store: Store, other: Store) -> None:
        """No other process writes to a stream that is gone."""
        await put(store, write("conversation/a"))
        await put(other, write("conversation/a", 1))
        await store.forget(Forgetting(whole=("conversation/a",)))

        with refused("gone"):
            await put(other, write("conversation/a", 2))
        assert list(await other.load("conversation/a")) == []
