"""What a bot is owed, and what becomes of its answer."""

import attrs

from livechat_core import conversation, job
from livechat_core.conversation import Phase, Serving
from livechat_core.policy import Order, require
from livechat_core.policy.orders import Happened
from livechat_core.streams import Event
from tests.pure.samples import AT, RULES, after, chat, sample

TURN = "job/1.turn.2"


def work(event: Event, **facts: str) -> list[Order]:
    told = {"port": "bot", "subject": "conversation/1", "revision": 2, **facts}
    return after(event, job.State(**told), TURN)


def test_each_turn_is_a_call_to_the_chats_bot_S3_1() -> None:
    serving = Serving(bot="helper", turn=2)
    (order,) = after(
        conversation.BotAsked(turn=2, text="Hi"),
        attrs.evolve(chat(), phase=Phase.WITH_BOT, serving=serving),
    )

    command = job.Owe(
        port="bot", target="helper", action="turn", subject="conversation/1", revision=2
    )
    assert order == Order(stream=TURN, command=command)


def test_a_bot_that_is_out_already_is_not_asked() -> None:
    assert after(conversation.BotAsked(turn=2, text=""), chat()) == []


def test_its_answer_goes_to_the_chat() -> None:
    told = {"says": [{"text": "Hi", "choices": ["A"]}], "then": "close", "memory": {"a": "b"}}
    (order,) = work(job.Succeeded(result=told))

    line = conversation.BotLine(text="Hi", choices=("A",))
    assert order.stream == "conversation/1"
    assert order.command == conversation.BotAnswer(
        turn=2, says=(line,), then="close", memory={"a": "b"}
    )


def test_a_failure_goes_to_the_chat_too() -> None:
    lost = sample(job.Lost)
    assert work(lost, repeat="safe") == []
    for event in (sample(job.Died), lost):
        (order,) = work(event, repeat="ask")
        assert order.command == conversation.BotFail(turn=2)


def test_a_chat_with_a_bot_takes_no_place_in_the_line_and_is_announced_at_the_hand_off() -> None:
    """S3-11: the unassigned count rises when people are wanted."""
    with_bot = attrs.evolve(chat(), phase=Phase.WITH_BOT, serving=Serving(bot="helper"))
    started = sample(conversation.Started)
    happened = Happened(stream="conversation/1", event=started, state=with_bot, at=AT)
    assert [guard.name for guard in require(happened, RULES)] == ["open_conversation"]
    rules = attrs.evolve(RULES, notifiers=())
    told = after(started, with_bot)
    assert told == after(started, chat(), rules=rules)
    kinds = [order.command for order in after(sample(conversation.HandedOff), chat())]
    assert kinds == [one.command for one in after(started, chat()) if one not in told]
