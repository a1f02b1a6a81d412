"""The team page as a channel: nothing to call, so nothing to fail."""

import attrs
import pytest

from livechat_core.notifiers.team import TeamNotifier, livechat_notifiers
from livechat_core.ports import Repeat
from livechat_core.testing import NOTICE, Channel, NotifierContract

pytestmark = pytest.mark.anyio


class TestTeamNotifier(NotifierContract):
    @pytest.fixture
    def channel(self) -> Channel:
        return Channel(TeamNotifier())  # the page shows enquiries, not notices


async def test_the_job_learns_where_staff_see_it() -> None:
    place = await TeamNotifier().send(NOTICE)
    assert place == {"page": NOTICE.link}
    assert await TeamNotifier().update(attrs.evolve(NOTICE, place=place)) == place
    assert TeamNotifier.repeat is Repeat.SAFE


def test_it_is_always_there_for_the_subscriptions() -> None:
    assert [notifier.name for notifier in livechat_notifiers()] == ["team"]
