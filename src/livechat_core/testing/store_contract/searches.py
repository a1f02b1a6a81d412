"""Promises about searching: whole words, taken literally, and only where the labels allow."""

import attrs
import pytest

from livechat_core.ports import Search, Store
from livechat_core.streams import Summary

from .base import BEGIN, Base, put, write

LITERAL = (
    *("50%", "100%", "1000", "100", "%", "a_b", "axb", "a*", "ab"),
    *(
        'say "no"',
        "it's",
        "NOT",
        "AND",
        "OR",
        "NEAR(a b)",
        "text:word",
        "-minus",
        "(round)",
        "^top",
    ),
    *(
        "back\\slash",
        "semi;colon",
        "--",
        "'); DROP TABLE journal; --",
        "{a,b}",
        "a+b",
        "\U0001f984",
    ),
)


async def found(store: Store, words: str, **search: object) -> set[str]:
    """Return the ids of the streams found, and see that each comes once."""
    summaries = await store.search(Search(words=words, **search))  # type: ignore[arg-type]
    names = [summary.stream.partition("/")[2] for summary in summaries]
    assert len(names) == len(set(names))
    return set(names)


@pytest.mark.anyio
class Searches(Base):
    """A search finds the streams whose texts hold all the words."""

    async def test_whole_words_are_found_whatever_their_case(self, store: Store) -> None:
        """Parts of words are not found."""
        await put(store, write("conversation/a", text="Where is my ORDER, please?"))
        await put(store, write("conversation/b", text="The orders are late"))
        await put(store, write("conversation/c"))

        assert await found(store, "order") == {"a"}
        assert await found(store, "Orders") == {"b"}
        assert await found(store, "ord") == set()
        assert await found(store, "please where") == {"a"}
        assert await found(store, "please late") == set()

    async def test_all_words_may_stand_in_different_texts(self, store: Store) -> None:
        """A stream's texts count as one."""
        await put(store, write("conversation/a", text="red shoes"))
        await put(store, write("conversation/b", text="red hat"))
        await put(store, write("conversation/a", 1, text="size nine"))
        await put(store, write("conversation/a", 2))

        assert await found(store, "red nine") == {"a"}
        assert await found(store, "red") == {"a", "b"}
        assert await found(store, "shoes nine red red") == {"a"}
        assert await found(store, "nine hat") == set()

    async def test_words_of_any_script_are_found(self, store: Store) -> None:
        """Case is folded as Unicode says."""
        texts = {"a": "Grüße aus Köln", "b": "Привет Ωmega", "c": "مرحبا", "d": "ИЗ МОСКВЫ, straße"}
        for name, text in texts.items():
            await put(store, write(f"conversation/{name}", text=text))

        assert await found(store, "grüße köln") == {"a"}
        assert await found(store, "GRÜSSE") == {"a"}
        assert await found(store, "ПРИВЕТ ωMEGA") == {"b"}
        assert await found(store, "مرحبا") == {"c"}
        assert await found(store, "москвы STRASSE") == {"d"}

    async def test_every_character_is_taken_literally(self, store: Store) -> None:
        """A5."""
        for place, text in enumerate(LITERAL):
            await put(store, write(f"conversation/{place}", text=f"before {text} after"))

        for place, text in enumerate(LITERAL):
            words = text.casefold().split()
            right = {
                str(other)
                for other, held in enumerate(LITERAL)
                if all(_holds(held.casefold(), word) for word in words)
            }
            assert str(place) in right
            assert await found(store, text) == right

    async def test_no_words_find_by_labels_alone(self, store: Store) -> None:
        """Labels and kind always hold."""
        await put(store, write("conversation/a", labels={"v=1", "w=1"}, text="red"))
        await put(store, write("conversation/b", labels={"v=1"}, text="red"))
        await put(store, write("agent/c", labels={"v=1"}, text="red"))

        assert await found(store, "") == {"a", "b"}
        assert await found(store, " \t ", labels=("v=1", "w=1")) == {"a"}
        assert await found(store, "red", labels=("v=1",)) == {"a", "b"}
        assert await found(store, "red", labels=("v=2",)) == set()
        assert await found(store, "red", kind="agent") == {"c"}

    async def test_the_span_includes_its_begin_and_not_its_end(self, store: Store) -> None:
        """It is about when a stream began."""
        for number in range(5):
            given = write(f"conversation/{number}", text="red", labels={"v=1"})
            await put(store, given, at=BEGIN + number)
        await put(store, write("conversation/1", 1, text="more"), at=BEGIN + 9)

        assert await found(store, "red", since=BEGIN + 1, until=BEGIN + 3) == {"1", "2"}
        assert await found(store, "red", since=BEGIN + 4) == {"4"}
        assert await found(store, "", until=BEGIN + 1, labels=("v=1",)) == {"0"}

    async def test_queues_and_number_narrow_a_search(self, store: Store) -> None:
        """Any of the queues; with everything else that must hold."""
        for name, queue in (("a", "sales"), ("b", "support"), ("c", None), ("d", "night")):
            given = write(f"conversation/{name}", queue=queue, labels={"v=1"}, text="red")
            await put(store, given)
        (second,) = await store.search(Search(queues=("support",)))

        assert await found(store, "", queues=("sales", "night", "none")) == {"a", "d"}
        assert await found(store, "red", queues=("sales",), labels=("v=1",)) == {"a"}
        assert await found(store, "", queues=("none",)) == set()
        assert await found(store, "", number=second.number) == {"b"}
        assert await found(store, "red", number=second.number, labels=("v=1",)) == {"b"}
        assert await found(store, "", number=second.number, queues=("sales",)) == set()
        assert await found(store, "", number=second.number, kind="agent") == set()
        assert await found(store, "", number=10**15) == set()

    @pytest.mark.parametrize(
        "search",
        [
            Search(),
            Search(words="red"),
            Search(labels=("v=1",)),
            Search(labels=("v=1", "w=1"), queues=("q0", "q1")),
            Search(words="red", labels=("w=1",), since=BEGIN + 3, until=BEGIN + 17),
            Search(since=BEGIN + 3),
            Search(until=BEGIN + 17),
            Search(labels=("v=1",), since=BEGIN + 3, until=BEGIN + 17),
        ],
        ids=lambda search: repr(search)[:60],
    )
    async def test_pages_of_a_search_follow_each_other(self, store: Store, search: Search) -> None:
        """All pages together are the whole, newest first, whatever is added meanwhile."""
        for place in range(20):
            labels = {"v=1", "w=1"} if place % 2 else {"v=1"}
            told = write(f"conversation/{place}", queue=f"q{place % 3}", labels=labels, text="red")
            await put(store, told, write(f"agent/{place}", labels=labels), at=BEGIN + place)
        whole = list(await store.search(attrs.evolve(search, limit=100)))
        assert len(whole) > 4
        paged: list[Summary] = []
        while page := await store.search(
            attrs.evolve(search, limit=3, before=paged[-1].number if paged else None)
        ):
            paged += page
            if len(paged) == 3:
                await put(store, write("conversation/late", labels={"v=1", "w=1"}, text="red"))

        assert paged == whole
        assert [one.number for one in whole] == sorted((one.number for one in whole), reverse=True)

    async def test_labels_find_a_conversation_as_soon_as_it_has_them(self, store: Store) -> None:
        """S3-25, S3-33: a tag or a person may come late, and go again."""
        person = {"tag=refund", "email=0123abcd", "contact=7"}
        await put(store, write("conversation/a", labels={"site=x"}, text="red"))
        await put(store, write("conversation/b", labels={"site=x"}, text="red"))
        await put(store, write("conversation/a", 1, labels={"site=x", *person}))

        for label in person:
            assert await found(store, "red", labels=(label, "site=x")) == {"a"}
        await put(store, write("conversation/a", 2, labels={"site=x"}))
        assert await found(store, "", labels=("tag=refund",)) == set()

    async def test_what_began_last_comes_first(self, store: Store) -> None:
        """Whatever was added to the others since."""
        for number in range(9):
            await put(store, write(f"conversation/{number}", text="red"))
        await put(store, write("conversation/3", 1, text="red"))
        rows = await store.search(Search(words="red", limit=3))

        assert [row.stream for row in rows] == [f"conversation/{number}" for number in (8, 7, 6)]
        assert [row.version for row in rows] == [1, 1, 1]

    async def test_what_was_just_committed_is_found(self, store: Store) -> None:
        """However the store keeps its index."""
        for number in range(200):
            await put(store, write(f"conversation/{number}", text=f"word{number} all"))
            if number % 40 == 0:
                assert await found(store, f"word{number}") == {str(number)}

        assert await found(store, "word199") == {"199"}
        assert len(await found(store, "all", limit=500)) == 200


def _holds(text: str, word: str) -> bool:
    """Say in another way than the library what it means that a text holds a word."""
    bare = "".join(letter if letter.isalnum() else " " for letter in word).split()
    around = "".join(
        letter if letter.isalnum() else " " for letter in f"before {text} after"
    ).split()
    runs = [around[place : place + len(bare)] for place in range(len(around))]
    return word in text and (not bare or bare in runs)
