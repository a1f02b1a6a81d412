"""The same desk on PostgreSQL: a chat, an enquiry, two processes, a restart, and the invariants."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.store import PostgresStore
from livechat_core.testing.desk import Scene, SceneClock
from tests.backends.postgres_server import OWN_TIME, kept, place
from tests.desk import test_chat, test_enquiry, test_faults, test_processes, test_staff
from tests.desk.invariants import check

__all__ = ["kept", "place"]

pytestmark = pytest.mark.anyio

STORIES: tuple[Callable[[Scene], Awaitable[None]], ...] = (
    test_chat.test_both_sides_talk_and_share_the_number_S0_4,
    test_chat.test_a_repeat_with_the_same_client_id_changes_nothing,
    test_chat.test_two_starts_at_once_are_one_chat,
    test_chat.test_capacity_is_never_exceeded_by_twenty_chats_at_once,
    test_staff.test_a_ban_is_asked_for_and_approved,
    test_enquiry.test_an_unknown_address_makes_one_customer_S0_21,
    test_faults.test_after_a_restart_everything_goes_on_where_it_was,
    test_processes.test_a_chat_goes_over_two_processes,
)


@pytest.fixture
async def scene(place: Place) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(PostgresStore(place, clock, OWN_TIME), clock=clock) as scene:
        yield scene


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
async def test_the_story_is_the_same_on_postgresql(
    scene: Scene, story: Callable[[Scene], Awaitable[None]]
) -> None:
    await story(scene)
    await check(scene)
