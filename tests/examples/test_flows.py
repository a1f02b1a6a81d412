"""The flows that come with the library: sound, and played to every one of their ends."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from livechat_core import flow
from livechat_core.flow import Heard, Outcome, Reply
from livechat_core.flow.format import WORDS, End, Helped
from tests.house import pages
from tests.house.files import ROOT
from tests.pure.flows import Talk

FLOWS = sorted((ROOT / "examples" / "flows").glob("*.toml"))
DEMO = tomllib.loads((ROOT / "src/livechat_core/demo/settings.toml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/how-to/write-a-bot.md").read_text(encoding="utf-8")
ANSWERS = ("Clara Holm", "clara@example.org", "24.12.2027", "DS-1234", "hm", "human")
BEGINNINGS = [
    Heard(available=available, signed_in=signed_in, text=question)
    for available in ("online", "busy", "offline")
    for signed_in in (False, True)
    for question in ("", "What if it rains?")
]


def load(path: Path) -> flow.Flow:
    """Return a flow, which must fit the desk of the demo."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return flow.load(tables, queues=DEMO["queues"], sites=DEMO["sites"])


def replies(played: flow.Flow) -> Iterator[Reply]:
    """Yield every reply of a bot to visitors who try all choices and all kinds of answers."""
    todo, seen = list(BEGINNINGS), set[Any]()
    while todo:
        heard = todo.pop()
        key = (heard.text, heard.nobody, heard.available, *sorted(heard.memory.items()))
        if key in seen:
            continue
        seen.add(key)
        reply = flow.play(played, heard)
        yield reply
        after = attrs.evolve(heard, memory=reply.memory, nobody=False)
        if reply.outcome is None:
            said = (*reply.says[-1].choices, *ANSWERS)
            todo += [attrs.evolve(after, text=text) for text in said]
        elif reply.outcome is Outcome.HAND_OFF:
            todo.append(attrs.evolve(after, text="", nobody=True))


def ends(played: flow.Flow) -> Iterator[tuple[Outcome, str]]:
    """Yield how a flow may end, each with its last line."""
    first = played.languages[0]
    for step in played.steps.values():
        if isinstance(step.then, End):
            yield step.then.outcome, played.read(step.say[-1], first)
        if isinstance(step.then, Helped) and not step.then.solved:
            yield Outcome.CLOSE, played.read(played.word("solved"), first)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_shipped_flow_is_played_to_each_of_its_ends(path: Path) -> None:
    """S3-1 to S3-3, F43."""
    played = load(path)
    reached = {
        (reply.outcome, reply.says[-1].text)
        for reply in replies(played)
        if reply.outcome and reply.says
    }
    assert set(ends(played)) <= reached


def test_there_is_one_of_each_outcome() -> None:
    found = {path.stem: {outcome for outcome, _ in ends(load(path))} for path in FLOWS}
    assert found == {
        "booking": {Outcome.HAND_OFF, Outcome.LEAVE_MESSAGE},
        "night": {Outcome.HAND_OFF, Outcome.LEAVE_MESSAGE, Outcome.CLOSE},
        "rain": {Outcome.HAND_OFF, Outcome.CLOSE},
        "teachers": {Outcome.HAND_OFF, Outcome.CLOSE},
    }


def test_a_french_bride_books_music_at_night() -> None:
    """S3-3: what she said reaches colleagues in the first language of the flow."""
    bride = Talk(load(FLOWS[0]), language="fr-CA", available="offline")
    bride.says("Un mariage", "le 24.12.2027", "Zoë Li")
    assert (bride.reply.queue, bride.reply.name) == ("booking", "Zoë Li")
    assert bride.reply.note == ("Asked by the booking bot:\noccasion: A wedding\ndate: 24.12.2027")
    bride.finds_nobody()
    assert bride.lines[-1] == "À quelle adresse e-mail pouvons-nous écrire ?"
    bride.says("zoe@customer.example")
    assert (bride.outcome, bride.reply.email) == (Outcome.LEAVE_MESSAGE, "zoe@customer.example")


def test_a_teacher_finds_the_page_and_needs_nobody() -> None:
    """S3-1, S3-2."""
    teacher = Talk(load(FLOWS[3])).says("How many chairs do you need?")
    assert "The whole list: https://drumstory.example/teachers#hall" in teacher.lines
    assert teacher.says("yes").outcome is Outcome.CLOSE


class TestPage:
    """What docs/how-to/write-a-bot.md says about flows."""

    def test_its_picture_is_that_of_the_shipped_flow(self) -> None:
        command = (
            "livechat bot draw examples/flows/teachers.toml --svg docs/pictures/bot-teachers.svg"
        )
        picture = (ROOT / "docs/pictures/bot-teachers.svg").read_text(encoding="utf-8")
        assert command in PAGE
        assert picture == flow.svg(load(FLOWS[3]), "teachers"), f"run: {command}"

    def test_its_first_flow_is_sound(self) -> None:
        first = next(block for block in pages.blocks(PAGE) if block.language == "toml")
        played = flow.load(tomllib.loads("\n".join(first.lines)))
        assert Talk(played).says("How much is it?", "yes").outcome is Outcome.CLOSE

    def test_it_explains_every_code_and_every_word(self) -> None:
        rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, flags=re.MULTILINE))
        assert rows.items() >= flow.CODES.items()
        assert all(f"`{word}`" in PAGE for word in WORDS)
