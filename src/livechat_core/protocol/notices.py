"""What front ends tell a member of staff at once, as a desktop notification (S3-9, S3-27)."""

from collections.abc import Iterable, Iterator
from typing import Any

from .. import conversation
from ..rules import Rules
from ..streams import Summary
from .lists import Lists


class Notices:
    """What one member of staff has been told of, so that he is told once.

    Args:
        lists: Makes what is shown of a chat.
        rules: Who serves which queues.
        agent: The person.
    """

    def __init__(self, lists: Lists, rules: Rules, agent: str) -> None:
        self._lists = lists
        self._rules = rules
        self._agent = agent
        self._waiting: set[str] = set()
        self._mentions: dict[str, int] = {}

    def skip(self, chats: Iterable[Summary]) -> None:
        """Tell nothing of what stands there already."""
        for chat in chats:
            for _ in self.of(chat):
                pass

    def of(self, summary: Summary) -> Iterator[dict[str, Any]]:
        """Yield what a chat as it stands now is worth telling."""
        if summary.kind != "conversation":
            return
        if self._waits_anew(summary):
            yield self._told("waiting", summary)
        if self._mentioned_anew(summary):
            yield self._told("mention", summary)

    def _waits_anew(self, chat: Summary) -> bool:
        """Tell whether a chat has come into a line of his with nobody who is asked to take it."""
        if chat.phase not in conversation.WAITS:
            self._waiting.discard(chat.stream)
            return False
        person = self._rules.staff.get(self._agent)
        is_his = person is not None and chat.queue in person.queues
        if chat.phase == conversation.Phase.OFFERED or chat.stream in self._waiting or not is_his:
            return False
        self._waiting.add(chat.stream)
        return True

    def _mentioned_anew(self, chat: Summary) -> bool:
        since = chat.facts["mentions"].get(self._agent, 0)
        before = self._mentions.pop(chat.stream, 0)
        if since:
            self._mentions[chat.stream] = since
        return bool(since > before)

    def _told(self, kind: str, chat: Summary) -> dict[str, Any]:
        names = ("stream", "number", "queue_name", "site_name", "name", "question")
        row = self._lists.row(chat)
        return {"kind": kind, **{name: row[name] for name in names}}
