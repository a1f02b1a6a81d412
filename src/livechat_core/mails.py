"""Mails to visitors: what is in them, and the link that leads back into the chat.

They are plain text, in the site's words, and hold only what both sides saw, never a note. What was
written by somebody whom nobody vouches for has no links in it, so the desk is of no use to whoever
wants to mail advertisements to other people (A23).
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import attrs

from . import conversation, enquiry, job
from .desk import Desk
from .errors import DeliveryError
from .ports import Mail
from .rules import Rules, Site
from .streams import Event, Recorded, id_of, kind_of
from .text import unlinked
from .texts import filled, texts_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 200_000
"""Characters of a history at most; the earliest lines are left out."""


@attrs.frozen(kw_only=True)
class Line:
    """Something that was said: by the visitor, or by somebody of the desk with his name."""

    version: int
    at: int
    text: str
    name: str = ""
    mine: bool = False


@attrs.frozen(kw_only=True)
class Letter:
    """What a mail is made of.

    Args:
        chat: The chat.
        number: Its public number.
        site: Its site.
        texts: The site's words.
        lines: What was said.
        zone: Of the times.
    """

    chat: conversation.State
    number: int
    site: Site
    texts: dict[str, str]
    lines: tuple[Line, ...]
    zone: tzinfo

    def say(self, key: str, **values: object) -> str:
        """Return one of the site's texts."""
        name = " ".join(self.site.name.split())
        return filled(self.texts[key], number=self.number, site=name, **values)

    def shown(self, line: Line) -> str:
        """Return what a line says."""
        safe = self.chat.reach.vouched or not line.mine
        return line.text if safe else unlinked(line.text)

    def clock(self, at: int, form: str) -> str:
        """Return a time in the site's zone."""
        return (EPOCH + timedelta(microseconds=at)).astimezone(self.zone).strftime(form)


class Mails:
    """Makes the mails that jobs send.

    Args:
        desk: The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def mail(self, stream: str, state: job.State) -> Mail | None:
        """Return the mail that a job sends; none if nobody needs it any more.

        Raises:
            DeliveryError: The address was erased.
        """
        to = state.payload.get("to", "")
        if not to:
            raise DeliveryError("erased", permanent=True)
        if kind_of(state.subject) == "enquiry":
            return await self._answer(stream, state, to)
        letter = await self._letter(state.subject)
        if state.action == "unread":
            upto = state.payload["upto"]
            if letter.chat.unseen_since is None or letter.chat.seen >= upto:
                return None
            subject = letter.say("unread_subject")
            parts = _unread(letter, state.payload["after"], upto)
        else:
            subject, parts = letter.say("history_subject"), _history(letter)
        parts = [*parts, *await self._way_back(stream, state.subject, letter)]
        if not letter.chat.reach.vouched:
            parts.append(letter.say("why"))
        return Mail(
            key=id_of(stream),
            to=to,
            sender=self._sender(letter.site),
            subject=subject,
            text="\n\n".join(parts) + "\n",
        )

    async def _answer(self, stream: str, state: job.State, to: str) -> Mail:
        subject: enquiry.State = await self._desk.view(state.subject)
        site = self._desk.rules.sites.get(subject.site)
        return Mail(
            key=id_of(stream),
            to=to,
            sender=self._sender(site),
            subject=state.payload["subject"],
            text=state.payload["text"],
            automatic=False,
        )

    def _sender(self, site: Site | None) -> str:
        return (site.sender if site else "") or self._desk.rules.sender

    async def _letter(self, stream: str) -> Letter:
        held = await self._desk.states.get(stream)
        chat: conversation.State = held.state
        rules = self._desk.rules
        site = rules.sites.get(chat.site) or Site(name=chat.site)
        return Letter(
            chat=chat,
            number=held.number,
            site=site,
            texts=texts_of(site, chat.language),
            lines=tuple(said(await self._desk.history(stream))),
            zone=ZoneInfo(site.zone) if site.zone else rules.zone,
        )

    async def _way_back(self, stream: str, chat: str, letter: Letter) -> list[str]:
        """Return the link that leads back; its hash is recorded before the mail leaves (S4-18)."""
        page = page_of(letter.chat.page, letter.site, self._desk.rules)
        if not page:
            return []
        secret = secret_of(stream, self._desk.rules.key)
        link = hashed(secret)
        await self._desk.dispatch(chat, conversation.MakeLink(link=link))
        state: conversation.State = await self._desk.view(chat)
        until = next((one.until for one in state.reach.links if one.hash == link), None)
        if until is None:
            return []
        day = letter.clock(until, "%Y-%m-%d %H:%M")
        url = f"{page}#livechat={secret}"
        return ["\n".join((letter.say("return"), url, letter.say("return_until", until=day)))]


def said(history: Iterable[tuple[Recorded, Event]]) -> Iterator[Line]:
    """Yield what both sides of a chat saw of it."""
    asked = ""
    for row, event in history:
        match event:
            case conversation.Started(question=text) if text:
                asked = text
                yield Line(version=row.version, at=row.at, text=text, mine=True)
            case conversation.MessageLeft(question=text) if text and text != asked:
                yield Line(version=row.version, at=row.at, text=text, mine=True)
            case conversation.Posted(author=author, name=name, text=text) if text:
                mine = author == "visitor"
                yield Line(version=row.version, at=row.at, text=text, name=name, mine=mine)
            case conversation.Attached(author=author, name=name, filename=filename):
                mine, text = author == "visitor", f"[{filename}]"
                yield Line(version=row.version, at=row.at, text=text, name=name, mine=mine)
            case _:
                pass


def _history(letter: Letter) -> list[str]:
    """Return the whole dialogue, with days and times; of one that is too long, its end."""
    found: list[str] = []
    size, day = 0, ""
    for line in reversed(letter.lines):
        today = letter.clock(line.at, "%Y-%m-%d (%Z)")
        if day and today != day:
            found.append(day)
        day = today
        who = letter.texts["you"] if line.mine else line.name
        found.append(f"{letter.clock(line.at, '%H:%M')} {who}: {letter.shown(line)}")
        size += len(found[-1])
        if size > LONGEST:
            found[-1] = letter.say("left_out")
            break
    if day:
        found.append(day)
    return [letter.say("history_intro"), *reversed(found)]


def _unread(letter: Letter, after: int, upto: int) -> list[str]:
    """Return the answers that were not seen, below what the customer had asked (S4-17)."""
    answers = [line for line in letter.lines if after < line.version <= upto and not line.mine]
    first = answers[0].version if answers else upto
    before = [line for line in letter.lines if line.version < first]
    asked: list[Line] = []
    for line in reversed(before):
        if line.mine:
            asked.insert(0, line)
        elif asked:
            break
    parts = [letter.say("unread_intro")]
    if asked:
        parts.append("\n".join((letter.say("your_question"), *map(letter.shown, asked))))
    told = (f"{line.name}: {letter.shown(line)}" for line in answers)
    return [*parts, "\n\n".join((letter.say("our_answer"), *told))]


def page_of(page: str, site: Site, rules: Rules) -> str:
    """Return the page of the site to which a link leads; empty if the site names no origin.

    The page is the visitor's word, so only one of the site itself counts, without its query (A30).
    """
    parts = urlsplit(page)
    own = (*site.origins, _origin(rules.public_url))
    if page and f"{parts.scheme}://{parts.netloc}" in own:
        return f"{parts.scheme}://{parts.netloc}{parts.path or '/'}"
    return f"{site.origins[0]}/" if site.origins else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def secret_of(stream: str, key: bytes) -> str:
    """Return the secret of the link in a job's mail: the same for every try, kept nowhere."""
    mac = hmac.digest(key, f"return:{stream}".encode(), "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")


def hashed(secret: str) -> str:
    """Return the form in which a secret may be recorded."""
    return sha256(secret.encode()).hexdigest()
