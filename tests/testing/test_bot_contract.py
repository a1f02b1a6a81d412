"""The contract of bots finds those that would fail a visitor or the desk."""

from collections.abc import Callable

import attrs
import pytest

from livechat_core.ports import Answer, Repeat, Say, Then, Turn
from livechat_core.testing import BotContract

pytestmark = pytest.mark.anyio

GOOD = Answer(says=(Say(text="And?", choices=("Yes", "No")),), memory={"step": "and"})


@attrs.define
class Made:
    """A bot whose answers a test makes up."""

    make: Callable[[Turn], Answer]
    name: str = "made"
    repeat: Repeat = Repeat.SAFE

    async def answer(self, turn: Turn) -> Answer:
        return self.make(turn)


class TestGood(BotContract):
    @pytest.fixture
    def bot(self) -> Made:
        return Made(lambda _: GOOD)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(),
        Answer(says=(Say(text=" "),)),
        Answer(says=(Say(text="a\0b"),)),
        Answer(says=(Say(text="x" * 4001),)),
        Answer(says=(Say(text="?"),) * 11),
        Answer(says=(Say(text="?", choices=("Yes", "Yes")),)),
        Answer(says=(Say(text="?", choices=tuple("abcdefghijklm")),)),
        Answer(says=(Say(text="?", choices=("x" * 101,)),)),
        attrs.evolve(GOOD, memory={"all": "x" * 4096}),
        attrs.evolve(GOOD, memory={"number": 1}),  # type: ignore[dict-item]
        attrs.evolve(GOOD, then=Then.HAND_OFF, queue="nowhere"),
        attrs.evolve(GOOD, then="listen"),  # type: ignore[arg-type]
        attrs.evolve(GOOD, name="x" * 201),
        attrs.evolve(GOOD, note="x" * 4001),
    ],
)
async def test_an_answer_that_the_desk_cannot_take_is_found(answer: Answer) -> None:
    with pytest.raises(AssertionError):
        await BotContract().test_it_begins(Made(lambda _: answer), frozenset(), "Hello")


async def test_silence_when_nobody_is_there_is_found() -> None:
    bot = Made(lambda turn: Answer() if turn.nobody else GOOD)
    with pytest.raises(AssertionError, match="has asked nothing"):
        await BotContract().test_it_bears_that_nobody_is_there(bot, frozenset())


async def test_a_bot_that_changes_what_it_was_handed_is_found() -> None:
    def forget(turn: Turn) -> Answer:
        turn.memory.clear()  # type: ignore[attr-defined]
        return GOOD

    with pytest.raises(AssertionError, match="changed"):
        await BotContract().test_it_keeps_nothing_but_its_memory(Made(forget), frozenset())


async def test_a_failure_that_is_no_delivery_error_is_found() -> None:
    def fail(turn: Turn) -> Answer:
        raise TimeoutError(turn.key)

    with pytest.raises(TimeoutError):
        await BotContract().test_a_failure_is_told_as_such(Made(fail))
