"""Asking the customer system beside the chat: never in its way, and never too often."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import anyio
import pytest

from livechat_core.pops import AT_ONCE, FRESH, KEPT, PATIENCE, TIMEOUT, Pops
from livechat_core.ports import Record, Repeat
from livechat_core.testing.adapters import MemoryErm, MemoryRecords
from livechat_core.testing.desk import SceneClock

pytestmark = pytest.mark.anyio

RECORD = Record(ref="contact/1", kind="contact", title="Maria")


class Hanging(MemoryRecords):
    """Records that answer when the test lets them."""

    repeat = Repeat.SAFE

    def __init__(self) -> None:
        super().__init__({"1": RECORD})
        self.asked = 0
        self.at_once = 0
        self.gate = anyio.Event()

    async def open(self, customer: str) -> Record | None:
        self.asked += 1
        self.at_once += 1
        try:
            await self.gate.wait()
            return await super().open(customer)
        finally:
            self.at_once -= 1


class Office:
    """Pops that run in a task group, and their clock."""

    def __init__(self, group: anyio.abc.TaskGroup, records: Any, erm: Any = None) -> None:
        self.clock = SceneClock()
        self._group = group
        self.pops = Pops(self.clock, self.spawn, records, erm)

    def spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._group.start_soon(work)

    async def opened(self) -> tuple[str, Any]:
        """Ask for Maria's records, and again after what followed from that."""
        await self.pops.open("1")
        await self.rest()
        return await self.pops.open("1")

    async def rest(self, duration: int = 0) -> None:
        """Let some time pass, and all that follows from it."""
        await anyio.wait_all_tasks_blocked()
        self.clock.advance(duration)
        await anyio.wait_all_tasks_blocked()


@pytest.fixture
async def group() -> AsyncIterator[anyio.abc.TaskGroup]:
    async with anyio.create_task_group() as group:
        yield group
        group.cancel_scope.cancel()


async def test_who_asks_a_slow_system_waits_a_moment_and_asks_again_S2_11(group: Any) -> None:
    records = Hanging()
    office = Office(group, records)
    before = office.clock.now()
    assert await office.pops.open("1") == ("loading", None)
    assert office.clock.now() - before <= PATIENCE
    assert await office.pops.open("1") == ("loading", None)
    records.gate.set()
    await office.rest()

    assert await office.pops.open("1") == ("ready", RECORD)
    assert records.asked == 1


async def test_a_system_that_never_answers_is_given_up_and_asked_again_later(group: Any) -> None:
    """S2-11, G24."""
    records = Hanging()
    office = Office(group, records)
    await office.pops.open("1")
    await office.rest(TIMEOUT)
    assert await office.pops.open("1") == ("unavailable", None)
    assert records.at_once == 0, "the call was cancelled"

    records.gate.set()
    await office.rest(FRESH + 1)
    assert await office.opened() == ("ready", RECORD)


async def test_an_answer_is_fresh_for_a_few_seconds_only(group: Any) -> None:
    records = Hanging()
    records.gate.set()
    office = Office(group, records)
    for pause, asked in ((0, 1), (FRESH // 2, 1), (FRESH, 2)):
        await office.rest(pause)
        assert await office.opened() == ("ready", RECORD)
        assert records.asked == asked


async def test_a_few_questions_go_on_at_once_and_a_few_answers_are_kept_G18(group: Any) -> None:
    records = Hanging()
    office = Office(group, records)
    for number in range(KEPT + 20):
        await office.pops.open(str(number))
    await office.rest()
    assert records.at_once == AT_ONCE
    assert len(office.pops._asked) == KEPT


async def test_whatever_an_adapter_raises_the_answer_is_that_it_is_not_there(group: Any) -> None:
    """G24."""

    class Broken(MemoryErm):
        async def search(self, email: str) -> Any:
            raise KeyError(email)

    office = Office(group, MemoryRecords(), Broken())
    await office.pops.search("m@c.example")
    await office.pops.open("nobody")
    await office.rest()
    assert await office.pops.search("m@c.example") == ("unavailable", ())
    assert await office.pops.open("nobody") == ("absent", None)


async def test_without_a_customer_system_there_is_nothing_to_ask(group: Any) -> None:
    office = Office(group, None)

    assert await office.pops.open("1") == ("unavailable", None)
    assert await office.pops.search("m@c.example") == ("unavailable", ())


async def test_a_question_that_nobody_carried_out_is_asked_again() -> None:
    """A process that is about to end spawns nothing."""
    clock = SceneClock()
    left_out: list[Any] = []
    pops = Pops(clock, left_out.append, MemoryRecords({"1": RECORD}), None)
    await pops.open("1")
    await pops.open("1")
    clock.advance(TIMEOUT + 1)
    assert await pops.open("1") == ("loading", None)
    assert len(left_out) == 2
