"""Promises about searching: whole words, taken literally, and only where the labels allow."""

import pytest

from livechat_core.ports import Search, Store

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
