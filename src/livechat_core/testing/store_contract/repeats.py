"""Promises about causes: a command that comes again changes nothing and gets the first answer."""

import pytest

from livechat_core.errors import Full
from livechat_core.ports import Store
from livechat_core.streams import Commit, Guard, Query

from .base import Base, caused, put, refused, versions, write


@pytest.mark.anyio
class Repeats(Base):
    """A command of a client is recorded once, however often it comes (G3)."""

    async def test_an_unknown_cause_is_unknown(self, store: Store) -> None:
        """A commit without writes asks and records nothing."""
        await put(store, write("conversation/a"))
        for stream in ("conversation/a", "conversation/b"):
            asked = await store.commit(Commit(cause=caused(stream, "1")))
            assert asked.repeated is None

        assert await versions(store, "conversation/a") == [1]

    async def test_a_cause_that_comes_again_gets_the_first_result(self, store: Store) -> None:
        """G3."""
        await put(store, write("conversation/a", events=2))
        writes = (write("agent/x"), write("conversation/a", 2, events=2))
        first = await store.commit(Commit(writes=writes, cause=caused("conversation/a", "1")))
        await put(store, write("conversation/a", 4))
        recorded = (await store.load("conversation/a", 2))[0]

        for repeat in (
            Commit(cause=caused("conversation/a", "1")),
            Commit(writes=writes, cause=caused("conversation/a", "1")),
            Commit(
                writes=(write("conversation/a", 5),),
                guards=(Guard(name="none", query=Query(), limit=0),),
                cause=caused("conversation/a", "1"),
            ),
        ):
            again = await store.commit(repeat)
            assert again.repeated == (3, recorded.position)

        assert first.repeated is None
        assert await versions(store, "conversation/a") == [1, 2, 3, 4, 5]
        assert await versions(store, "agent/x") == [1]

    async def test_the_cause_of_a_streams_first_event_is_known(self, store: Store) -> None:
        """A stream that a command begins answers its repeat."""
        commit = Commit(writes=(write("conversation/a"),), cause=caused("conversation/a", "1"))
        first = await store.commit(commit)

        assert (await store.commit(commit)).repeated == (1, first.first)

    async def test_a_cause_with_another_digest_is_a_conflict(self, store: Store) -> None:
        """G3."""
        cause = caused("conversation/a", "1")
        await store.commit(Commit(writes=(write("conversation/a"),), cause=cause))
        other = caused("conversation/a", "1", digest="other")
        for commit in (
            Commit(cause=other),
            Commit(writes=(write("conversation/a", 1),), cause=other),
        ):
            with refused("client_id", stream="conversation/a", id="1"):
                await store.commit(commit)

        assert await versions(store, "conversation/a") == [1]

    async def test_causes_of_others_are_others(self, store: Store) -> None:
        """G3."""
        await put(store, write("conversation/b"))
        for place, cause in enumerate(
            (
                caused("conversation/a", "1"),
                caused("conversation/a", "2"),
                caused("conversation/a", "1", actor="agent:ana"),
                caused("conversation/a", "", actor="visitor:v\0001"),
            )
        ):
            commit = Commit(writes=(write("conversation/a", place),), cause=cause)
            assert (await store.commit(commit)).repeated is None
        elsewhere = caused("conversation/b", "1", digest="other")
        commit = Commit(writes=(write("conversation/b", 1),), cause=elsewhere)

        assert (await store.commit(commit)).repeated is None

    async def test_a_refused_commit_leaves_no_cause(self, store: Store) -> None:
        """The same command may be tried again."""
        await put(store, write("conversation/a", labels={"v=1"}))
        full = Guard(name="one", query=Query(labels=("v=1",)), limit=1)
        cause = caused("conversation/b", "1")
        started = Commit(
            writes=(write("conversation/b", labels={"v=1"}),), guards=(full,), cause=cause
        )
        with pytest.raises(Full):
            await store.commit(started)
        with refused("version"):
            await store.commit(Commit(writes=(write("conversation/b", 4),), cause=cause))

        assert (await store.commit(Commit(cause=cause))).repeated is None
        committed = await store.commit(Commit(writes=(write("conversation/b"),), cause=cause))
        assert committed.repeated is None

    async def test_causes_are_found_again_among_many(self, store: Store) -> None:
        """G3."""
        many = 700
        for number in range(many):
            cause = caused("conversation/a", str(number))
            await store.commit(Commit(writes=(write("conversation/a", number),), cause=cause))

        for number in range(0, many, 50):
            asked = await store.commit(Commit(cause=caused("conversation/a", str(number))))
            assert asked.repeated is not None
            assert asked.repeated[0] == number + 1
        unknown = await store.commit(Commit(cause=caused("conversation/a", str(many))))
        assert unknown.repeated is None
