"""Promises about commits that come together, and about guards under concurrent writers."""

from collections.abc import Sequence
from functools import partial

import attrs
import pytest

from livechat_core.errors import Conflict, Full
from livechat_core.ports import Store
from livechat_core.streams import Commit, Committed, Guard, Query

from .base import BEGIN, Base, caused, put, together, versions, write

WRITERS = 40
PLACES = 5


def limited(stream: str, limit: int, *guards: str) -> Commit:
    """Return the start of a stream, guarded so that at most ``limit`` have each of these labels."""
    return Commit(
        writes=(write(stream, labels=guards),),
        guards=tuple(
            Guard(name=label, query=Query(kind="conversation", labels=(label,)), limit=limit)
            for label in guards
        ),
    )


def done(outcomes: Sequence[object]) -> int:
    """Count the commits that were recorded."""
    return sum(isinstance(outcome, Committed) for outcome in outcomes)


@pytest.mark.anyio
class Groups(Base):
    """However many commit at once, it is as if they came one after the other."""

    async def test_a_guard_counts_what_there_will_be(self, store: Store) -> None:
        """G5."""
        for number in range(2):
            await store.commit(limited(f"conversation/{number}", 2, "v=1"))
        before = await store.wait(0, 0)
        with pytest.raises(Full) as caught:
            await store.commit(limited("conversation/2", 2, "v=1"))

        assert caught.value.guard == "v=1"
        assert caught.value.holders == ("conversation/0", "conversation/1")
        assert list(await store.load("conversation/2")) == []
        assert (await store.wait(0, 0)).position == before.position
        await store.commit(limited("conversation/3", 2, "v=2"))

    async def test_a_guard_counts_the_commits_own_streams(self, store: Store) -> None:
        """As they are after the commit, not before."""
        two = tuple(write(f"conversation/{name}", labels={"v=1"}) for name in "ab")
        guard = Guard(name="one", query=Query(labels=("v=1",)), limit=1)
        with pytest.raises(Full) as caught:
            await store.commit(Commit(writes=two, guards=(guard,)))
        assert caught.value.holders == ()

        await store.commit(Commit(writes=two[:1], guards=(guard,)))
        again = write("conversation/a", 1, labels={"v=1"})
        await store.commit(Commit(writes=(again,), guards=(guard,)))
        moved = (write("conversation/a", 2), write("conversation/b", labels={"v=1"}))
        await store.commit(Commit(writes=moved, guards=(guard,)))

    async def test_a_guard_forbids_what_it_forbids_to_all(self, store: Store) -> None:
        """It may be about streams that the commit does not touch."""
        guard = Guard(name="none", query=Query(kind="ban"), limit=0)
        await store.commit(Commit(writes=(write("conversation/a"),), guards=(guard,)))
        await put(store, write("ban/a"))
        with pytest.raises(Full) as caught:
            await store.commit(Commit(writes=(write("conversation/b"),), guards=(guard,)))
        assert caught.value.holders == ("ban/a",)

    async def test_all_of_a_commits_guards_must_hold(self, store: Store) -> None:
        """In whatever order they are given."""
        await store.commit(limited("conversation/a", 1, "v=1"))
        for labels in (("v=2", "v=1"), ("v=1", "v=2")):
            with pytest.raises(Full):
                await store.commit(limited("conversation/b", 1, *labels))
        await store.commit(limited("conversation/b", 1, "v=2", "v=3"))

    @pytest.mark.parametrize(
        "query",
        [
            Query(kind="conversation", phases=("waiting", "offered"), queue="support"),
            Query(labels=("site=shop", "v=1")),
            Query(kind="conversation", labels=("v=1",), begun_since=BEGIN),
            Query(due_before=BEGIN + 5),
            Query(kind="conversation", phases=("waiting",), limit=1, newest=True),
        ],
    )
    async def test_a_guard_may_ask_whatever_a_query_may(self, store: Store, query: Query) -> None:
        """All conditions count; order, limit and page do not."""
        guard = Guard(name="guard", query=query, limit=3)
        others = (
            write("agent/v", phase="idle", queue="support", labels={"v=1"}),
            write("conversation/v", phase="closed", queue="support", labels={"v=2", "site=shop"}),
            write("conversation/w", phase="closed", queue="sales", due_at=BEGIN + 6),
        )
        await put(store, *others, at=BEGIN - 1)
        calls = [
            partial(
                store.commit,
                Commit(
                    writes=(
                        write(
                            f"conversation/{number}",
                            phase="waiting",
                            queue="support",
                            due_at=BEGIN + 5,
                            labels={"site=shop", "v=1"},
                        ),
                    ),
                    guards=(guard,),
                    at=BEGIN,
                ),
            )
            for number in range(6)
        ]

        assert done(await together(*calls)) == 3
        assert len(await store.summaries(Query(phases=("waiting",)))) == 3

    async def test_guards_hold_exactly_under_concurrent_writers(self, store: Store) -> None:
        """G5, G7."""
        for round_ in range(5):
            label = f"round={round_}"
            outcomes = await together(
                *(
                    partial(store.commit, limited(f"conversation/{round_}-{number}", PLACES, label))
                    for number in range(WRITERS)
                )
            )
            holders = [one.stream for one in await store.summaries(Query(labels=(label,)))]

            assert done(outcomes) == len(holders) == PLACES
            for outcome in outcomes:
                if isinstance(outcome, Full):
                    assert set(outcome.holders) == set(holders)

    async def test_guards_hold_while_places_are_freed(self, store: Store) -> None:
        """G7."""
        most = 0

        async def come_and_go(number: int) -> int:
            nonlocal most
            got = 0
            for turn in range(10):
                stream = f"conversation/{number}-{turn}"
                try:
                    await store.commit(limited(stream, PLACES, "held"))
                except Full:
                    continue
                got += 1
                most = max(most, len(await store.summaries(Query(labels=("held",)))))
                await put(store, write(stream, 1))
            return got

        got = await together(*(partial(come_and_go, number) for number in range(12)))

        assert 0 < most <= PLACES
        assert sum(int(one) for one in got if isinstance(one, int)) >= PLACES
        assert list(await store.summaries(Query(labels=("held",)))) == []

    async def test_one_of_many_writers_of_a_version_wins(self, store: Store) -> None:
        """G12."""
        await put(store, write("enquiry/a"))
        for version in range(1, 6):
            outcomes = await together(
                *(
                    partial(
                        put, store, write("enquiry/a", version), write(f"agent/{version}-{number}")
                    )
                    for number in range(WRITERS)
                )
            )
            assert done(outcomes) == 1
            assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == WRITERS - 1

        assert await versions(store, "enquiry/a") == [1, 2, 3, 4, 5, 6]
        assert len(await store.summaries(Query(kind="agent"))) == 5

    async def test_one_of_many_copies_of_a_command_is_recorded(self, store: Store) -> None:
        """G3."""
        await put(store, write("conversation/a"))
        commit = Commit(writes=(write("conversation/a", 1),), cause=caused("conversation/a", "1"))
        outcomes = await together(*[partial(store.commit, commit)] * WRITERS)
        answers = [one.repeated for one in outcomes if isinstance(one, Committed)]

        assert len(answers) == WRITERS
        assert answers.count(None) == 1
        assert set(answers) == {None, (2, (await store.load("conversation/a", 1))[0].position)}
        assert await versions(store, "conversation/a") == [1, 2]

    async def test_copies_of_a_refused_command_are_all_refused(self, store: Store) -> None:
        """G3: the answer to a repeat never speaks of what was not recorded."""
        await store.commit(limited("conversation/a", 1, "v=1"))
        refused = limited("conversation/b", 1, "v=1")
        commit = attrs.evolve(refused, cause=caused("conversation/b", "1"))
        outcomes = await together(*[partial(store.commit, commit)] * WRITERS)

        assert sum(isinstance(one, Full) for one in outcomes) == WRITERS
        assert list(await store.load("conversation/b")) == []

    async def test_a_failing_member_harms_no_other(self, store: Store) -> None:
        """G22."""
        await put(store, write("conversation/old", labels={"v=1"}))
        known = caused("conversation/old", "1")
        await store.commit(
            Commit(writes=(write("conversation/old", 1, labels={"v=1"}),), cause=known)
        )
        wrong = (
            Commit(writes=(write("conversation/bad-1"), write("conversation/old", 9))),
            limited("conversation/bad-2", 1, "v=1"),
            Commit(cause=caused("conversation/old", "1", digest="other")),
            Commit(writes=(write("conversation/bad-3", 1),)),
        )
        calls = []
        for number in range(WRITERS):
            started = f"conversation/good-{number}"
            calls.append(partial(store.commit, Commit(writes=(write(started, text="word"),))))
            calls.append(partial(store.commit, wrong[number % len(wrong)]))
            calls.append(
                partial(store.commit, limited(f"conversation/free-{number}", 1, f"n={number}"))
            )
        outcomes = await together(*calls)
        names = {one.stream for one in await store.summaries(Query(limit=1000))}

        assert done(outcomes) == done(outcomes[0::3]) + done(outcomes[2::3]) == 2 * WRITERS
        assert sum(isinstance(one, Full | Conflict) for one in outcomes[1::3]) == WRITERS
        assert not any(name.startswith("conversation/bad") for name in names)
        assert len(names) == 1 + 2 * WRITERS
        for name in names - {"conversation/old"}:
            assert await versions(store, name) == [1]

    async def test_what_no_store_can_keep_harms_no_other(self, store: Store) -> None:
        """B1, B4: a lone surrogate, a number beyond 64 bits, facts that are no JSON."""
        poison = (
            write("conversation/bad-1", facts={"text": "\ud800"}),
            write("conversation/bad-2", due_at=2**70),
            write("conversation/bad-3", facts={"object": object()}),
            write("conversation/bad-4", labels={"l=\udfff"}),
        )

        async def spoil(number: int) -> str:
            try:
                await put(store, poison[number % len(poison)])
            except Exception as error:  # noqa: BLE001 - a store may refuse it in its own way
                return repr(error)
            return "kept"

        outcomes = await together(
            *(
                partial(put, store, write(f"conversation/good-{number}"))
                for number in range(WRITERS)
            ),
            *(partial(spoil, number) for number in range(WRITERS)),
            *(
                partial(put, store, write(f"conversation/more-{number}"))
                for number in range(WRITERS)
            ),
        )

        assert done(outcomes) == 2 * WRITERS
        for number in range(WRITERS):
            assert await versions(store, f"conversation/good-{number}") == [1]
            assert await versions(store, f"conversation/more-{number}") == [1]

    async def test_two_doors_to_one_journal_keep_one_order(
        self, store: Store, other: Store
    ) -> None:
        """G2, G20."""
        rounds = 30

        async def talk(door: Store, name: str) -> None:
            for number in range(rounds):
                await put(door, write(f"conversation/{name}", number))

        await together(
            *(partial(talk, store, f"a{number}") for number in range(5)),
            *(partial(talk, other, f"b{number}") for number in range(5)),
        )
        seen = [list(await door.feed(0, limit=1000)) for door in (store, other)]
        positions = [recorded.position for recorded in seen[0]]

        assert seen[0] == seen[1]
        assert len(positions) == 10 * rounds
        assert positions == sorted(set(positions))

    async def test_guards_and_causes_hold_through_two_doors(
        self, store: Store, other: Store
    ) -> None:
        """G3, G5."""
        doors = (store, other)
        outcomes = await together(
            *(
                partial(doors[number % 2].commit, limited(f"conversation/{number}", PLACES, "v=1"))
                for number in range(WRITERS)
            )
        )
        assert done(outcomes) == PLACES

        for number in range(20):
            begin = len(await versions(store, "conversation/x"))
            cause = caused("conversation/x", str(number))
            commit = Commit(writes=(write("conversation/x", begin),), cause=cause)
            answers = await together(*(partial(door.commit, commit) for door in doors * 3))

            assert [one.repeated for one in answers if isinstance(one, Committed)].count(None) == 1
            assert len(await versions(other, "conversation/x")) == begin + 1
