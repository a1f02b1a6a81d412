"""What a visitor's words mean: which choice, whether a person is wanted, which address.

Words are compared without case and accents. A star stands for any letters at one end of a word, so
``pric*`` is said by "prices"; several words must follow each other.
"""

import re
from collections.abc import Iterable, Sequence

from ..errors import Invalid, LimitExceeded
from ..text import clean_email, clean_name
from ..words import folded

LONGEST_PHONE = 40

_AROUND = ".,;:!?<>()[]{}\"'«»\u201c\u201d\u201e\u2018\u2019"
_PHONE = re.compile(r"\+?\(?\d[\d\s()/.\-]*\d")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, without case, accents and everything that is no letter."""
    return tuple("".join(x if x.isalnum() else " " for x in folded(text)).split())


def says(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether a text has one of these words or phrases somewhere."""
    said = words_of(text)
    return any(_holds(said, _pattern(phrase)) for phrase in phrases)


def is_one_of(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether a text is one of these phrases and nothing else."""
    said = words_of(text)
    wanted = map(_pattern, phrases)
    return any(len(said) == len(phrase) and _holds(said, phrase) for phrase in wanted)


def same(text: str, other: str) -> bool:
    """Tell whether two texts differ at most in case, accents and blanks."""
    return folded(text).split() == folded(other).split()


def email_in(text: str) -> str:
    """Return the one e-mail address in a text; empty if there is none, or more than one."""
    found = {address for word in text.split() if (address := _email(word.strip(_AROUND)))}
    return found.pop() if len(found) == 1 else ""


def phone_in(text: str) -> str:
    """Return the one phone number in a text, as typed; empty if there is none, or more than one."""
    found = [part for part in _PHONE.findall(text) if 5 <= sum(map(str.isdigit, part)) <= 15]
    number = " ".join(found[0].split()) if len(found) == 1 else ""
    return number if len(number) <= LONGEST_PHONE else ""


def name_in(text: str) -> str:
    """Return the text if it may be a person's name, else nothing."""
    try:
        name = clean_name(text)
    except (Invalid, LimitExceeded):
        return ""
    return name if any(letter.isalpha() for letter in name) else ""


def like(text: str, patterns: Sequence[str]) -> str:
    """Return the first word of a text that looks like one of the patterns; empty if none does.

    Args:
        text: What the visitor has said.
        patterns: ``#`` is a digit, ``@`` a letter, all else itself; none for anything.
    """
    if not patterns:
        return " ".join(text.split())
    found = (word.strip(_AROUND) for word in text.split())
    return next((word for word in found if any(_fits(word, one) for one in patterns)), "")


def _email(word: str) -> str:
    try:
        return clean_email(word)
    except Invalid:
        return ""


def _fits(word: str, pattern: str) -> bool:
    return len(word) == len(pattern) and all(map(_is, word, pattern))


def _is(letter: str, sign: str) -> bool:
    if sign == "#":
        return letter.isdecimal()
    return letter.isalpha() if sign == "@" else folded(letter) == folded(sign)


def _pattern(phrase: str) -> tuple[str, ...]:
    kept = (x if x.isalnum() or x == "*" else " " for x in folded(phrase))
    return tuple(word for word in "".join(kept).split() if word.strip("*"))


def _holds(said: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    starts = range(len(said) - len(phrase) + 1) if phrase else range(0)
    return any(all(map(_meant, said[start:], phrase)) for start in starts)


def _meant(word: str, wanted: str) -> bool:
    bare = wanted.strip("*")
    if wanted.startswith("*") and wanted.endswith("*"):
        return bare in word
    if wanted.endswith("*"):
        return word.startswith(bare)
    return word.endswith(bare) if wanted.startswith("*") else word == bare
