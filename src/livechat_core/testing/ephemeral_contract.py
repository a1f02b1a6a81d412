"""What everything promises that carries typing marks between processes, as tests.

Subclass `EphemeralContract` and return a carrier as a process of the desk would have it; all that a
test gets are of the same desk::

class TestMyCarrier(EphemeralContract):
    @pytest.fixture
    def make(self, my_server):
        return lambda: MyCarrier(my_server.address)
"""

from collections.abc import AsyncIterator, Callable

import anyio
import pytest

from livechat_core.ports import Ephemeral

PATIENCE = 10
MANY = 50


async def take(messages: AsyncIterator[bytes], count: int) -> list[bytes]:
    """Return the next messages, or as many as come in time."""
    found: list[bytes] = []
    with anyio.move_on_after(PATIENCE):
        while len(found) < count:
            found.append(await anext(messages))
    return found


@pytest.mark.anyio
class EphemeralContract:
    """The promises of `Ephemeral`; override the fixture `make`."""

    @pytest.fixture
    def make(self) -> Callable[[], Ephemeral]:
        """Return what makes the carrier of one more process, not entered."""
        raise NotImplementedError("override the fixture `make`")

    async def test_messages_reach_all_others_in_order_and_once(
        self, make: Callable[[], Ephemeral]
    ) -> None:
        """F45."""
        told = [b"%d" % number for number in range(MANY)]
        async with (
            make() as one,
            make() as two,
            make() as three,
            two.subscribe() as second,
            three.subscribe() as third,
        ):
            for message in told:
                await one.publish(message)
            assert await take(second, MANY) == told
            assert await take(third, MANY) == told

    @pytest.mark.parametrize(
        "message",
        [b"", b"\0", bytes(range(256)), "😀 ünï".encode(), b"'; DROP TABLE x; --\r\n\\"],
        ids=["empty", "nought", "all bytes", "signs", "quotes"],
    )
    async def test_a_message_arrives_as_it_is(
        self, make: Callable[[], Ephemeral], message: bytes
    ) -> None:
        """A52."""
        async with make() as one, make() as two, two.subscribe() as messages:
            await one.publish(message)
            assert await take(messages, 1) == [message]

    async def test_the_longest_message_arrives(self, make: Callable[[], Ephemeral]) -> None:
        """And there is room for something worth telling."""
        async with make() as one, make() as two, two.subscribe() as messages:
            assert one.limit >= 2_000
            longest = b"\xff" * one.limit
            await one.publish(longest)
            assert await take(messages, 1) == [longest]

    async def test_nothing_is_kept_for_later(self, make: Callable[[], Ephemeral]) -> None:
        """A61."""
        async with make() as one, make() as two:
            await one.publish(b"before")
            async with two.subscribe() as messages:
                await one.publish(b"after")
                assert await take(messages, 1) == [b"after"]
            await one.publish(b"between")
            async with two.subscribe() as messages:
                await one.publish(b"again")
                assert await take(messages, 1) == [b"again"]

    async def test_who_does_not_listen_holds_up_nobody(self, make: Callable[[], Ephemeral]) -> None:
        """A61: a slow process misses some; the others hear all."""
        async with (
            make() as one,
            make() as two,
            make() as slow,
            slow.subscribe(),
            two.subscribe() as messages,
        ):
            for number in range(10 * MANY):
                await one.publish(b"%d" % number)
                assert await take(messages, 1) == [b"%d" % number]

    async def test_a_listener_that_is_cancelled_leaves_the_rest_alone(
        self, make: Callable[[], Ephemeral]
    ) -> None:
        """A process ends; the others go on."""

        async def listen(carrier: Ephemeral) -> None:
            async with carrier.subscribe() as heard:
                listening.set()
                await take(heard, 1)

        listening = anyio.Event()
        async with make() as one, make() as two, make() as three, two.subscribe() as messages:
            async with anyio.create_task_group() as group:
                group.start_soon(listen, three)
                await listening.wait()
                group.cancel_scope.cancel()
            await one.publish(b"still")
            assert await take(messages, 1) == [b"still"]

    async def test_it_may_be_left_and_entered_again(self, make: Callable[[], Ephemeral]) -> None:
        """After trouble the desk does so."""
        one, two = make(), make()
        for message in (b"first", b"second"):
            async with one, two, two.subscribe() as messages:
                await one.publish(message)
                assert await take(messages, 1) == [message]
