"""Bots that play a flow from a file, chosen by the settings (S3-1 to S3-3)."""

from pathlib import Path

import pytest

from livechat_core import bots, settings
from livechat_core.backends.flow_bot import FlowBot, livechat_bots
from livechat_core.errors import ConfigurationError
from livechat_core.flow import format as limits
from livechat_core.ports import Answer, Bot, Then, Turn
from livechat_core.testing import BotContract
from tests.house.files import ROOT

FLOWS = sorted((ROOT / "examples" / "flows").glob("*.toml"))
ASK = """
start = "hello"
person = "person"
[steps.hello]
say = "Which topic?"
ask = "topic"
choices = [{ text = "Tax", to = "mail" }, { text = "Art", to = "bye" }]
[steps.mail]
say = "Mail?"
ask = "email"
to = "person"
[steps.person]
say = "One moment."
end = "hand_off"
queue = "tax"
note = "By the bot."
[steps.bye]
say = "Bye."
end = "close"
"""


def bot_of(folder: Path, text: str = ASK, **tables: object) -> Bot:
    """Return the bot of a desk whose settings name a flow."""
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "helper.toml").write_text(text, encoding="utf-8")
    found = settings.from_tables(
        {
            "desk": {"data": "files"},
            "queues": {"tax": {"name": "Tax"}, "support": {"name": "Support"}},
            "bots": {"helper": {"flow": "helper.toml"}},
            **tables,
        },
        base=folder,
    )
    (bot,) = livechat_bots(found)
    return bot


class TestShippedFlows(BotContract):
    @pytest.fixture(params=FLOWS, ids=lambda path: path.stem)
    def bot(self, request: pytest.FixtureRequest, tmp_path: Path) -> Bot:
        text = request.param.read_text(encoding="utf-8")
        return bot_of(tmp_path, text, queues={"support": {"name": "S"}, "booking": {"name": "B"}})

    @pytest.fixture
    def queues(self) -> frozenset[str]:
        return frozenset({"booking"})


@pytest.mark.anyio
async def test_everything_is_handed_on_both_ways(tmp_path: Path) -> None:
    bot = bot_of(tmp_path)
    first = await bot.answer(Turn(key="a", number=1))
    assert first.then is Then.LISTEN
    assert [(line.text, line.choices) for line in first.says] == [("Which topic?", ("Tax", "Art"))]
    second = await bot.answer(Turn(key="b", number=2, text="tax", memory=first.memory))
    third = await bot.answer(Turn(key="c", number=3, text="z@example.org", memory=second.memory))
    assert third == Answer(
        says=third.says,
        then=Then.HAND_OFF,
        memory=third.memory,
        queue="tax",
        note="By the bot.\ntopic: Tax",
        email="z@example.org",
    )
    nobody = await bot.answer(Turn(key="d", number=4, memory=third.memory, nobody=True))
    assert nobody.then is Then.LEAVE_MESSAGE
    closed = await bot.answer(Turn(key="b", number=2, text="art", memory=first.memory))
    assert closed.then is Then.CLOSE


@pytest.mark.anyio
async def test_what_the_desk_knows_is_not_asked_for(tmp_path: Path) -> None:
    bot = bot_of(tmp_path)
    first = await bot.answer(Turn(key="a", number=1))
    known = Turn(key="b", number=2, text="tax", memory=first.memory, email="z@example.org")
    assert (await bot.answer(known)).then is Then.HAND_OFF


@pytest.mark.anyio
async def test_cases_see_the_facts_of_the_turn(tmp_path: Path) -> None:
    facts = {
        "available": "busy",
        "site": "shop",
        "queue": "support",
        "language": "en",
        "signed_in": True,
    }
    rows = ", ".join(
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for name, value in facts.items()
    )
    text = ASK.replace(
        "[steps.hello]",
        f'[steps.door]\ncases = [{{ {rows}, to = "bye" }}]\nto = "hello"\n[steps.hello]',
    ).replace('start = "hello"', 'start = "door"')
    sites = {"shop": {"name": "Shop"}}
    bot = bot_of(tmp_path, text, sites=sites)
    turn = Turn(key="a", number=1, **facts)  # type: ignore[arg-type]
    assert (await bot.answer(turn)).then is Then.CLOSE
    assert (await bot.answer(Turn(key="a", number=1))).then is Then.LISTEN


def test_each_table_with_a_flow_is_a_bot_and_others_are_not_meant(tmp_path: Path) -> None:
    (tmp_path / "ask.toml").write_text(ASK.replace('queue = "tax"\n', ""), encoding="utf-8")
    tables = {
        "robin": {"flow": "ask.toml"},
        "model": {"url": "https://model.example"},
        "kim": {"flow": "ask.toml"},
    }
    found = livechat_bots(settings.from_tables({"bots": tables}, base=tmp_path))
    assert [bot.name for bot in found] == ["robin", "kim"]
    assert all(isinstance(bot, FlowBot) for bot in found)
    assert livechat_bots(settings.Settings()) == []


@pytest.mark.parametrize(
    ("table", "code", "key"),
    [
        ("robin", "bad_setting", "bots.helper"),
        ({"flow": 3}, "bad_setting", "bots.helper.flow"),
        ({"flow": ""}, "bad_setting", "bots.helper"),
        ({"flow": "a.toml", "flows": 1}, "unknown_setting", "bots.helper.flows"),
        ({"flow": "none.toml"}, "flow_unreadable", None),
    ],
)
def test_a_wrong_table_is_refused_at_the_start(
    tmp_path: Path, table: object, code: str, key: str | None
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        bot_of(tmp_path, bots={"helper": table})
    assert (caught.value.code, caught.value.facts.get("key")) == (code, key)


def test_a_flow_with_problems_is_refused_at_the_start_with_all_of_them(tmp_path: Path) -> None:
    text = ASK.replace('"tax"', '"text"').replace('to = "mail"', 'to = "mial"')
    with pytest.raises(ConfigurationError) as caught:
        bot_of(tmp_path, text)
    assert caught.value.code == "bad_flow"
    assert caught.value.facts == {
        "flow": "helper",
        "problems": (
            "steps.person.queue: unknown_queue (text)",
            "steps.hello.choices.1.to: unknown_step (mial)",
        ),
    }


def test_a_file_that_is_no_toml_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        bot_of(tmp_path, "start = ")
    assert caught.value.code == "flow_unreadable"
    assert "helper.toml" in str(caught.value.facts["path"])


def test_a_sound_flow_stays_within_what_the_desk_takes_from_a_bot() -> None:
    assert limits.LINES_PER_TURN <= bots.MOST_LINES
    assert limits.MOST_CHOICES <= bots.MOST_CHOICES
    assert limits.LONGEST_LINE <= bots.MOST_CHARACTERS
    assert limits.LONGEST_CHOICE + len(": ") + limits.LONGEST_URL <= bots.MOST_CHARACTERS
    assert limits.LONGEST_CHOICE <= bots.CHOICE_CHARACTERS
    names = limits.MOST_FIELDS * len("x" * 30 + ": \n")
    assert limits.LONGEST_NOTE + limits.ALL_ANSWERS + names <= bots.MOST_CHARACTERS
