"""The suite can fail: each broken variant is caught by a check of it (guarantees.md 6.4)."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import attrs
import pytest

from livechat_core import enquiry, job, presence
from livechat_core.desk import Desk
from livechat_core.errors import StoreError
from livechat_core.feed import Feed
from livechat_core.policy import react
from livechat_core.protocol.visitors import Visitor
from livechat_core.repeats import Ack, Repeats
from livechat_core.service import Service
from livechat_core.streams import Cause
from livechat_core.testing.desk import Scene, SceneClock
from livechat_core.worker import Worker
from tests.desk import (
    test_chat,
    test_enquiry,
    test_faults,
    test_processes,
    test_protocol,
    test_staff,
)
from tests.desk.acts import leave
from tests.desk.invariants import check

pytestmark = pytest.mark.anyio

Patch = pytest.MonkeyPatch


def m1_answer_before_the_commit(patch: Patch) -> None:
    real = Desk._commit

    async def commit(self: Desk, plan: Any, stream: str, *rest: Any) -> Ack:
        try:
            return await real(self, plan, stream, *rest)
        except StoreError:
            return Ack(stream=stream, seq=1, number=1, at=plan.at)

    patch.setattr(Desk, "_commit", commit)


def m2_one_id_for_all_authors(patch: Patch) -> None:
    def cause(self: Repeats, stream: str, command: Any, client_id: str) -> Cause:  # noqa: ARG001
        return Cause(stream=stream, actor="", id=client_id, digest=getattr(command, "text", ""))

    patch.setattr(Repeats, "cause", cause)


def m3_look_then_insert(patch: Patch) -> None:
    patch.setattr("livechat_core.desk.policy.require", lambda *_: iter(()))


def m5_a_cursor_that_skips_what_others_recorded(patch: Patch) -> None:
    def own(self: Feed, first: int, last: int) -> None:  # noqa: ARG001
        self._seen = last

    patch.setattr(Feed, "own", own)


def m6_capacity_is_only_read_before(patch: Patch) -> None:
    def take(state: presence.State, command: presence.TakeSlot, *_: Any) -> list[Any]:
        known = command.conversation in state.slots
        return [] if known else [presence.SlotTaken(conversation=command.conversation)]

    patch.setattr("livechat_core.presence.slots.take", take)


def m7_timers_only_in_memory(patch: Patch) -> None:
    real = Desk._write

    def write(self: Desk, plan: Any, stream: str) -> Any:
        found = real(self, plan, stream)
        if not stream.startswith("conversation/"):
            return found
        return attrs.evolve(found, summary=attrs.evolve(found.summary, due_at=None))

    patch.setattr(Desk, "_write", write)


def m8_notices_are_owed_after_the_commit(patch: Patch) -> None:
    def later(happened: Any, rules: Any) -> Iterator[Any]:
        for order in react(happened, rules):
            if not isinstance(order.command, job.Owe):
                yield order

    patch.setattr("livechat_core.desk.policy.react", later)


def m9_marked_as_sent_before_sending(patch: Patch) -> None:
    real = Worker._report

    async def report(self: Worker, stream: str, state: Any, call: Any) -> None:
        async def nothing() -> dict[str, str]:
            return {}

        await real(self, stream, state, nothing())
        with suppress(Exception):
            await call

    patch.setattr(Worker, "_report", report)


def m10_the_last_claim_wins(patch: Patch) -> None:
    real = enquiry.claims.claim

    def claim(state: enquiry.State, command: Any, at: int, rules: Any) -> list[Any]:
        if state.agent and state.agent != command.by.id:
            return [
                enquiry.TakenOver(
                    agent=command.by.id, name=command.by.name, former=state.agent, until=at + 1
                )
            ]
        return real(state, command, at, rules)

    patch.setattr(enquiry.claims, "claim", claim)


def m11_repeat_without_looking(patch: Patch) -> None:
    async def probe(*_: object) -> None:
        return None

    patch.setattr(Worker, "_probe", probe)


def m12_no_sweep(patch: Patch) -> None:
    async def overdue(*_: object) -> list[Any]:
        return []

    patch.setattr(Service, "_overdue", overdue)


def m14_an_old_window_takes_the_newer_one_along(patch: Patch) -> None:
    def lose(state: presence.State, gone: Any, at: int, rules: Any) -> list[Any]:  # noqa: ARG001
        names = frozenset(connection for connection, _ in state.connections)
        return [presence.GraceBegan(connections=names, until=at + rules.grace, slots=state.held)]

    patch.setattr("livechat_core.presence.connections.lose", lose)


def m18_any_conversation_for_any_visitor(patch: Patch) -> None:
    async def may_see(*_: object) -> None:
        pass

    patch.setattr(Visitor, "may_see", may_see)


async def notices_are_owed_in_the_same_commit(scene: Scene) -> None:
    await leave(await scene.visitor())
    await check(scene)


async def strangers_see_nothing(scene: Scene) -> None:
    await test_protocol.test_the_matrix_of_roles_and_streams(scene, "other visitor")


async def a_refused_claim_names_the_winner(scene: Scene) -> None:
    await test_enquiry.test_fifty_different_people_and_one_winner(lambda _: scene.store)


Check = Callable[[Scene], Awaitable[None]]
CAUGHT: list[tuple[Callable[[Patch], None], Check]] = [
    (
        m1_answer_before_the_commit,
        test_faults.test_a_store_in_trouble_acknowledges_nothing_and_recovers,
    ),
    (
        m2_one_id_for_all_authors,
        test_chat.test_a_repeat_with_the_same_client_id_changes_nothing,
    ),
    (m3_look_then_insert, test_chat.test_two_starts_at_once_are_one_chat),
    (
        m6_capacity_is_only_read_before,
        test_chat.test_chats_are_picked_by_hand_but_not_above_capacity,
    ),
    (
        m6_capacity_is_only_read_before,
        test_processes.test_routers_that_do_not_hear_of_each_other_keep_to_the_capacity,
    ),
    (m7_timers_only_in_memory, test_processes.test_an_offer_lapses_after_a_restart_too),
    (m8_notices_are_owed_after_the_commit, notices_are_owed_in_the_same_commit),
    (
        m9_marked_as_sent_before_sending,
        test_faults.test_a_channel_that_is_down_never_blocks_the_others,
    ),
    (m10_the_last_claim_wins, a_refused_claim_names_the_winner),
    (m12_no_sweep, test_processes.test_a_timer_that_could_not_be_recorded_is_found_by_the_sweep),
    (
        m14_an_old_window_takes_the_newer_one_along,
        test_staff.test_the_death_of_an_old_window_does_not_harm_a_newer_one,
    ),
    (m18_any_conversation_for_any_visitor, strangers_see_nothing),
]


@pytest.mark.parametrize(
    ("bug", "found_by"), CAUGHT, ids=lambda one: one.__name__.removeprefix("test_")
)
async def test_a_seeded_bug_is_caught(
    scene: Scene, monkeypatch: Patch, bug: Callable[[Patch], None], found_by: Check
) -> None:
    bug(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception, KeyError, ValueError)):
        await found_by(scene)


async def test_m11_a_repeat_without_looking_is_caught(
    make_store: Callable[[SceneClock], Any], monkeypatch: Patch
) -> None:
    m11_repeat_without_looking(monkeypatch)
    with pytest.raises(AssertionError):
        await test_faults.test_an_erm_without_keys_is_probed_before_a_repeat(
            make_store, "add_history", test_faults.Fault.TIMEOUT
        )
