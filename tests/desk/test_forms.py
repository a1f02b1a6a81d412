"""The forms a visitor meets, over the wire: before a chat, in it, and after it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import attrs
import pytest

from livechat_core.forms import FORMS, Form
from livechat_core.rules import CustomField, Rules, Site
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import accept, item, refusal, start, types
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

Asking = Callable[..., Any]


def asking(**told: Any) -> Rules:
    """Return the rules of a scene whose first site asks its visitors something."""
    site: Site = attrs.evolve(RULES.sites["performances"], **told)
    sites = {**RULES.sites, "performances": site}
    return attrs.evolve(RULES, sites=sites, fields={"order": CustomField(title="Order")})


@pytest.fixture
async def scene(make_store: MakeStore, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    clock, told = SceneClock(), getattr(request, "param", {"forms": FORMS})
    async with Scene(make_store(clock), rules=asking(**told), clock=clock) as scene:
        yield scene


async def chat(visitor: Client, **told: Any) -> str:
    """Start a chat that the visitor follows."""
    stream = await start(visitor, **told)
    await visitor.call("conversation.follow", stream=stream, after=0)
    return stream


def forms(visitor: Client) -> list[tuple[str, list[str]]]:
    """Return the forms that the visitor was shown."""
    events = [event for event in visitor.told("event") if event["type"] == "FormShown"]
    return [(event["data"]["form"], event["data"]["fields"]) for event in events]


STRICT = {
    "form": Form(name="required", phone="shown", fields={"order": "required"}),
    "message_fields": ("name", "email", "question"),
}


@pytest.mark.parametrize("scene", [STRICT], indirect=True)
async def test_a_site_says_which_fields_it_shows_and_which_it_needs_S1_2(scene: Scene) -> None:
    await scene.staff("ana")
    maria = await scene.visitor()
    told = maria.welcome["site"]

    assert told["form"] == {
        "name": "required",
        "email": "shown",
        "phone": "shown",
        "question": "shown",
        "order": "required",
    }
    refused = await refusal(maria, "conversation.start", site="performances", name="Maria")
    assert (refused["code"], refused["field"]) == ("field_missing", "order")
    stream = await start(maria, name="Maria", fields={"order": "A 7"})
    assert await types(scene, stream) == ["Started"]


@pytest.mark.parametrize("scene", [STRICT], indirect=True)
async def test_a_message_with_an_empty_field_is_not_taken_S1_26(scene: Scene) -> None:
    maria = await scene.visitor()
    message = {"site": "performances", "email": "m@c.example", "question": "Open on Sunday?"}
    before = (await scene.store.wait(0, 0)).position

    assert maria.welcome["site"]["message_fields"] == ["name", "email", "question"]
    for field, code in (("name", "field_missing"), ("email", "invalid_email")):
        told = {**message, "name": "Maria", field: ""}
        refused = await refusal(maria, "conversation.leave_message", **told)
        assert (refused["code"], refused["field"]) == (code, field)
    assert (await scene.store.wait(0, 0)).position == before
    ack = await maria.do("conversation.leave_message", **message, name="Maria")
    assert (await types(scene, ack["stream"]))[-1] == "MessageLeft"


async def test_the_first_form_comes_after_five_seconds_in_two_stages_S4_6_S4_7(
    scene: Scene,
) -> None:
    await scene.staff("ana")
    maria = await scene.visitor()
    stream = await chat(maria)
    await scene.wait(4.9)
    assert forms(maria) == []
    await scene.wait(0.2)
    assert forms(maria) == [("introduce", ["name"])]

    await maria.do("conversation.introduce", stream=stream, name="Maria")
    assert forms(maria)[1:] == [("introduce", ["email", "phone"])]
    await scene.restart()
    await scene.wait(60)
    state = await scene.desk.view(stream)
    assert (state.name, state.email) == ("Maria", "")


async def test_the_agent_gets_all_that_was_filled_in_S4_1_S4_8(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    stream = await chat(maria)
    await accept(scene, ana)
    await ana.call("conversation.follow", stream=stream, after=0)
    await scene.wait(6)
    await maria.do("conversation.introduce", stream=stream, name="Maria")
    told = {"email": "maria@customer.example", "phone": "+33 1", "fields": {"order": "A 7"}}
    await maria.do("conversation.introduce", stream=stream, **told)
    await scene.settle()

    said = [event["data"] for event in ana.told("event") if event["type"] == "Introduced"]
    assert [one["name"] for one in said] == ["Maria", ""]
    assert {name: said[1][name] for name in told} == told
    shown = await item(ana, stream, "mine")
    assert ("Maria" in shown["name"], shown["email"]) == (True, "maria@customer.example")
    refused = await refusal(maria, "conversation.introduce", stream=stream, email="x@y.example")
    assert refused["code"] == "other_address"


@pytest.mark.parametrize("status", ["busy", "offline"])
async def test_when_all_are_busy_or_gone_he_is_asked_for_his_contacts_S4_14(
    scene: Scene, status: str
) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    stream = await chat(maria)
    await ana.do("presence.set_status", status=status)
    await scene.wait(6)

    assert forms(maria) == [("leave_contacts", ["name", "email", "phone"])]
    await maria.do("conversation.introduce", stream=stream, email="maria@customer.example")
    await scene.wait(60)
    assert len(forms(maria)) == 1


async def test_which_form_appears_follows_from_what_he_does_S4_5_S4_12(scene: Scene) -> None:
    """S4-19: who is known is not asked who he is; the history is offered once the talk is over."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    stream = await chat(maria, name="Maria", email="maria@customer.example")
    await accept(scene, ana)
    await ana.do("conversation.post", stream=stream, text="Yes.")
    await scene.wait(6)
    assert forms(maria) == []

    await ana.do("conversation.close", stream=stream)
    await scene.wait(4.9)
    assert forms(maria) == []
    await scene.wait(0.2)
    assert forms(maria) == [("history", [])]
    await maria.do("conversation.email_transcript", stream=stream, email="maria@customer.example")
    await scene.settle()
    (mail,) = scene.outside.mailer.sent
    assert mail.to == "maria@customer.example"


@pytest.mark.parametrize("scene", [{}], indirect=True)
async def test_a_site_that_wants_no_forms_shows_none_S4_5(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    stream = await chat(maria)
    await accept(scene, ana)
    await scene.wait(10)
    await ana.do("conversation.post", stream=stream, text="Yes.")
    await ana.do("conversation.close", stream=stream)
    await scene.wait(10)

    assert forms(maria) == []


@pytest.mark.parametrize("scene", [{"language": "auto"}], indirect=True)
async def test_a_front_end_gets_the_texts_in_the_visitors_language_F62(scene: Scene) -> None:
    page = {"site": "performances", "url": "https://shop.example/", "title": "Shop"}
    zoe = Client(scene, (await scene.visitor()).session._request)
    await zoe.open(**{"as": "visitor", "page": page, "language": "fr-CA", "texts": True})

    assert zoe.welcome["site"]["language"] == "fr"
    assert zoe.welcome["texts"]["send"] == "Envoyer"
    assert "texts" not in (await scene.visitor()).welcome
