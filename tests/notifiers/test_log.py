"""The log as a channel: one harmless line a notice."""

import attrs
import pytest

from livechat_core.notifiers.log import LogNotifier, livechat_notifiers
from livechat_core.testing import NOTICE, Channel, NotifierContract

pytestmark = pytest.mark.anyio


class TestLogNotifier(NotifierContract):
    @pytest.fixture
    def channel(self) -> Channel:
        return Channel(LogNotifier())  # its lines have no text on purpose (A77)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level("INFO")
    return caplog


async def test_a_notice_is_one_line_that_says_which_it_is(log: pytest.LogCaptureFixture) -> None:
    await LogNotifier().send(NOTICE)
    (line,) = lines(log)
    assert line == (
        "notice kind='left_message' key='enquiry/e1:announce:1' enquiry='enquiry/e1'"
        " reference='Ref 48211-k7qd2m'"
    )


async def test_an_update_says_whether_it_is_claimed(log: pytest.LogCaptureFixture) -> None:
    await LogNotifier().update(attrs.evolve(NOTICE, claimed_by="Ana", state="Claimed by Ana"))
    await LogNotifier().update(NOTICE)
    assert [line.split(" kind")[0] for line in lines(log)] == ["notice claimed", "notice changed"]


async def test_nobody_is_named(log: pytest.LogCaptureFixture) -> None:
    """A77: neither the customer nor the colleague, nor a word of what was asked."""
    notice = attrs.evolve(NOTICE, claimed_by="Ana", state="Claimed by Ana")
    await LogNotifier().send(notice)
    await LogNotifier().update(notice)
    for word in ("Zo", "zoe@", "ready", "shop.example", "Lisbon", "Ana"):
        assert word not in log.text


@pytest.mark.parametrize("evil", ["\r\n", "\n", "\x1b[2J", "\u2028", "\u2029", "\x85", "\0"])
async def test_a_line_stays_one_line(log: pytest.LogCaptureFixture, evil: str) -> None:
    """A50."""
    told = f"x{evil}ERROR key='forged'"
    await LogNotifier().send(attrs.evolve(NOTICE, key=told, enquiry=told, kind=told))
    (line,) = lines(log)
    assert line.isprintable()
    assert line.isascii()


async def test_a_field_is_at_most_a_kibibyte(log: pytest.LogCaptureFixture) -> None:
    """A50."""
    await LogNotifier().send(attrs.evolve(NOTICE, key="x" * 1_000_000))
    (line,) = lines(log)
    assert len(line) < 1024 + 200


def test_it_is_always_there_for_the_subscriptions() -> None:
    assert [notifier.name for notifier in livechat_notifiers()] == ["log"]
