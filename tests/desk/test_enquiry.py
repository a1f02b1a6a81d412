"""A left message until the customer has an answer: announced, claimed, filed, answered."""

import re
from typing import Any

import anyio
import attrs
import pytest

from livechat_core.rules import seconds
from livechat_core.testing import Fault
from livechat_core.testing.desk import RULES, Client, Refused, Scene, SceneClock
from tests.desk.acts import MARIA, claimed, filed, item, leave, refusal, start, types

pytestmark = pytest.mark.anyio

KNOWN = {"x-name": "Maria Silva", "x-email": "maria@shop.example"}


async def test_the_notice_has_all_six_facts_and_is_the_same_everywhere_S0_7(scene: Scene) -> None:
    """S0-7, S0-8, S0-11, with all of S0-7 to S0-13; G11."""
    visitor = await scene.visitor(headers=KNOWN, url="https://shop.example/drums?token=x")
    work = await leave(visitor)
    await scene.settle()
    ana = await scene.staff("ana", watch=True)
    sent = [scene.outside.channels[name].sent for name in ("team", "slack")]
    assert [len(one) for one in sent] == [1, 1]
    (team,), (slack,) = sent
    assert team.text == slack.text == (await item(ana, work))["text"]
    assert team.facts == {
        "kind": "A new customer has left a message on live chat.",
        "name": "Maria Silva",
        "email": "Maria@customer.example",
        "question": "When do you\nopen?",
        "page": "https://shop.example/drums",
        "location": "unknown",
        "site": "Performances",
        "reference": (await item(ana, work))["reference"],
    }
    assert re.fullmatch(r"Ref \d+-[a-z2-9]{6}", team.text.splitlines()[-1])
    assert "> open?" in team.text


@pytest.mark.parametrize(
    ("headers", "told", "name"),
    [
        ({}, {}, "Guest"),
        ({}, {"name": "Zoë"}, "Zoë (not signed in)"),
        (KNOWN, {"name": "Somebody else"}, "Maria Silva"),
    ],
)
async def test_the_name_is_the_signed_in_one_or_marked_or_guest(
    scene: Scene, headers: dict[str, str], told: dict[str, str], name: str
) -> None:
    """S0-9."""
    await leave(await scene.visitor(headers=headers), **told)
    await scene.settle()
    (notice,) = scene.outside.channels["team"].sent
    assert notice.facts["name"] == name


async def test_who_leaves_no_message_leaves_no_trace(scene: Scene) -> None:
    """S0-5, S0-6: offline and unavailable lead to the same."""
    maria = await scene.visitor()
    assert maria.welcome["availability"]["state"] == "offline"
    ana = await scene.staff("ana")
    await ana.do("presence.set_status", status="away")
    told = await refusal(maria, "conversation.start", site="performances")
    assert (told["code"], told["availability"]) == ("nobody_available", "offline")
    await scene.wait(120)
    assert scene.outside.channels["team"].sent == []
    assert (await ana.lists())["enquiries"] == []
    assert list(scene.desk.index.all("conversation")) == []


async def test_of_fifty_who_claim_at_once_one_wins_and_all_learn_who_S0_14(scene: Scene) -> None:
    """S0-14, G12."""
    work = await leave(await scene.visitor())
    await scene.settle()
    crew = [await scene.staff("ana" if one % 2 else "ben", watch=True) for one in range(50)]
    won, lost = [], []

    async def claim(client: Client) -> None:
        try:
            won.append((client.welcome["agent"], await client.do("enquiry.claim", stream=work)))
        except Refused as refused:
            lost.append(refused)

    async with anyio.create_task_group() as group:
        for client in crew:
            group.start_soon(claim, client)
    winner = (await scene.desk.view(work)).agent
    assert {agent for agent, _ in won} == {winner}
    assert len(lost) == 25, "all windows of the colleague; the winner's own repeats are no refusal"
    assert {one.code for one in lost} == {"claimed"}
    assert {one.facts["owner"] for one in lost} == {winner.title()}
    assert (await types(scene, work)).count("Claimed") == 1
    await scene.settle()
    shown = scene.outside.channels["slack"].shown
    assert list(shown.values()) == [f"Claimed by {winner.title()}"]


async def test_fifty_different_people_and_one_winner(make_store: Any) -> None:
    """S0-14, G12: forty-nine refusals that name the winner."""
    crew = {f"p{one}": attrs.evolve(RULES.staff["ana"], name=f"P{one}") for one in range(50)}
    async with Scene(make_store(SceneClock()), rules=attrs.evolve(RULES, staff=crew)) as scene:
        work = await leave(await scene.visitor())
        clients = [await scene.staff(name, watch=True) for name in crew]
        refused: list[Refused] = []

        async def claim(client: Client) -> None:
            try:
                await client.do("enquiry.claim", stream=work)
            except Refused as error:
                refused.append(error)

        async with anyio.create_task_group() as group:
            for client in clients:
                group.start_soon(claim, client)
        winner = (await scene.desk.view(work)).agent_name
        assert [(one.code, one.facts["owner"]) for one in refused] == [("claimed", winner)] * 49


async def test_an_unknown_address_makes_one_customer_S0_21(scene: Scene) -> None:
    """S0-15, S0-21, S0-24, S0-25: look up, create, save, note, mail, follow-up, in this order."""
    ana, erm, mailer = await scene.staff("ana"), scene.outside.erm, scene.outside.mailer
    work = await claimed(scene, ana, name="Maria")
    assert (await item(ana, work))["matches"] == []
    assert (await item(ana, work))["phase"] == "matching"
    await ana.do("enquiry.create_customer", stream=work, phone="+351 1")
    await scene.settle()
    (customer,) = erm.customers.values()
    assert (customer.name, customer.emails, customer.phone) == (
        *("Maria", ("Maria@customer.example",), "+351 1"),
    )
    await ana.do("enquiry.reply", stream=work, subject="Your question", text="At nine.")
    await scene.settle()
    await ana.do("enquiry.schedule_follow_up", stream=work)
    await scene.settle()
    await ana.do("enquiry.complete", stream=work)
    await scene.settle()
    announced = scene.outside.channels["slack"].sent[0].text
    assert erm.notes(customer.ref) == [announced], "byte for byte (S0-17)"
    assert [(mail.to, mail.text) for mail in mailer.sent] == [
        ("Maria@customer.example", "At nine.")
    ]
    assert erm.tasks(customer.ref) == [f"Follow up: {(await item(ana, work))['reference']}"]
    assert (await item(ana, work))["phase"] == "done"
    assert [name for name in await types(scene, work) if name in ORDER] == ORDER
    assert scene.outside.channels["slack"].shown == {_key(work): "Done"}
    chat = "conversation/" + work.partition("/")[2]
    assert (await types(scene, chat))[-1] == "Closed"


ORDER = [
    *("Opened", "Announced", "Claimed", "LookedUp", "Linked", "Filed", "Answered"),
    *("FollowUpScheduled", "Completed"),
]


def _key(work: str) -> str:
    return f"{work.partition('/')[2]}.left_message.slack"


@pytest.mark.parametrize("address", ["maria@customer.example", " MARIA@Customer.EXAMPLE "])
async def test_a_known_address_finds_the_customer_S0_27(scene: Scene, address: str) -> None:
    """S0-15, S0-16, S0-27: whatever case and blanks; nobody is created."""
    ana, erm = await scene.staff("ana"), scene.outside.erm
    ref = erm.add("maria@customer.example", name="Maria Silva")
    work = await claimed(scene, ana, email=address)
    (match,) = (await item(ana, work))["matches"]
    assert (match["ref"], match["name"]) == (ref, "Maria Silva")
    await ana.do("enquiry.confirm_match", stream=work, ref=ref)
    await scene.settle()
    assert list(erm.customers) == [ref]
    assert erm.notes(ref) == [scene.outside.channels["team"].sent[0].text]


async def test_of_several_matches_a_person_chooses(scene: Scene) -> None:
    """S0-27, S2-7, S2-8, A20."""
    ana, erm = await scene.staff("ana"), scene.outside.erm
    refs = [erm.add(MARIA, name=name) for name in ("Maria A", "Maria B")]
    work = await claimed(scene, ana)
    assert [one["ref"] for one in (await item(ana, work))["matches"]] == refs
    told = await refusal(ana, "enquiry.confirm_match", stream=work, ref="99")
    assert told["code"] == "unknown_customer"
    await ana.do("enquiry.search_again", stream=work, email="other@customer.example")
    await scene.settle()
    assert (await item(ana, work))["matches"] == []
    await ana.do("enquiry.search_again", stream=work, email=MARIA)
    await scene.settle()
    await ana.do("enquiry.confirm_match", stream=work, ref=refs[1])
    await scene.settle()
    assert len(erm.notes(refs[1])) == 1
    assert len(erm.customers) == 2


STEPS: list[tuple[str, dict[str, Any]]] = [
    ("enquiry.create_customer", {}),
    ("enquiry.reply", {"subject": "Re", "text": "x"}),
    ("enquiry.schedule_follow_up", {}),
    ("enquiry.complete", {}),
]


async def test_the_order_is_enforced_S0_26(scene: Scene) -> None:
    """S0-18, S0-23, S0-26, A71, G14: every later step before its time is refused, with no call."""
    ana = await scene.staff("ana")
    work = await leave(await scene.visitor())
    await scene.settle()
    for method, told in STEPS:
        assert (await refusal(ana, method, stream=work, **told))["code"] == "not_claimed"
    await ana.do("enquiry.claim", stream=work)
    await scene.settle()
    for reached in range(len(STEPS)):
        for method, told in STEPS[reached + 1 :]:
            code = (await refusal(ana, method, stream=work, **told))["code"]
            assert code in {"not_now", "step_under_way"}, (reached, method)
        asked = dict(scene.outside.erm_script.asked)
        assert dict(scene.outside.erm_script.asked) == asked
        await ana.do(STEPS[reached][0], stream=work, **STEPS[reached][1])
        await scene.settle()
    assert (await item(ana, work))["phase"] == "done"


async def test_a_repeated_step_changes_nothing_S0_26(scene: Scene) -> None:
    """S0-26, G3: with the same client id, and with another one."""
    ana, ben, erm = await scene.staff("ana"), await scene.staff("ben"), scene.outside.erm
    work = await leave(await scene.visitor())
    await scene.settle()
    for method, told in [("enquiry.claim", {}), *STEPS]:
        first = await ana.do(method, stream=work, id=f"once-{method[8:]}", **told)
        await scene.settle()
        again = await ana.do(method, stream=work, id=f"once-{method[8:]}", **told)
        assert again["seq"] == first["seq"]
        await scene.settle()
        if method != "enquiry.reply":
            try:
                await ana.do(method, stream=work, **told)
            except Refused as refused:
                assert refused.code == "not_now"  # noqa: PT017 - it may be accepted
        await scene.settle()
    assert (len(erm.customers), len(erm.entries), len(scene.outside.mailer.sent)) == (1, 2, 1)
    assert (await refusal(ben, "enquiry.claim", stream=work))["code"] == "claimed"


async def test_a_claim_runs_out_is_given_back_or_taken_over(scene: Scene) -> None:
    """G12: after 30 minutes without a step; once the customer is linked only taken over."""
    ana, ben, sam = await scene.staff("ana"), await scene.staff("ben"), await scene.staff("sam")
    work = await claimed(scene, ana)
    assert (await refusal(ben, "enquiry.take_over", stream=work))["code"] == "forbidden"
    assert (await refusal(ben, "enquiry.release", stream=work))["code"] == "claimed"
    await scene.wait(1801)
    assert (await item(ana, work))["claimed_by"] == ""
    await ben.do("enquiry.claim", stream=work)
    await ben.do("enquiry.release", stream=work)
    await ana.do("enquiry.claim", stream=work)
    await scene.settle()
    await ana.do("enquiry.create_customer", stream=work)
    await scene.settle()
    assert (await refusal(ana, "enquiry.release", stream=work))["code"] == "not_now"
    await scene.wait(3 * 3600)
    assert (await item(ana, work))["claimed_by"] == "ana"
    await sam.do("enquiry.take_over", stream=work)
    told = await refusal(ana, "enquiry.reply", stream=work, subject="x", text="y")
    assert (told["code"], told["owner"]) == ("claimed", "Sam")
    assert (await item(sam, work))["phase"] == "filed"


async def test_nobody_claims_so_all_are_reminded_and_then_supervisors(scene: Scene) -> None:
    """After 15 and 60 minutes; and once more when it was given back (S0-7)."""
    ana = await scene.staff("ana")
    work = await leave(await scene.visitor())

    def kinds() -> list[str]:
        return [notice.kind for notice in scene.outside.channels["team"].sent]

    await scene.wait(899)
    assert kinds() == ["left_message"]
    await scene.wait(2)
    assert kinds() == ["left_message", "reminder"]
    await scene.wait(2700)
    assert kinds() == ["left_message", "reminder", "escalation"]
    texts = {notice.text for notice in scene.outside.channels["team"].sent}
    assert len(texts) == 1
    await ana.do("enquiry.claim", stream=work)
    await ana.do("enquiry.release", stream=work)
    await scene.wait(901)
    assert kinds()[3:] == ["reminder"]


async def test_dropping_ends_it_until_something_is_in_the_erm(scene: Scene) -> None:
    ana = await scene.staff("ana")
    work = await filed(scene, ana)
    assert (await refusal(ana, "enquiry.drop", stream=work))["code"] == "not_now"
    other = await claimed(scene, ana, email="spam@spam.example")
    await ana.do("enquiry.drop", stream=other, reason="spam")
    await scene.settle()
    assert [row["stream"] for row in (await ana.lists())["enquiries"]] == [work]
    assert "Dropped" in scene.outside.channels["slack"].shown.values()


async def test_a_site_may_link_by_itself(make_store: Any) -> None:
    """The automatic mode: an exact single match is linked, a missing customer created."""
    site = attrs.evolve(RULES.sites["performances"], automatic_link=True)
    rules = attrs.evolve(RULES, sites={**RULES.sites, "performances": site})
    async with Scene(make_store(SceneClock()), rules=rules) as scene:
        ana = await scene.staff("ana")
        work = await claimed(scene, ana)
        assert (await item(ana, work))["phase"] == "filed"
        again = await claimed(scene, ana)
        assert (await item(ana, again))["phase"] == "filed"
        assert len(scene.outside.erm.customers) == 1
        scene.outside.erm.add(MARIA)
        third = await claimed(scene, ana)
        assert (await item(ana, third))["phase"] == "matching"


async def test_a_waiting_visitor_may_leave_a_message_instead(scene: Scene) -> None:
    """S1-23: also while an agent is being asked, who is then free again."""
    ana, maria = await scene.staff("ana"), await scene.visitor()
    chat = await start(maria)
    await scene.settle()
    await maria.do(
        "conversation.leave_message",
        stream=chat,
        site="performances",
        email=MARIA,
        question="Mail me.",
    )
    await scene.settle()
    assert (await ana.lists())["offers"] == []
    summary = scene.desk.index.presence("ana")
    assert summary is not None
    assert summary.facts["load"] == 0
    (work,) = (await ana.lists())["enquiries"]
    assert work["facts"]["question"] == "Mail me."
    assert work["number"] == (await scene.desk.states.get(chat)).number


async def test_a_permanent_failure_can_be_tried_again_by_hand(scene: Scene) -> None:
    """G15: shown on the team page, nothing is tried for ever."""
    ana = await scene.staff("ana")
    work = await claimed(scene, ana)
    scene.outside.erm_script.plan("create", Fault.PERMANENT)
    await ana.do("enquiry.create_customer", stream=work)
    await scene.settle()
    row = await item(ana, work)
    assert (row["failed"], row["failed_step"]) == ("planned_permanent", "create")
    await scene.wait(600)
    assert scene.outside.erm_script.asked["create"] == 1
    await ana.do("enquiry.retry", stream=work)
    await scene.settle()
    assert (await item(ana, work))["phase"] == "filed"
    assert seconds(1) == 1_000_000
