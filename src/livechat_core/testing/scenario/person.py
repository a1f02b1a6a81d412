"""Somebody with windows: what he is told in them, and losing and opening them."""

from collections.abc import Mapping
from typing import Any

import attrs

from livechat_core.ports import Request
from livechat_core.testing.desk import Client

from .stage import Stage


@attrs.frozen
class Notice:
    """Something that was pushed to somebody's window.

    Args:
        kind: Name of the event (``Accepted``) or of the notification (``position``).
        facts: What it says.
    """

    kind: str
    facts: Mapping[str, Any]


class Person:
    """A visitor or a member of staff.

    Args:
        stage: The desk.
        name: Who it is.
        request: What the browser sends with each connection.
    """

    def __init__(self, stage: Stage, name: str, request: Request) -> None:
        self.name = name
        self._stage = stage
        self._request = request
        self._windows: list[Client] = []
        self._frames: list[dict[str, Any]] = []
        if any(person.name == name for person in stage.people):
            raise ValueError(f"{name} is there already")
        stage.people.append(self)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def connected(self) -> bool:
        """Whether a window is open."""
        return bool(self._windows)

    @property
    def window(self) -> Client:
        """The window that was opened last, for what a script has no words for."""
        if not self._windows:
            raise RuntimeError(f"{self.name} has no window open")
        return self._windows[-1]

    @property
    def notices(self) -> list[Notice]:
        """All that was pushed to this person, in order."""
        return [_notice(frame) for frame in self._frames]

    def told(self, kind: str) -> list[Mapping[str, Any]]:
        """Return what the notices of one kind say, in order."""
        return [notice.facts for notice in self.notices if notice.kind == kind]

    def disconnects(self) -> None:
        """Lose all windows."""
        windows, self._windows = self._windows, []
        for window in windows:
            self._stage.act(window.close())

    def returns(self) -> None:
        """Come back: open a window, if none is open."""
        if not self._windows:
            self._stage.act(self._open(comes=True))

    def second_window(self) -> None:
        """Open one more window; what is done from now on is done there."""
        self._stage.act(self._open(comes=False))

    def closes_window(self) -> None:
        """Close the window that was opened last."""
        self._stage.act(self._windows.pop().close())

    def lose_windows(self) -> int:
        """Forget the windows, which are lost with their process; return how many there were."""
        lost, self._windows = len(self._windows), []
        return lost

    async def _open(self, *, comes: bool) -> None:
        raise NotImplementedError

    async def _opened(self, **params: Any) -> Client:  # noqa: ANN401 - JSON
        client = Client(self._stage.scene, self._request)
        client.pushed = self._frames
        await client.open(**params)
        self._windows.append(client)
        return client

    def _does(self, method: str, /, **params: Any) -> Any:  # noqa: ANN401 - JSON
        return self._stage.call(self.window, method, **params)


def _notice(frame: Mapping[str, Any]) -> Notice:
    if frame["method"] == "event":
        told = frame["params"]
        return Notice(told["type"], told["data"])
    return Notice(frame["method"], frame["params"])
