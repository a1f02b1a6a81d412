"""What a text search means, the same for every store: whole words, whatever case and accents.

A store keeps texts `folded` and breaks them into words at every character that is neither letter
nor digit. Each `Term` of a search must then be found as a phrase of such words and, if it holds
other characters too, also literally: ``100%`` finds neither ``1000`` nor ``100 pieces`` (A5).
"""

import unicodedata

import attrs


@attrs.frozen
class Term:
    """One thing that a text must hold.

    Args:
        phrase: Words that follow each other, joined by one blank; may be empty.
        literal: Characters that must stand in the text as they are; empty if the phrase says all.
    """

    phrase: str
    literal: str


def folded(text: str) -> str:
    """Return the text without case and accents."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def terms(words: str) -> tuple[Term, ...]:
    """Return what a text must hold to match these words, each between blanks, without repeats."""
    return tuple(_term(word) for word in dict.fromkeys(folded(words).split()))


def holds(text: str, term: Term) -> bool:
    """Tell whether a folded text holds the term."""
    said = not term.phrase or f" {term.phrase} " in f" {_phrase(text)} "
    return said and term.literal in text


def _term(word: str) -> Term:
    phrase = _phrase(word)
    return Term(phrase, "" if phrase == word else word)


def _phrase(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())
