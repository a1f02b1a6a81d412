"""Texts and searches as rows of words, by the rules of words.py that hold for every store."""

from hashlib import blake2b

from ...words import folded, terms

LONGEST = 64
"""A longer word is indexed by its hash: an index has no room for it."""


def said(text: str) -> tuple[str, list[str]]:
    """Return a text as it is kept: folded, and its words in their order.

    PostgreSQL keeps no NUL character; no search can ask for one.
    """
    kept = folded(text).replace("\0", " ")
    return kept, [_key(word) for word in _split(kept)]


def asked(words: str) -> list[list[object]]:
    """Return for each term of a search: the words of a text, what it holds, what follows in it."""
    found: list[list[object]] = []
    for term in terms(words.replace("\0", " ")):
        keys = [_key(word) for word in term.phrase.split()]
        phrase = f" {' '.join(keys)} " if keys else ""
        found.append([keys, term.literal, phrase])
    return found


def _split(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def _key(word: str) -> str:
    if len(word) <= LONGEST:
        return word
    # No word begins with "#", so no word is taken for the hash of another.
    return "#" + blake2b(word.encode(), digest_size=16).hexdigest()
