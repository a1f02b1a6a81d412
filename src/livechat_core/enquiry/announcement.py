"""The announcement: the one text that staff channels show and that the ERM's history note keeps.

It is rendered once and never again (S0-17). Every line but the first and the last is a field with
its own name; visitor text is quoted line by line, so it cannot pose as a field (A41). The last line
is the reference that a probe of an ERM without keys looks for.
"""

import hmac
from collections.abc import Sequence

import attrs

from ..text import shortened

HEADLINES = {
    "left_message": "A new customer has left a message on live chat.",
    "enquiry": "A visitor asks for help on live chat.",
    "waiting": "A visitor is waiting, and nobody has taken the chat yet.",
    "new_visitor": "A visitor is browsing.",
    "ticket": "A ticket was made from a live chat.",
}
GUEST = "Guest"
LONGEST = 8000
"""So many characters of a chat stand in a ticket."""
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


@attrs.frozen(kw_only=True)
class Facts:
    """What an announcement tells: the six facts of S0-8 to S0-13, and the site.

    Args:
        kind: ``left_message``, ``enquiry``, ``waiting``, ``new_visitor`` or ``ticket``.
        site: Name of the site.
        name: The name as known, empty for none.
        signed_in: Whether the host vouched for the name.
        email: Where the customer wants the answer.
        question: As asked.
        page: Address of the page he was on.
        location: Coarse text.
        subject: What a ticket is about.
        remark: What its maker had to add.
    """

    kind: str
    site: str
    name: str = ""
    signed_in: bool = False
    email: str = ""
    question: str = ""
    page: str = ""
    location: str = ""
    subject: str = ""
    remark: str = ""


def shown_name(name: str, *, signed_in: bool) -> str:
    """Return the name staff see: signed in as it is, typed with a mark, else Guest (S0-9)."""
    if not name:
        return GUEST
    return name if signed_in else f"{name} (not signed in)"


def reference(number: int, stream: str, key: bytes) -> str:
    """Return the reference of an enquiry: its number and six letters nobody can guess."""
    digest = hmac.digest(key, b"reference:" + stream.encode(), "sha256")
    return f"Ref {number}-" + "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:6])


def six_facts(facts: Facts) -> dict[str, str]:
    """Return the six facts in words, by name, in the order in which they are shown."""
    return {
        "kind": HEADLINES.get(facts.kind, "Erased."),
        "name": shown_name(_one_line(facts.name), signed_in=facts.signed_in),
        "email": _one_line(facts.email) or "not given",
        "question": facts.question or "not given",
        "page": _one_line(facts.page) or "unknown",
        "location": _one_line(facts.location) or "unknown",
    }


def _one_line(text: str) -> str:
    """Return text from the host on one line: it passed no cleaner and must not pose as a field."""
    return " ".join(text.split())


def render(facts: Facts, ref: str) -> str:
    """Return the announcement, without a line break at its end."""
    told = six_facts(facts)
    lines = [told["kind"], f"Site: {facts.site}", f"Name: {told['name']}"]
    if facts.kind != "new_visitor":
        lines += [f"E-mail: {told['email']}", "Question:"]
        lines += [f"> {line}" for line in told["question"].splitlines()]
    lines += [f"Page: {told['page']}", f"Location: {told['location']}", ref]
    return "\n".join(lines)


def render_ticket(facts: Facts, said: Sequence[str], ref: str) -> str:
    """Return the announcement of a ticket: as any other, with the conversation in it (S1-19)."""
    told = six_facts(facts)
    lines = [
        *(told["kind"], f"Site: {facts.site}", f"Subject: {_one_line(facts.subject)}"),
        *(f"Name: {told['name']}", f"E-mail: {told['email']}"),
    ]
    if facts.remark:
        lines += ["Remark:", *_quoted(facts.remark)]
    lines += ["Conversation:", *(line for text in _shown(said) for line in _quoted(text))]
    lines += [f"Page: {told['page']}", f"Location: {told['location']}", ref]
    return "\n".join(lines)


def _quoted(text: str) -> list[str]:
    return [f"> {line}" for line in text.splitlines()]


def _shown(said: Sequence[str]) -> list[str]:
    """Return the lines of a chat; of one too long its beginning and its end."""
    if sum(map(len, said)) <= LONGEST:
        return list(said)
    texts = [shortened(text, LONGEST // 4) for text in said]
    first, rest, room = texts[0], texts[1:], LONGEST - len(texts[0])
    last: list[str] = []
    while rest and len(rest[-1]) <= room:
        room -= len(rest[-1])
        last.insert(0, rest.pop())
    left_out = [f"[{len(rest)} lines left out]"] if rest else []
    return [first, *left_out, *last]
