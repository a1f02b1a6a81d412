"""A bot before the people, as visitors and agents live it (S3-1 to S3-3, F43)."""

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from livechat_core.errors import ConfigurationError, DeliveryError
from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Answer, Bot, Repeat, Say, Then, Turn
from livechat_core.rules import Queue
from livechat_core.settings import Settings
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import accept, offers, refusal, start, types
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

BOT_RULES = attrs.evolve(
    RULES,
    queues={**RULES.queues, "support": Queue(name="Support", bot="helper", bot_name="Robin")},
)


class Parrot:
    """A bot whose answers a test writes down; it keeps what it was told."""

    name = "helper"
    repeat = Repeat.SAFE

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.answers: list[Answer | Exception] = []

    async def answer(self, turn: Turn) -> Answer:
        self.turns.append(turn)
        answer = self.answers.pop(0) if self.answers else Answer(says=(Say(text="Hm."),))
        if isinstance(answer, Exception):
            raise answer
        return answer

    @hookimpl
    def livechat_bots(self) -> list[Bot]:
        return [self]


@pytest.fixture
def bot() -> Parrot:
    return Parrot()


@pytest.fixture
async def scene(make_store: MakeStore, bot: Parrot) -> AsyncIterator[Scene]:
    clock = SceneClock()
    store = make_store(clock)
    async with Scene(store, clock=clock, rules=BOT_RULES, plugins=(bot,)) as scene:
        yield scene


def lines(client: Client) -> list[tuple[str, str]]:
    told = [push["data"] for push in client.told("event") if push["type"] == "Posted"]
    return [(line["author"], line["text"]) for line in told]


async def follow(client: Client, chat: str) -> dict[str, Any]:
    found: dict[str, Any] = await client.call("conversation.follow", stream=chat, after=0)
    return found


def says(*texts: str, then: Then = Then.LISTEN, **told: Any) -> Answer:
    return Answer(says=tuple(Say(text=text) for text in texts), then=then, **told)


async def test_a_bot_answers_first_though_nobody_is_there(scene: Scene, bot: Parrot) -> None:
    """S3-1, F43: and the window says that a chat can begin."""
    bot.answers = [
        Answer(says=(Say(text="Is it late?", choices=("Yes", "No")),), memory={"step": "late"}),
        says("Here is how to track it."),
    ]
    maria = await scene.visitor()
    assert maria.welcome["availability"]["state"] == "online"
    chat = await start(maria, question="My parcel?")
    await follow(maria, chat)
    await scene.settle()
    (asked,) = [push["data"] for push in maria.told("event") if push["type"] == "Posted"]
    assert (asked["author"], asked["name"], asked["choices"]) == ("bot", "Robin", ["Yes", "No"])
    await maria.do("conversation.post", stream=chat, text="Yes")
    await scene.settle()

    assert lines(maria)[-1] == ("bot", "Here is how to track it.")
    assert [(turn.number, turn.text, turn.memory) for turn in bot.turns] == [
        (1, "My parcel?", {}),
        (2, "Yes", {"step": "late"}),
    ]


async def test_what_the_bot_solves_needs_nobody(scene: Scene, bot: Parrot) -> None:
    """S3-2: no notice, no offer; the reason is told."""
    bot.answers = [says("It is on page 3.", then=Then.CLOSE)]
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria)
    await scene.settle()

    assert (await scene.desk.view(chat)).closed_reason == "bot_resolved"
    assert await offers(ana) == []
    assert scene.outside.channels["team"].sent == []


async def test_what_the_bot_cannot_solve_goes_to_the_team(scene: Scene, bot: Parrot) -> None:
    """S3-3: in line, announced, offered; the agent reads all of it and the bot's note."""
    bot.answers = [says("I get somebody.", then=Then.HAND_OFF, note="Order 12, late")]
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria)
    await follow(maria, chat)
    assert await accept(scene, ana) == chat
    history = await ana.call("conversation.history", stream=chat)
    notes = [event["data"]["text"] for event in history["events"] if event["type"] == "Noted"]
    assert notes == ["Order 12, late"]
    assert "Order 12, late" not in str(maria.pushed)
    await ana.do("conversation.post", stream=chat, text="Hello")
    await maria.do("conversation.post", stream=chat, text="At last")
    await scene.settle()

    assert lines(maria)[-2:] == [("agent", "Hello"), ("visitor", "At last")]
    assert len(bot.turns) == 1
    assert len(scene.outside.channels["team"].sent) == 1


async def test_a_chat_with_a_bot_is_offered_to_nobody(scene: Scene, bot: Parrot) -> None:
    """F43; semantics.md section 4: bot-owned conversations are never auto-assigned."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria)
    await scene.wait(120)
    assert await offers(ana) == []
    await ana.do("conversation.pick", stream=chat)
    await maria.do("conversation.post", stream=chat, text="A human?")
    await scene.settle()

    assert len(bot.turns) == 1
    assert [row["stream"] for row in (await ana.lists())["mine"]] == [chat]


async def test_nobody_there_is_told_to_the_bot_and_becomes_a_message(
    scene: Scene, bot: Parrot
) -> None:
    """S3-3, S4-14: the bot's branch for "no agent" asks for the address; an enquiry follows."""
    bot.answers = [
        says(then=Then.HAND_OFF),
        says("Nobody is there. Your e-mail address?"),
        says("Thank you.", then=Then.LEAVE_MESSAGE, email="maria@customer.example"),
    ]
    maria = await scene.visitor()
    chat = await start(maria, question="My parcel?")
    await scene.settle()
    assert [turn.nobody for turn in bot.turns] == [False, True]
    await maria.do("conversation.post", stream=chat, text="maria@customer.example")
    await scene.settle()

    (notice,) = scene.outside.channels["team"].sent
    assert "My parcel?" in notice.text
    assert "maria@customer.example" in notice.text


async def test_the_visitor_may_ask_for_people(scene: Scene) -> None:
    maria = await scene.visitor()
    chat = await start(maria)
    told = await refusal(maria, "conversation.hand_off", stream=chat)
    assert told["code"] == "nobody_available"
    ana = await scene.staff("ana")
    await maria.do("conversation.hand_off", stream=chat)
    assert await accept(scene, ana) == chat


@pytest.mark.parametrize("trouble", ["down", "strange", "greedy"])
async def test_people_take_over_from_a_bot_that_fails(
    scene: Scene, bot: Parrot, trouble: str
) -> None:
    failure: Answer | Exception = {
        "down": DeliveryError("down", permanent=True),
        "strange": ValueError("model fell over"),
        "greedy": Answer(memory={"everything": "x" * 5_000}),
    }[trouble]
    bot.answers = [failure] * 9
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria)
    await scene.wait(20)

    (offer,) = await offers(ana)
    assert offer["stream"] == chat


async def test_a_bot_that_answers_too_late_is_not_heard(scene: Scene, bot: Parrot) -> None:
    bot.answers = [DeliveryError("busy", retry_after=20_000_000)]
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria)
    await scene.wait(60)

    assert len(bot.turns) == 1
    assert "HandedOff" in await types(scene, chat)
    assert len(await offers(ana)) <= 1
    assert lines(maria) == []


async def test_after_a_restart_the_turn_goes_on(scene: Scene) -> None:
    """S3-1, G1: the turn is recorded before the bot is asked."""
    maria = await scene.visitor()
    chat = await start(maria)
    await scene.restart()
    await scene.wait(1)

    assert "Posted" in await types(scene, chat)


async def test_a_queue_that_names_an_unknown_bot_is_refused(scene: Scene) -> None:
    with pytest.raises(ConfigurationError) as refused:
        scene.desk.plugins.bots(
            Settings(rules=attrs.evolve(RULES, queues={"x": Queue(name="X", bot="nobody")})),
            scene.clock,
        )
    assert (refused.value.code, refused.value.facts["key"]) == ("unknown_bot", "queues.x.bot")
