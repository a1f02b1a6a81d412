"""Saved replies: placeholders, which are filled once, and finding one by a few letters (F38, F39).

``{visitor.name|there}`` stands for the visitor's name, or for "there" if nobody knows it; ``{{``
and ``}}`` stand for the braces themselves. There is nothing else: no expression, no format, no
second pass, so what a visitor calls himself is never read as a placeholder (A49).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs

from .errors import Rejected
from .record import Fault
from .words import folded

KNOWN = ("visitor.name", "agent.name", "site.name", "queue.name", "number")
"""What the desk can fill in; settings may declare more, with a text of their own."""
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)?")
_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}|]*)(\|(?P<otherwise>[^{}]*))?\}|[{}]")


@attrs.frozen
class Placeholder:
    """A place in a text that is filled in.

    Args:
        name: What stands there.
        otherwise: What stands there if that is not known.
    """

    name: str
    otherwise: str = ""


def parts(text: str) -> Iterator[str | Placeholder]:
    """Yield the plain texts and the placeholders that a text is made of.

    Raises:
        Rejected: ``bad_placeholder``: a brace that belongs to nothing.
    """
    end = 0
    for found in _TOKEN.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        end = found.end()
        token, name = found[0], found["name"]
        if name is not None and NAME.fullmatch(name):
            yield Placeholder(name, found["otherwise"] or "")
        elif token in ("{{", "}}"):
            yield token[0]
        else:
            raise Rejected("bad_placeholder", placeholder=token[:100], at=found.start())
    if end < len(text):
        yield text[end:]


def fault(text: str, custom: Collection[str] = ()) -> Fault | None:
    """Return what is wrong with the placeholders of a text: nothing if all can be filled."""
    try:
        found = [one.name for one in parts(text) if isinstance(one, Placeholder)]
    except Rejected as refused:
        return Fault(code=refused.code, key="body", why=str(refused.facts["placeholder"]))
    unknown = [name for name in found if name not in KNOWN and name not in custom]
    return Fault(code="unknown_placeholder", key="body", why=unknown[0]) if unknown else None


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with all placeholders filled; values are put in as they are, and not read.

    What is not known and has nothing to stand for it leaves an empty place.
    """
    return "".join(
        values.get(one.name, "") or one.otherwise if isinstance(one, Placeholder) else one
        for one in parts(text)
    )


@attrs.frozen(kw_only=True)
class Reply:
    """A saved reply, or a link to an article.

    Args:
        stream: Its record.
        title: What it is called.
        trigger: A word that calls it up.
        text: What is said, with placeholders.
        own: It is the agent's own.
        article: It is an article: the text is its title and its address.
        queue: Only for chats of this queue; empty for all.
        site: Only for chats of this site.
        language: Only for visitors of this language.
    """

    stream: str
    title: str
    trigger: str = ""
    text: str = ""
    own: bool = False
    article: bool = False
    queue: str = ""
    site: str = ""
    language: str = ""

    def suits(self, *, queue: str, site: str, language: str) -> bool:
        """Tell whether it is meant for such a chat; whose language nobody knows, it suits."""
        spoken = _primary(language)
        return (
            self.queue in ("", queue)
            and self.site in ("", site)
            and (not spoken or _primary(self.language) in ("", spoken))
        )

    def rank(self, wanted: str) -> int | None:
        """Return how well it answers to some typed letters, 0 best; none if it does not (S3-30).

        First the whole trigger, then the trigger's beginning, the title's, and that of one of its
        words.
        """
        trigger, title = folded(self.trigger), folded(self.title)
        ways = (
            trigger == wanted != "",
            trigger.startswith(wanted),
            title.startswith(wanted),
            any(word.startswith(wanted) for word in title.split()),
        )
        return next((place for place, holds in enumerate(ways) if holds), None)


def found(replies: Iterable[Reply], typed: str) -> list[Reply]:
    """Return the replies that typed letters call up, best first; of equals the agent's own first.

    Args:
        replies: Those that suit.
        typed: Letters; a ``#`` before them is left out.
    """
    wanted = folded(typed.strip().removeprefix("#"))
    ranked = ((reply.rank(wanted), reply) for reply in replies)
    hits = [
        (place, not reply.own, folded(reply.title), reply.stream, reply)
        for place, reply in ranked
        if place is not None
    ]
    return [hit[-1] for hit in sorted(hits, key=lambda hit: hit[:-1])]


def _primary(language: str) -> str:
    return language.partition("-")[0].casefold()
