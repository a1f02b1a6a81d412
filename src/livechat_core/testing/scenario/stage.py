"""What a script stands on: an event loop of its own, a clock, and acts one after the other.

Theory. Script time is what `at` counts, in seconds since the beginning. Every act takes one
microsecond more, so that no two happen at the same instant and who acts first is first in line;
`at` does not count these moments, so what is due thirty seconds after an act is done at thirty
seconds of script time.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from livechat_core.backends.memory import MemoryStore
from livechat_core.desk import Desk
from livechat_core.rules import SECOND, Rules, seconds
from livechat_core.service import TICK
from livechat_core.testing.desk import Client, Scene, SceneClock

T = TypeVar("T")

MOMENT = 1


class Somebody(Protocol):
    """Who stands on the stage."""

    name: str

    def lose_windows(self) -> int:
        """Forget the windows, which are lost with their process; return how many there were."""
        ...

    def second_window(self) -> None:
        """Open one more window."""
        ...


class Stage:
    """A desk on the memory store, driven by hand.

    Args:
        rules: The desk's rules.
        plugins: Further plugins.
        begin: The first instant, in microseconds since 1970.
    """

    def __init__(self, rules: Rules, plugins: Sequence[object], begin: int) -> None:
        self.rules = rules
        self.clock = SceneClock(begin)
        self.people: list[Somebody] = []
        self._plugins = plugins
        self._begin = begin
        self._moments = 0
        self._held = 0
        self._runner: asyncio.Runner | None = None
        self._scene: Scene | None = None

    def __enter__(self) -> Self:
        """Begin."""
        self._runner = asyncio.Runner()
        try:
            self._scene = self.run(self._opened())
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        try:
            self.run(self.scene.__aexit__(kind, error, trace))
        finally:
            if self._runner is not None:
                self._runner.close()

    async def _opened(self) -> Scene:
        scene = Scene(
            MemoryStore(self.clock), rules=self.rules, clock=self.clock, plugins=self._plugins
        )
        return await scene.__aenter__()

    @property
    def scene(self) -> Scene:
        """The scene below, for what a script has no words for."""
        if self._scene is None:
            raise RuntimeError("a scenario begins with `with Scenario(...) as desk:`")
        return self._scene

    @property
    def desk(self) -> Desk:
        """The desk below."""
        return self.scene.desk

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something asynchronous, to its end."""
        if self._runner is None:
            work.close()
            raise RuntimeError("a scenario begins with `with Scenario(...) as desk:`")
        return self._runner.run(work)

    # --- acts --------------------------------------------------------------------------------

    def act(self, work: Coroutine[Any, Any, T]) -> T:
        """Let somebody do something, and the desk come to rest.

        Raises:
            Refused: The desk said no.
        """
        self.clock.advance(MOMENT)
        self._moments += MOMENT
        done = self.run(work)
        self.settle()
        return done

    def call(self, client: Client, method: str, /, **params: Any) -> Any:  # noqa: ANN401 - JSON
        """Let a command be sent by a window, with a fresh client-made id."""
        return self.act(client.call(method, **{"id": self.scene.client_id(), **params}))

    def settle(self) -> None:
        """Do all that is due now."""
        if not self._held:
            self.run(self.scene.settle())

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let several things happen before the desk gets to do anything of its own."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        self.settle()

    # --- time --------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return (self.clock.now() - self._begin - self._moments) / SECOND

    def at(self, moment: float) -> None:
        """Let time pass until so many seconds after the beginning, doing what is due on the way.

        Raises:
            ValueError: That is over.
        """
        left = self._begin + self._moments + seconds(moment) - self.clock.now()
        if left < 0:
            raise ValueError(f"it is {self.now} s already")
        if self._held:
            self.clock.advance(left)
        else:
            self.run(self._pass(left))

    def later(self, duration: float) -> None:
        """Let so many seconds pass, doing what is due on the way."""
        self.at(self.now + duration)

    async def _pass(self, duration: int) -> None:
        await self.scene.settle()
        end = self.clock.now() + duration
        while (left := end - self.clock.now()) > 0:
            self.clock.advance(min(left, self._ahead()))
            await self.scene.settle()

    def _ahead(self) -> int:
        """Return how long a service would rest now: until something is due, at most a tick."""
        now, index = self.clock.now(), self.desk.index
        due = (index.next_due(), index.floor.next_ready())
        return min([TICK, *(at - now for at in due if at is not None and at > now)])

    @contextmanager
    def ago(self, duration: float) -> Iterator[None]:
        """Let what is done within have happened so many seconds before now."""
        before, present = self._moments, self.clock.now()
        self.clock.advance(-seconds(duration))
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self.clock.advance(present + self._moments - before - self.clock.now())
