"""The same desk on a real file: a chat, an enquiry, a restart, and the invariants after it."""

from collections.abc import Awaitable, Callable

import pytest

from livechat_core.testing.desk import Scene
from tests.desk import (
    test_chat,
    test_enquiry,
    test_faults,
    test_processes,
    test_profiles,
    test_staff,
)
from tests.desk.invariants import check

pytestmark = pytest.mark.anyio

STORIES: tuple[Callable[[Scene], Awaitable[None]], ...] = (
    test_chat.test_both_sides_talk_and_share_the_number_S0_4,
    test_chat.test_a_repeat_with_the_same_client_id_changes_nothing,
    test_chat.test_two_starts_at_once_are_one_chat,
    test_chat.test_capacity_is_never_exceeded_by_twenty_chats_at_once,
    test_staff.test_a_process_that_dies_loses_its_windows,
    test_staff.test_a_ban_is_asked_for_and_approved,
    test_enquiry.test_an_unknown_address_makes_one_customer_S0_21,
    test_enquiry.test_of_fifty_who_claim_at_once_one_wins_and_all_learn_who_S0_14,
    test_faults.test_after_a_restart_everything_goes_on_where_it_was,
    test_processes.test_a_chat_goes_over_two_processes,
    test_profiles.test_tags_of_a_person_are_seen_by_the_whole_team_S3_26,
    test_profiles.test_two_contacts_become_one_and_what_is_said_later_goes_there_F58,
)


@pytest.fixture
def store_url() -> str:
    return "sqlite:///chat.db"


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
async def test_the_story_is_the_same_on_a_file(
    scene: Scene, story: Callable[[Scene], Awaitable[None]]
) -> None:
    await story(scene)
    await check(scene)
