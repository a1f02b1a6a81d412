"""What a flow is made of: values only, with nothing that waits or reads."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

import attrs

STEPS_PER_TURN = 20
"""So many steps a bot may go through before it waits for the visitor or ends."""
LINES_PER_TURN = 10
"""So many lines it may say meanwhile."""
MOST_CHOICES = 12
MOST_FIELDS = 20
LONGEST_LINE = 4000
LONGEST_CHOICE = 100
LONGEST_NOTE = 500
LONGEST_URL = 2000
LONGEST_ANSWER = 500
"""Of what a visitor answers in his own words, no more is kept; less where much is asked for."""
ALL_ANSWERS = 2500
"""The same for all his answers together, so that a bot's memory stays small."""

ESCAPE = (
    "human",
    "real person",
    "talk to a person",
    "speak to a person",
    "talk to someone",
    "speak to someone",
    "operator",
)
"""What leads to a person if the flow does not say so itself."""


@attrs.frozen
class Text:
    """Words in one language or several.

    Args:
        by: The words by language; under the empty key words that all languages read.
    """

    by: Mapping[str, str]

    def read(self, *languages: str) -> str:
        """Return the words in the first of these languages that has some; empty if none has."""
        return next((self.by[one] for one in (*languages, "") if one in self.by), "")


WORDS: Mapping[str, str] = {
    "sorry": "Sorry, I did not understand that.",
    "bad_name": "Please write your name alone.",
    "bad_email": "That does not look like an e-mail address.",
    "bad_phone": "That does not look like a phone number.",
    "helped": "Did this help?",
    "yes": "Yes",
    "no": "No",
    "solved": "Good to hear. Have a nice day!",
    "nobody": "Nobody is there to take over. Please leave a message.",
}
"""What a bot says by itself, in English; the table ``[words]`` says it otherwise."""

CLAIMS = ("name", "email", "phone")
"""Fields that are handed over as facts about the visitor, not as part of the note."""


class Outcome(StrEnum):
    """How a flow ends."""

    HAND_OFF = "hand_off"
    LEAVE_MESSAGE = "leave_message"
    CLOSE = "close"


@attrs.frozen(kw_only=True)
class Link:
    """A page that may help.

    Args:
        text: What it is called.
        url: Where it is, ``http`` or ``https``; may differ by language.
    """

    text: Text
    url: Text


@attrs.frozen(kw_only=True)
class Choice:
    """One of the answers to a question.

    Args:
        text: What the visitor reads and may press.
        to: The step it leads to.
        words: Further words that mean it when he types: ``price``, ``pric*``, ``opening hours``.
    """

    text: Text
    to: str
    words: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Case:
    """A way on that is taken if all of its conditions hold.

    Args:
        to: The step it leads to.
        available: One of ``online``, ``busy``, ``offline``: whether people could take over.
        language: One of these is what the visitor reads.
        site: He is on one of these sites.
        queue: His chat is in one of these queues.
        signed_in: Whether the host vouches for him; none if it does not matter.
        words: His last line has one of these.
        answers: What he has answered, by field.
    """

    to: str
    available: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    queue: tuple[str, ...] = ()
    signed_in: bool | None = None
    words: tuple[str, ...] = ()
    answers: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Choose:
    """Wait for one of several answers.

    Args:
        choices: The answers.
        field: Where the chosen text is kept, in the flow's first language; empty for nowhere.
        to: Where any other words lead; empty if they are not understood.
    """

    choices: tuple[Choice, ...]
    field: str = ""
    to: str = ""


@attrs.frozen(kw_only=True)
class Ask:
    """Wait for words of the visitor's own; a claim that is known already is not asked for.

    Args:
        field: Where they are kept; ``name``, ``email`` and ``phone`` are checked as such.
        to: Where it goes on.
        patterns: What they must look like: ``#`` is a digit, ``@`` a letter; empty for anything.
    """

    field: str
    to: str
    patterns: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Helped:
    """Ask whether that was the solution.

    Args:
        unsolved: Where No leads.
        solved: Where Yes leads; empty to close the chat with thanks.
    """

    unsolved: str
    solved: str = ""


@attrs.frozen(kw_only=True)
class Decide:
    """Take the first case that holds.

    Args:
        cases: The cases.
        to: Where it goes if none holds.
    """

    cases: tuple[Case, ...]
    to: str


@attrs.frozen(kw_only=True)
class Go:
    """Go on at once.

    Args:
        to: The next step.
    """

    to: str


@attrs.frozen(kw_only=True)
class End:
    """End the bot's part.

    Args:
        outcome: How.
        queue: The topic to hand over to; empty for the chat's own.
        note: What colleagues should know.
    """

    outcome: Outcome
    queue: str = ""
    note: str = ""


Then: TypeAlias = Choose | Ask | Helped | Decide | Go | End


@attrs.frozen(kw_only=True)
class Step:
    """Some lines, and what comes after them.

    Args:
        then: What comes after them.
        say: The lines.
        links: Pages, one line each, after the others.
        sorry: What to say here to an answer that is not understood, instead of the flow's words.
    """

    then: Then
    say: tuple[Text, ...] = ()
    links: tuple[Link, ...] = ()
    sorry: Text | None = None

    @property
    def waits(self) -> bool:
        """Whether the visitor is asked something here."""
        return isinstance(self.then, Choose | Ask | Helped)


@attrs.frozen(kw_only=True)
class Flow:
    """A conversation as data.

    Args:
        steps: The steps by name.
        start: The first one.
        person: Where a visitor is led who wants a person, or is not understood.
        nobody: Where it goes on when nobody can take over; empty to ask for a message.
        languages: Languages it speaks, ``en``; the first is for all other visitors.
        tries: So many answers to one question may be not understood.
        escape: Words that lead to a person.
        words: What the bot says by itself.
    """

    steps: Mapping[str, Step]
    start: str
    person: str
    nobody: str = ""
    languages: tuple[str, ...] = ("en",)
    tries: int = 2
    escape: tuple[str, ...] = ESCAPE
    words: Mapping[str, Text] = attrs.field(factory=dict)

    def language(self, wanted: str) -> str:
        """Return the language of this flow for a visitor who reads this one (``fr-CA``)."""
        low = wanted.casefold()
        short = low.replace("_", "-").partition("-")[0]
        known = {one.casefold(): one for one in self.languages}
        return known.get(low) or known.get(short) or self.languages[0]

    def read(self, text: Text, language: str) -> str:
        """Return the words of a text in one of this flow's languages."""
        return text.read(language, self.languages[0])

    def word(self, name: str) -> Text:
        """Return what the bot says by itself: the flow's own words, and English for the rest."""
        own = self.words.get(name)
        return Text({"en": WORDS[name], **(own.by if own else {})})
