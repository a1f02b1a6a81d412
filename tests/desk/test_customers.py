"""The customer's records beside a chat, and what the ERM is told of who says who he is."""

from typing import Any

import attrs
import pytest

from livechat_core.ports import Detail, Record, Repeat
from livechat_core.testing import Fault
from livechat_core.testing.adapters import MemoryErm
from livechat_core.testing.desk import RULES, Adapters, Client, Scene, SceneClock
from tests.desk.acts import MARIA, leave, refusal
from tests.desk.persons import VERIFYING, chat, profile, verified, who

pytestmark = pytest.mark.anyio

WITH_LEADS = attrs.evolve(
    RULES,
    sites={**RULES.sites, "performances": attrs.evolve(RULES.sites["performances"], leads=True)},
)


def detail(name: str, value: str) -> Detail:
    return Detail(name=name, title=name, value=value, editable=True)


ORDER = Record(ref="work_order/1", kind="work_order", title="Repair the pedal")
ASSET = Record(
    ref="asset/1",
    kind="asset",
    title="Drum kit",
    details=(detail("status", "fine"),),
    children=(ORDER,),
)
ACCOUNT = Record(ref="account/1", kind="account", title="Silva & Sons")
TREE = Record(ref="contact/1", kind="contact", title="Maria", children=(ACCOUNT, ASSET))


# --- the customer's records -----------------------------------------------------------------------


async def customer(desk: Scene, ana: Client) -> tuple[str, str]:
    """Bring a chat about with a verified person who is customer 1, and return both."""
    desk.outside.records.trees["1"] = TREE
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    await profile(ana, contact, stream)
    await ana.do("contact.link_customer", stream=contact, ref="1")
    return stream, contact


async def pop(desk: Scene, ana: Client, stream: str, contact: str) -> dict[str, Any]:
    """Ask for the records until they are there."""
    told = {"stream": contact, "conversation": stream}
    found = await ana.call("contact.pop", **told)
    assert found["state"] == "loading"
    await desk.settle()
    answer: dict[str, Any] = await ana.call("contact.pop", **told)
    return answer


async def test_the_record_pops_up_with_all_below_it_once_verified_S2_11(desk: Scene) -> None:
    """S2-11, S2-12: four kinds, nested; before that it is refused."""
    ana = await desk.staff("ana")
    stream, contact = await customer(desk, ana)
    found = await pop(desk, ana, stream, contact)

    assert (found["state"], found["record"]["title"]) == ("ready", "Maria")
    account, asset = found["record"]["children"]
    assert (account["kind"], asset["kind"]) == ("account", "asset")
    assert [one["kind"] for one in asset["children"]] == ["work_order"]
    unverified = await chat(desk, ana)
    told = {"stream": contact, "conversation": unverified}
    assert (await refusal(ana, "contact.pop", **told))["code"] == "not_verified"


async def test_a_person_without_link_is_looked_up_by_his_address_S2_11(desk: Scene) -> None:
    ana = await desk.staff("ana")
    desk.outside.erm.add(MARIA, name="Maria Silva")
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    found = await pop(desk, ana, stream, contact)

    assert (found["state"], found["customer"]) == ("unlinked", "")
    assert [(one["ref"], one["name"]) for one in found["matches"]] == [("1", "Maria Silva")]
    assert (await pop_again(ana, stream, contact))["record"] is None


async def pop_again(ana: Client, stream: str, contact: str) -> dict[str, Any]:
    found: dict[str, Any] = await ana.call("contact.pop", stream=contact, conversation=stream)
    return found


async def test_a_dead_customer_system_never_stops_a_chat_S2_11(desk: Scene) -> None:
    """G24: the agent reads that it is not there, and talks on."""
    ana = await desk.staff("ana")
    stream, contact = await customer(desk, ana)
    desk.outside.records_script.plan("open", Fault.BEFORE)
    assert (await pop(desk, ana, stream, contact))["state"] == "unavailable"
    await ana.do("conversation.post", stream=stream, text="Hello")

    await desk.wait(5)
    assert (await pop(desk, ana, stream, contact))["state"] == "ready"


async def test_details_are_changed_from_the_chat_S2_13(desk: Scene) -> None:
    """S2-13: in the customer system, by a job that a crash does not lose."""
    ana = await desk.staff("ana")
    stream, contact = await customer(desk, ana)
    change = {"record": "asset/1", "field": "status", "former": "fine", "value": "broken"}
    await ana.do("contact.change_record", stream=contact, **change)
    await desk.restart()
    await desk.settle()
    (made,) = desk.outside.records.made
    assert (made.record, made.value) == ("asset/1", "broken")

    ana = await desk.staff("ana")
    (told,) = (await pop(desk, ana, stream, contact))["changes"]
    assert (told["state"], told["agent"]) == ("made", "ana")


async def test_what_somebody_else_has_written_meanwhile_stays_S2_13(desk: Scene) -> None:
    """S2-13: and the agent reads that his change was not made."""
    ana = await desk.staff("ana")
    stream, contact = await customer(desk, ana)
    change = {"record": "asset/1", "field": "status", "former": "old", "value": "broken"}
    await ana.do("contact.change_record", stream=contact, **change)
    await desk.settle()

    assert desk.outside.records.made == []
    (told,) = (await pop(desk, ana, stream, contact))["changes"]
    assert told["state"] == "changed"


async def test_a_change_whose_answer_was_lost_is_made_once_S2_13(desk: Scene) -> None:
    """G13."""
    ana = await desk.staff("ana")
    stream, contact = await customer(desk, ana)
    desk.outside.records_script.plan("change", Fault.TIMEOUT, Fault.BEFORE)
    change = {"record": "asset/1", "field": "status", "former": "fine", "value": "broken"}
    await ana.do("contact.change_record", stream=contact, **change)
    await desk.wait(60)

    assert len(desk.outside.records.made) == 1
    assert desk.outside.records_script.asked["change"] == 3
    (told,) = (await pop(desk, ana, stream, contact))["changes"]
    assert told["state"] == "made"


# --- leads ----------------------------------------------------------------------------------------


async def lead_desk(make_store: Any, rules: Any = WITH_LEADS) -> Scene:
    clock = SceneClock()
    return Scene(make_store(clock), rules=rules, clock=clock)


async def test_who_says_who_he_is_becomes_a_lead_S4_9(make_store: Any) -> None:
    """S4-2, S4-9: a customer of the ERM and a contact that is linked to it, once."""
    async with await lead_desk(make_store) as scene:
        ana = await scene.staff("ana")
        for _ in range(2):
            stream = await chat(scene, ana, phone="+351 21 000 0000")
            await scene.settle()
        (found,) = scene.outside.erm.customers.values()
        assert (found.name, found.phone) == ("Maria", "+351 21 000 0000")
        assert (await who(ana, stream))["contact"]["customer"] == found.ref


async def test_who_fills_in_a_form_becomes_a_lead_too_S4_2(make_store: Any) -> None:
    """S4-2: what the form has, with the desk's own fields."""
    rules = attrs.evolve(WITH_LEADS, fields=VERIFYING.fields)
    async with await lead_desk(make_store, rules) as scene:
        maria, ana = await scene.visitor(), await scene.staff("ana")
        stream = await chat(scene, ana, maria, email="", name="")
        for told in ({"name": "Maria"}, {"email": MARIA, "fields": {"plan": "free"}}):
            await maria.do("conversation.introduce", stream=stream, **told)
        await scene.settle()
        (found,) = scene.outside.erm.customers.values()
        assert (found.name, found.emails) == ("Maria", ("Maria@customer.example",))
        assert scene.outside.erm.values[found.ref] == {"plan": "free"}
        beside = (await who(ana, stream))["contact"]
        assert (beside["customer"], beside["fields"][0]["value"]) == (found.ref, "free")


async def test_of_a_known_customer_only_what_is_missing_is_filled_in_S4_10(make_store: Any) -> None:
    """S4-10: nothing that stands there is changed."""
    async with await lead_desk(make_store) as scene:
        ana = await scene.staff("ana")
        scene.outside.erm.add(MARIA, name="Maria Silva")
        await chat(scene, ana, name="Mallory", phone="+351 21 000 0000")
        await scene.settle()
        (found,) = scene.outside.erm.customers.values()
        assert (found.name, found.phone) == ("Maria Silva", "+351 21 000 0000")


async def test_of_several_customers_with_an_address_none_is_touched_S4_10(make_store: Any) -> None:
    """S0-27: a person decides."""
    async with await lead_desk(make_store) as scene:
        ana = await scene.staff("ana")
        for name in ("Maria", "Mario"):
            scene.outside.erm.add(MARIA, name=name)
        stream = await chat(scene, ana, phone="+351 21 000 0000")
        await scene.settle()
        assert [one.phone for one in scene.outside.erm.customers.values()] == ["", ""]
        assert (await who(ana, stream))["contact"]["customer"] == ""


async def test_a_lead_whose_answer_was_lost_is_one_customer_S4_9(make_store: Any) -> None:
    """G13: created, filled and linked, however often it is tried."""
    async with await lead_desk(make_store) as scene:
        ana = await scene.staff("ana")
        scene.outside.erm_script.plan("create", Fault.TIMEOUT)
        scene.outside.erm_script.plan("fill", Fault.AFTER)
        stream = await chat(scene, ana)
        await scene.wait(60)
        assert len(scene.outside.erm.customers) == 1
        assert (await who(ana, stream))["contact"]["customer"] == "1"


@pytest.mark.parametrize("repeat", Repeat)
async def test_a_lead_of_which_nobody_knows_is_made_when_it_surely_was_not_S4_9(
    make_store: Any, repeat: Repeat
) -> None:
    """G13: an ERM that can be asked is asked; one that cannot waits for a person."""
    clock = SceneClock()
    adapters = Adapters(MemoryErm(repeat))
    store = make_store(clock)
    async with Scene(store, rules=WITH_LEADS, adapters=adapters, clock=clock) as scene:
        ana = await scene.staff("ana")
        scene.outside.erm_script.plan("create", Fault.TIMEOUT)
        stream = await chat(scene, ana, phone="+351 21 000 0000")
        await scene.wait(120)
        (found,) = scene.outside.erm.customers.values()
        assert found.phone == "+351 21 000 0000"
        linked = (await who(ana, stream))["contact"]["customer"]
        assert linked == ("" if repeat is Repeat.ASK else "1")


async def test_a_site_that_wants_no_leads_tells_the_erm_nothing_A20(make_store: Any) -> None:
    """A20: that is the default; a left message goes through its enquiry either way."""
    async with await lead_desk(make_store, RULES) as scene:
        ana = await scene.staff("ana")
        scene.outside.erm.add(MARIA, name="Maria Silva")
        await chat(scene, ana, phone="+351 21 000 0000")
        await leave(await scene.visitor(), email="new@c.example")
        await scene.settle()
        (found,) = scene.outside.erm.customers.values()
        assert (found.name, found.phone) == ("Maria Silva", "")
