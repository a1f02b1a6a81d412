"""The event loop that opened the store, as the writing thread may call it: asyncio's or trio's."""

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, Protocol

import anyio
import anyio.lowlevel


class Answer(Protocol):
    """What a caller awaits; asyncio's own futures are of this form."""

    def done(self) -> bool:
        """Tell whether there is a result, or nobody waits for one any more."""
        ...

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401 - each caller knows what it asked for
        """Wake the caller."""
        ...

    def set_exception(self, exception: BaseException, /) -> None:
        """Wake the caller with an error."""
        ...

    def __await__(self) -> Generator[Any, Any, Any]: ...


class Loop:
    """Makes answers for the running event loop and calls it from elsewhere.

    One answer is one future and one wake-up serves any number of them: no task, lock or stream is
    made for a commit (performance.md section 9, rule 5).
    """

    def __init__(self) -> None:
        native: Any = anyio.lowlevel.current_token().native_token
        self._call = getattr(native, "call_soon_threadsafe", None) or native.run_sync_soon
        self.answer: Callable[[], Answer] = getattr(native, "create_future", Later)

    def call(self, function: Callable[..., None], *arguments: object) -> None:
        """Call a function in the loop; from any thread. A loop that has ended is told nothing."""
        with suppress(RuntimeError):
            self._call(function, *arguments)


class Later:
    """An answer for an event loop without futures of its own."""

    def __init__(self) -> None:
        self._event = anyio.Event()
        self._result: Any = None
        self._error: BaseException | None = None

    def done(self) -> bool:
        """Tell whether there is a result."""
        return self._event.is_set()

    def set_result(self, result: object, /) -> None:
        """Wake the caller."""
        self._result = result
        self._event.set()

    def set_exception(self, exception: BaseException, /) -> None:
        """Wake the caller with an error."""
        self._error = exception
        self._event.set()

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from self._event.wait().__await__()
        if self._error is not None:
            raise self._error
        return self._result
