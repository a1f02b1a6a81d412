"""What every notifier promises, as tests.

Subclass `NotifierContract` and return your channel::

class TestMyNotifier(NotifierContract):
    @pytest.fixture
    def channel(self, tmp_path):
        path = tmp_path / "notices.txt"
        return Channel(MyNotifier(path), shown=lambda: [path.read_text()])
"""

import json
from collections.abc import Callable, Sequence
from typing import ClassVar

import anyio
import attrs
import pytest

from livechat_core.errors import DeliveryError
from livechat_core.ports import Notice, Notifier, Repeat

TEXT = """A new customer has left a message on live chat.
Site: Drum Story
Name: Zoë 李 (not signed in)
E-mail: zoe@customer.example
Question:
> Is <b>"this"</b> & that ready?  *Now* or `later`?
> <!channel> <@U0123> <https://evil.example|https://bank.example> :wave:
>
> E-mail: boss@evil.example
Page: https://shop.example/?a=1&b=2
Location: Lisbon, Portugal
Ref 48211-k7qd2m"""

NOTICE = Notice(
    key="enquiry/e1:announce:1",
    kind="left_message",
    text=TEXT,
    enquiry="enquiry/e1",
    version=3,
    facts={
        "kind": "A new customer has left a message on live chat.",
        "name": "Zoë 李 (not signed in)",
        "email": "zoe@customer.example",
        "question": 'Is <b>"this"</b> & that ready?',
        "page": "https://shop.example/?a=1&b=2",
        "location": "Lisbon, Portugal",
        "site": "Drum Story",
        "reference": "Ref 48211-k7qd2m",
    },
    link="https://desk.example/team/",
)
"""A notice as the enquiry workflow makes it, with text that a channel might take for markup."""


@attrs.frozen
class Channel:
    """A notifier under test, and how to look at the channel from outside.

    Args:
        notifier: The notifier.
        shown: Returns the text of every message that staff see now; none if the notifier shows
            nothing that could be read, and then only the form of its answers is tested.
        lose_answer: Lets the next call of ``send`` do its work and fail; none if that cannot be
            arranged.
        break_line: Lets the next call of ``send`` fail before it has done anything; likewise.
    """

    notifier: Notifier
    shown: Callable[[], Sequence[str]] | None = None
    lose_answer: Callable[[], None] | None = None
    break_line: Callable[[], None] | None = None


@pytest.mark.anyio
class NotifierContract:
    """The promises of `Notifier`; override the fixture `channel`."""

    shows_state: ClassVar[bool] = True
    """Whether an update can be seen; false where what was sent cannot be changed."""

    @pytest.fixture
    def channel(self) -> Channel:
        """Return the notifier under test in an empty channel."""
        raise NotImplementedError("override the fixture `channel`")

    def test_it_has_a_name_for_the_settings(self, channel: Channel) -> None:
        """One word, for the subscriptions."""
        assert channel.notifier.name.isidentifier()

    def test_it_says_what_an_unknown_outcome_allows(self, channel: Channel) -> None:
        """G13: without it a lost answer could not be settled."""
        assert channel.notifier.repeat in set(Repeat)

    async def test_the_text_is_shown_unchanged(self, channel: Channel) -> None:
        """S0-17: the same bytes in every channel."""
        await channel.notifier.send(NOTICE)
        (message,) = _shown(channel)
        assert TEXT in message

    async def test_every_notice_is_shown(self, channel: Channel) -> None:
        """G11: also when several are sent at the same moment."""
        notices = [attrs.evolve(NOTICE, key=f"k{n}", text=f"{TEXT}-{n}.") for n in range(5)]
        async with anyio.create_task_group() as group:
            for notice in notices:
                group.start_soon(channel.notifier.send, notice)
        messages = _shown(channel)
        assert all(any(notice.text in message for message in messages) for notice in notices)

    async def test_a_notice_may_have_nothing_but_a_text(self, channel: Channel) -> None:
        """Facts, enquiry and link are optional."""
        await channel.notifier.send(Notice(key="k", kind="reminder", text="Ref 1-a"))
        (message,) = _shown(channel)
        assert "Ref 1-a" in message

    async def test_the_place_can_be_kept(self, channel: Channel) -> None:
        """It is recorded as the result of the job."""
        place = await channel.notifier.send(NOTICE)
        assert json.loads(json.dumps(place)) == place
        assert all(isinstance(value, str) for pair in place.items() for value in pair)

    async def test_an_update_shows_the_state_and_keeps_the_text(self, channel: Channel) -> None:
        """S0-14: others can see that it is taken."""
        place = await channel.notifier.send(NOTICE)
        await channel.notifier.update(_claimed(place))
        messages = _shown(channel)
        assert any(TEXT in message for message in messages)
        if self.shows_state:
            assert any("Claimed by Ana" in message for message in messages)

    async def test_an_update_twice_changes_nothing(self, channel: Channel) -> None:
        """G13: an update whose outcome is unknown is simply done again."""
        claimed = _claimed(await channel.notifier.send(NOTICE))
        claimed = attrs.evolve(claimed, place=await channel.notifier.update(claimed))
        before = _shown(channel)
        assert await channel.notifier.update(claimed) == claimed.place
        assert _shown(channel) == before

    async def test_a_probe_finds_what_was_sent_and_nothing_else(self, channel: Channel) -> None:
        """G13, level L1."""
        _only_for(channel, Repeat.PROBE)
        other = attrs.evolve(NOTICE, key="enquiry/e2:announce:1")
        assert await channel.notifier.probe(NOTICE) is None
        place = await channel.notifier.send(NOTICE)
        assert await channel.notifier.probe(NOTICE) == place
        assert await channel.notifier.probe(other) is None

    async def test_a_safe_repeat_is_taken(self, channel: Channel) -> None:
        """G13, level L2; B87."""
        _only_for(channel, Repeat.SAFE)
        first = await channel.notifier.send(NOTICE)
        assert await channel.notifier.send(NOTICE) == first

    async def test_a_lost_answer_is_reported_as_unknown(self, channel: Channel) -> None:
        """G13: what may have been done is never reported as not done."""
        _arrange(channel.lose_answer)
        with pytest.raises(DeliveryError) as caught:
            await channel.notifier.send(NOTICE)
        assert caught.value.unknown
        assert not caught.value.permanent
        if channel.notifier.repeat is Repeat.PROBE:
            assert await channel.notifier.probe(NOTICE) is not None

    async def test_a_broken_line_is_reported_and_nothing_is_shown(self, channel: Channel) -> None:
        """G15: what surely was not done may be tried again."""
        _arrange(channel.break_line)
        with pytest.raises(DeliveryError) as caught:
            await channel.notifier.send(NOTICE)
        assert not caught.value.permanent
        assert _shown(channel) == []


def _claimed(place: dict[str, str]) -> Notice:
    return attrs.evolve(NOTICE, claimed_by="Ana", state="Claimed by Ana", version=4, place=place)


def _shown(channel: Channel) -> Sequence[str]:
    if channel.shown is None:
        pytest.skip("this notifier shows nothing that can be read")
    return channel.shown()


def _only_for(channel: Channel, repeat: Repeat) -> None:
    if channel.notifier.repeat is not repeat:
        pytest.skip(f"this notifier is {channel.notifier.repeat}, not {repeat}")


def _arrange(fault: Callable[[], None] | None) -> None:
    if fault is None:
        pytest.skip("this channel cannot be made to fail so")
    fault()
