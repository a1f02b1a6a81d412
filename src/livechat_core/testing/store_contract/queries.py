"""Promises about looking summaries up: every condition, every order, pages, changes of labels."""

from collections.abc import Sequence
from typing import Literal

import attrs
import pytest

from livechat_core.ports import Store
from livechat_core.streams import Query, Summary

from .base import BEGIN, Base, put, write


def names(found: Sequence[Summary]) -> list[str]:
    """Return the ids of the streams found, in order."""
    return [summary.stream.partition("/")[2] for summary in found]


async def fill(store: Store) -> None:
    """Record six streams of several kinds, phases, queues, ranks, deadlines, labels and ages."""
    rows = (
        ("conversation/a", "waiting", "support", (0, BEGIN + 3), BEGIN + 30, {"v=1", "site=x"}),
        ("conversation/b", "waiting", "support", (-1, BEGIN + 9), None, {"v=2", "site=x"}),
        ("conversation/c", "waiting", "sales", (0, BEGIN + 1), BEGIN + 10, {"v=1", "site=y"}),
        ("conversation/d", "active", "support", None, BEGIN + 10, {"v=3", "site=x"}),
        ("conversation/e", "closed", None, None, None, frozenset[str]()),
        ("agent/f", "waiting", "support", (0, BEGIN + 3), BEGIN + 20, {"v=1"}),
    )
    for place, (stream, phase, queue, rank, due_at, labels) in enumerate(rows):
        given = write(stream, phase=phase, queue=queue, rank=rank, due_at=due_at, labels=labels)
        await put(store, given, at=BEGIN + place)


@pytest.mark.anyio
class Queries(Base):
    """A query finds exactly what matches, in its order."""

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (Query(), "abcdef"),
            (Query(kind="conversation"), "abcde"),
            (Query(kind="conv"), ""),
            (Query(kind="%"), ""),
            (Query(phases=("waiting",)), "abcf"),
            (Query(phases=("waiting", "closed")), "abcef"),
            (Query(phases=("none",)), ""),
            (Query(queue="support"), "abdf"),
            (Query(queue=""), ""),
            (Query(labels=("v=1",)), "acf"),
            (Query(labels=("v=1", "site=x")), "a"),
            (Query(labels=("site=x", "v=1")), "a"),
            (Query(labels=("v=",)), ""),
            (Query(labels=("v=%",)), ""),
            (Query(labels=("v=1", "v=2")), ""),
            (Query(begun_since=BEGIN + 3), "def"),
            (Query(begun_since=BEGIN + 6), ""),
            (Query(due_before=BEGIN + 10), "cd"),
            (Query(due_before=BEGIN + 9), ""),
            (Query(due_before=BEGIN + 100), "acdf"),
            (Query(kind="conversation", phases=("waiting",), queue="support"), "ab"),
            (Query(kind="conversation", phases=("waiting", "active"), queue="support"), "abd"),
            (Query(kind="conversation", labels=("v=1",), due_before=BEGIN + 10), "c"),
            (Query(kind="agent", labels=("v=1",), phases=("waiting",), begun_since=BEGIN), "f"),
            (Query(phases=("waiting",), due_before=BEGIN + 20, kind="conversation"), "c"),
        ],
    )
    async def test_all_conditions_must_hold(self, store: Store, query: Query, found: str) -> None:
        """Each condition alone, and several together."""
        await fill(store)

        assert "".join(names(await store.summaries(query))) == found

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (Query(order="position"), "abcdef"),
            (Query(order="position", newest=True), "fedcba"),
            (Query(order="rank"), "bcafde"),
            (Query(order="due"), "cdfabe"),
            (Query(order="due", due_before=BEGIN + 20), "cdf"),
            (Query(order="rank", kind="conversation", phases=("waiting",)), "bca"),
            (Query(order="rank", kind="conversation", queue="support"), "bad"),
            (Query(order="position", newest=True, labels=("v=1",)), "fca"),
            (Query(order="due", labels=("v=1",)), "cfa"),
            (Query(order="rank", labels=("v=1",)), "caf"),
            (Query(order="position", newest=True, kind="conversation", phases=("waiting",)), "cba"),
        ],
    )
    async def test_the_order_is_the_querys(self, store: Store, query: Query, found: str) -> None:
        """What has no rank or no deadline comes last."""
        await fill(store)

        assert "".join(names(await store.summaries(query))) == found

    @pytest.mark.parametrize("size", [1, 2, 4])
    @pytest.mark.parametrize(
        ("kind", "order", "newest"),
        [
            (None, "position", False),
            (None, "position", True),
            (None, "rank", False),
            (None, "due", False),
            ("conversation", "rank", False),
            ("conversation", "position", True),
        ],
    )
    async def test_pages_follow_each_other(
        self,
        store: Store,
        size: int,
        kind: str | None,
        order: Literal["rank", "due", "position"],
        newest: bool,  # noqa: FBT001 - a parameter of the test
    ) -> None:
        """All pages together are the whole, each row once."""
        await fill(store)
        whole = Query(kind=kind, order=order, newest=newest)
        found: list[Summary] = []
        for _ in range(7):
            past = found[-1] if found else None
            rows = await store.summaries(attrs.evolve(whole, limit=size, past=past))
            assert len(rows) <= size
            found += rows

        assert found == list(await store.summaries(whole))

    async def test_changes_after_a_position_are_found(self, store: Store) -> None:
        """So an index of live streams is kept up to date."""
        await fill(store)
        head = (await store.wait(0, 0)).position
        assert list(await store.summaries(Query(changed_after=head))) == []

        await put(store, write("conversation/b", 1), write("conversation/g"))
        await put(store, write("conversation/a", 1, phase="active", labels={"v=1"}))

        assert names(await store.summaries(Query(changed_after=head))) == ["b", "g", "a"]
        active = Query(changed_after=head, kind="conversation", phases=("active",))
        assert names(await store.summaries(active)) == ["a"]
        assert names(await store.summaries(Query(changed_after=head, labels=("v=1",)))) == ["a"]
        assert names(await store.summaries(Query(changed_after=head + 1, limit=1))) == ["g"]

    async def test_a_changed_summary_is_found_by_what_it_is_now(self, store: Store) -> None:
        """And no more by what it was."""
        await fill(store)
        changed = write(
            "conversation/a",
            1,
            phase="active",
            queue="sales",
            rank=(-5, 0),
            due_at=BEGIN + 1,
            labels={"v=9", "site=x"},
        )
        await put(store, changed)

        assert names(await store.summaries(Query(labels=("v=1",)))) == ["c", "f"]
        assert names(await store.summaries(Query(labels=("site=x", "v=9")))) == ["a"]
        assert names(await store.summaries(Query(queue="sales"))) == ["c", "a"]
        assert names(await store.summaries(Query(kind="conversation", phases=("waiting",)))) == [
            *("b", "c"),
        ]
        either = Query(kind="conversation", phases=("waiting", "active"))
        assert names(await store.summaries(either)) == ["b", "c", "d", "a"]
        assert names(await store.summaries(Query(due_before=BEGIN + 1))) == ["a"]
        assert names(await store.summaries(Query(order="rank", limit=1))) == ["a"]

        await put(store, write("conversation/a", 2, phase="active"))

        assert list(await store.summaries(Query(labels=("v=9",)))) == []
        assert list(await store.summaries(Query(due_before=BEGIN + 1))) == []
        assert names(await store.summaries(Query(order="rank", queue="sales"))) == ["c"]

    async def test_labels_are_taken_literally(self, store: Store) -> None:
        """A5."""
        odd = [
            "l=%",
            "l=_",
            "l=*",
            'l="',
            "l='",
            "l=a b",
            "l=\\",
            "l=[",
            "l=,",
            "l=A",
            "l=a",
            "l=ä",
            "l=",
        ]
        for place, label in enumerate(odd):
            await put(store, write(f"conversation/{place}", labels={label}))

        for place, label in enumerate(odd):
            assert names(await store.summaries(Query(labels=(label,)))) == [str(place)]

    async def test_of_more_than_the_limit_the_first_are_found(self, store: Store) -> None:
        """First in the query's order."""
        for number in range(30):
            await put(store, write(f"conversation/{number}", rank=(0, -number)))

        assert names(await store.summaries(Query(limit=3))) == ["0", "1", "2"]
        assert names(await store.summaries(Query(limit=3, newest=True))) == ["29", "28", "27"]
        assert names(await store.summaries(Query(limit=3, order="rank"))) == ["29", "28", "27"]
        assert len(await store.summaries(Query())) == 30
