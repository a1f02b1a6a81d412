"""The Slack notifier: posts a notice, keeps it up to date, finds it after a lost answer."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from livechat_core.errors import DeliveryError
from livechat_core.ports import Notice, Repeat

from . import blocks, callback
from .callback import SlackAction
from .client import Client
from .settings import SlackSettings

EVENT_TYPE = "livechat_notice"
PAGE = 200
PAGES = 5
"""How far back a probe looks: 1,000 messages of the channel, or of the thread."""

_GONE = frozenset({"slack_message_not_found", "slack_channel_not_found", "slack_not_in_channel"})

Place: TypeAlias = dict[str, str]
Mark: TypeAlias = dict[str, str]
Read: TypeAlias = Callable[..., Awaitable[Mapping[str, Any]]]


@attrs.frozen
class Found:
    """The message of a notice in the channel, and the state it shows."""

    place: Place
    state: str


class SlackNotifier:
    """Notices as Slack messages.

    Every message carries a mark in its metadata: the notice's key, and the state it shows or, in
    the thread, which line it is. A repeat looks for the mark first, so nothing is posted twice.

    Args:
        settings: Workspace, channel, secrets.
    """

    name = "slack"
    repeat = Repeat.PROBE

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._channel = settings.channel
        self._client = Client(settings)

    async def send(self, notice: Notice) -> Place:
        """Post the notice; what does not fit into one message goes on in its thread."""
        pieces = blocks.split(notice.text)
        # Only a notice of several messages can be half there, so only it is looked for first.
        found = await self._find(notice.key) if len(pieces) > 1 else None
        place = found.place if found else await self._post(notice, pieces[0])
        await self._go_on(notice, place, pieces)
        return place

    async def update(self, notice: Notice) -> Place:
        """Show the present state on the message and, once per state, in its thread (S0-14).

        A message that is gone is posted afresh.
        """
        pieces = blocks.split(notice.text)
        place = notice.place or await self._again(notice, pieces[0])
        try:
            await self._change(notice, place, pieces[0])
        except DeliveryError as error:
            if error.code not in _GONE:
                raise
            place = await self._again(notice, pieces[0])
            await self._change(notice, place, pieces[0])
        await self._go_on(notice, place, pieces)
        if notice.state and not await self._in_thread(place, _line(notice)):
            await self._reply(place, _line(notice), notice.state, None)
        return place

    async def probe(self, notice: Notice) -> Place | None:
        """Return where the notice stands if all of it is there, its present state too."""
        found = await self._find(notice.key)
        if found is None or await self._missing(notice, found.place, blocks.split(notice.text)):
            return None
        if notice.state:
            is_told = await self._in_thread(found.place, _line(notice))
            return found.place if is_told and found.state == notice.state else None
        return found.place

    def parse(self, body: bytes, headers: Mapping[str, str], now: int) -> SlackAction:
        """Return the button press that a request tells of, as `callback.parse`."""
        return callback.parse(body, headers, self._settings, now)

    async def answer(self, action: SlackAction, text: str) -> None:
        """Tell the person who pressed something that nobody else sees, as `callback.answer`."""
        await callback.answer(action, text, self._settings)

    async def _post(self, notice: Notice, piece: str) -> Place:
        answer = await self._client.post(
            channel=self._channel,
            text=blocks.fallback(notice, blocks.MOST_TEXT),
            blocks=blocks.message(notice, piece),
            metadata=_metadata(_root(notice)),
        )
        match answer:
            case {"channel": str(channel), "ts": str(ts)}:
                return {"channel": channel, "ts": ts}
            case _:
                raise DeliveryError("slack_answer_unreadable", unknown=True)

    async def _again(self, notice: Notice, piece: str) -> Place:
        found = await self._find(notice.key)
        return found.place if found else await self._post(notice, piece)

    async def _change(self, notice: Notice, place: Place, piece: str) -> None:
        await self._client.update(
            channel=place["channel"],
            ts=place["ts"],
            text=blocks.fallback(notice, blocks.MOST_UPDATED_TEXT),
            blocks=blocks.message(notice, piece),
            metadata=_metadata(_root(notice)),
        )

    async def _go_on(self, notice: Notice, place: Place, pieces: list[str]) -> None:
        for mark, piece in await self._missing(notice, place, pieces):
            await self._reply(place, mark, piece, blocks.continuation(piece))

    async def _reply(
        self, place: Place, mark: Mark, text: str, content: list[dict[str, Any]] | None
    ) -> None:
        await self._client.post(
            channel=place["channel"],
            thread_ts=place["ts"],
            text=blocks.escape(text),
            blocks=content,
            metadata=_metadata(mark),
        )

    async def _missing(
        self, notice: Notice, place: Place, pieces: list[str]
    ) -> list[tuple[Mark, str]]:
        marked = [({"key": notice.key, "part": str(n)}, piece) for n, piece in enumerate(pieces)]
        return [
            (mark, piece) for mark, piece in marked[1:] if not await self._in_thread(place, mark)
        ]

    async def _find(self, key: str) -> Found | None:
        found = await self._read(
            self._client.history, lambda mark: mark.get("key") == key, channel=self._channel
        )
        if found is None:
            return None
        ts, mark = found
        return Found(place={"channel": self._channel, "ts": ts}, state=mark.get("state", ""))

    async def _in_thread(self, place: Place, mark: Mark) -> bool:
        return await self._read(self._client.replies, mark.__eq__, **place) is not None

    async def _read(
        self, read: Read, wanted: Callable[[Mark], bool], **where: str
    ) -> tuple[str, Mark] | None:
        """Return ``ts`` and mark of the first message that is wanted, page after page."""
        cursor = None
        for _ in range(PAGES):
            page = await read(limit=PAGE, cursor=cursor, **where)
            for ts, mark in _marked(page):
                if wanted(mark):
                    return ts, mark
            cursor = _next(page)
            if cursor is None:
                break
        return None


def _root(notice: Notice) -> Mark:
    return {"key": notice.key, "state": notice.state} if notice.state else {"key": notice.key}


def _line(notice: Notice) -> Mark:
    return {"key": notice.key, "line": notice.state}


def _metadata(mark: Mark) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": mark}


def _marked(page: Mapping[str, Any]) -> Iterator[tuple[str, Mark]]:
    """Yield the messages of a page that carry a mark of ours."""
    messages = page.get("messages")
    if not isinstance(messages, list):
        raise DeliveryError("slack_answer_unreadable")
    for message in messages:
        match message:
            case {"ts": str(ts), "metadata": {"event_type": kind, "event_payload": dict(mark)}}:
                if kind == EVENT_TYPE:
                    yield ts, mark


def _next(page: Mapping[str, Any]) -> str | None:
    match page:
        case {"response_metadata": {"next_cursor": str(cursor)}} if cursor:
            return cursor
        case _:
            return None
