"""What can be wrong with a flow: a stable code, the place, and what is known about it."""

from collections.abc import Mapping

import attrs

CODES: Mapping[str, str] = {
    "missing_key": "This must be given.",
    "unknown_key": "There is no such key here.",
    "wrong_type": "The value is of another kind than it must be.",
    "not_one_of": "The value is none of those that are allowed.",
    "bad_name": "Names are up to 30 small letters, digits and underscores, a letter first.",
    "no_way_on": "The step neither asks, nor goes on, nor ends.",
    "two_ways_on": "The keys contradict each other: a step goes on in one way only.",
    "silent_question": "The step waits for an answer but says nothing.",
    "empty_text": "There is nothing to read.",
    "bad_text": "The text is too long, or has characters that cannot be shown.",
    "bad_word": "A word has no letter, or a star that is not at one of its ends.",
    "missing_translation": "The text lacks a language of the flow.",
    "unknown_language": "The language is not among the flow's languages.",
    "bad_link": "A link must be a full web address with http or https.",
    "same_choice": "Two choices read alike, or have a word in common.",
    "too_many": "There are more of them than visitors or the desk can bear.",
    "empty_case": "The case has no condition.",
    "unknown_field": "No step asks for this field.",
    "unknown_answer": "No choice of this field reads so.",
    "unknown_step": "There is no step of this name.",
    "unknown_queue": "The desk has no queue of this name.",
    "unknown_site": "The desk has no site of this name.",
    "unreachable": "Nothing leads to the step.",
    "no_way_out": "Nothing that follows ever ends.",
    "endless_loop": "The steps lead to each other without asking the visitor anything.",
    "long_turn": "Too many steps or lines follow each other without asking the visitor anything.",
    "nobody_hands_off": "When nobody is there, it would only hand over again.",
}


@attrs.frozen
class Problem:
    """One thing that is wrong with a flow.

    Args:
        code: One of `CODES`.
        place: Keys from the outside in, joined by dots: ``steps.hello.choices.2.to``.
        detail: What was found, or what would have been right; may be empty.
    """

    code: str
    place: str
    detail: str = ""

    def __str__(self) -> str:
        told = f" ({self.detail})" if self.detail else ""
        return f"{self.place}: {self.code}{told}"
