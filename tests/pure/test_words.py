"""What a search means: whole words, whatever case and accents, other characters literally."""

import pytest

from livechat_core.words import Term, folded, holds, terms


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Plain ASCII 1%", "plain ascii 1%"),
        ("Grüße", "grusse"),
        ("GRÜSSE", "grusse"),
        ("José e\u0301", "jose e"),
        ("ﬁne Ⅳ", "fine iv"),
        ("ПРИВЕТ", "привет"),
        ("İstanbul", "istanbul"),
        ("\U0001f984 你好", "\U0001f984 你好"),
    ],
)
def test_texts_are_kept_without_case_and_accents(text: str, kept: str) -> None:
    assert folded(text) == kept
    assert folded(kept) == kept


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ()),
        (" \t\n ", ()),
        ("Red red RED", (Term("red", ""),)),
        ("red hat", (Term("red", ""), Term("hat", ""))),
        ("100%", (Term("100", "100%"),)),
        ("%", (Term("", "%"),)),
        ("O'Brien", (Term("o brien", "o'brien"),)),
        ('"red', (Term("red", '"red'),)),
        ("a_b", (Term("a b", "a_b"),)),
    ],
)
def test_words_become_terms_A5(words: str, found: tuple[Term, ...]) -> None:
    assert terms(words) == found


@pytest.mark.parametrize(
    ("text", "words", "held"),
    [
        ("Where is my order?", "ORDER", True),
        ("Where are my orders?", "order", False),
        ("It costs 100% more", "100%", True),
        ("It costs 1000 more", "100%", False),
        ("It costs 100 more", "100%", False),
        ("x100% more", "100%", False),
        ("Mr O'Brien", "o'brien", True),
        ("o brien", "o'brien", False),
        ("fifty %", "%", True),
        ("fifty", "%", False),
        ("grusse", "GRÜSSE", True),
    ],
)
def test_a_text_holds_a_term_as_words_and_literally_A5(text: str, words: str, held: bool) -> None:  # noqa: FBT001
    assert all(holds(folded(text), term) for term in terms(words)) is held
