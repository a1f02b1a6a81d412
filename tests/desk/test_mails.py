"""Mails to visitors: when they leave, and what is in them."""

from collections.abc import AsyncIterator

import pytest

from livechat_core.testing import Fault
from livechat_core.testing.desk import Scene, SceneClock
from tests.desk.acts import accept, refusal, start, types
from tests.desk.conftest import MakeStore
from tests.desk.mailing import EMAIL, HOST, back, chatting, mailing, sent, way_back

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(make_store: MakeStore, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    clock, told = SceneClock(), dict(getattr(request, "param", {}))
    rules = mailing(told.pop("desk", {}), **told)
    async with Scene(make_store(clock), rules=rules, clock=clock) as scene:
        yield scene


# --- the history ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", [{"zone": "Europe/Berlin"}], indirect=True)
async def test_the_history_has_both_sides_and_no_note_S4_11_S4_13_F48(scene: Scene) -> None:
    """A16: whispers and notes are not in it."""
    maria, ana, stream = await chatting(scene, "Yes.\nIn all sizes.")
    await ana.do("conversation.note", stream=stream, text="canary")
    await maria.do("conversation.post", stream=stream, text="See https://evil.example/?")
    await maria.do("conversation.email_transcript", stream=stream, email=EMAIL)
    await scene.settle()

    (mail,) = sent(scene)
    number = (await scene.desk.states.get(stream)).number
    assert (mail.to, mail.sender, mail.automatic) == (EMAIL, "shop@performances.example", True)
    assert mail.subject == f"Your conversation {number} with Performances"
    said = mail.text.split("\n\n")
    assert said[0] == f"This is a copy of your conversation {number} with Performances."
    assert said[1:5] == [
        "2023-11-14 (CET)",
        "23:13 You: Do you have these in red?",
        "23:13 Ana: Yes.\nIn all sizes.",
        "23:13 You: See https[:]//evil[.]example/?",
    ]
    assert "canary" not in mail.text


async def test_whom_the_host_vouches_for_reads_what_he_wrote_A22(scene: Scene) -> None:
    maria, _, stream = await chatting(scene, "Yes.", headers=HOST)
    await maria.do("conversation.post", stream=stream, text="See https://shop.example/red")
    for _ in range(2):
        await maria.do("conversation.email_transcript", stream=stream, email=EMAIL)
    await scene.settle()

    first, second = sent(scene)
    assert "You: See https://shop.example/red" in first.text
    assert "given in a chat" not in second.text


async def test_without_an_address_he_types_one_and_the_chat_has_it_S4_3(scene: Scene) -> None:
    maria, ana, stream = await chatting(scene, "Yes.", email="")
    await maria.do("conversation.email_transcript", stream=stream, email=EMAIL)
    await scene.settle()

    assert [mail.to for mail in sent(scene)] == [EMAIL]
    (row,) = (await ana.lists())["mine"]
    assert row["email"] == EMAIL
    await ana.do("conversation.post", stream=stream, text="And in blue.")
    await scene.wait(61)
    assert [mail.to for mail in sent(scene)] == [EMAIL, EMAIL]


@pytest.mark.parametrize("scene", [{"mail_history": "always"}], indirect=True)
async def test_a_site_sends_the_history_by_itself_at_the_end_S4_19(scene: Scene) -> None:
    maria, ana, stream = await chatting(scene, "Yes.")
    await maria.do("conversation.post", stream=stream, text="Thanks!")
    await ana.do("conversation.close", stream=stream)
    await scene.wait(1)

    (mail,) = sent(scene)
    assert mail.subject.startswith("Your conversation ")
    await scene.wait(600)
    assert len(sent(scene)) == 1


@pytest.mark.parametrize("scene", [{"language": "de"}], indirect=True)
async def test_both_kinds_of_mail_speak_the_sites_language_S4_15_S4_20(scene: Scene) -> None:
    maria, _, stream = await chatting(scene, "Ja.")
    await maria.do("conversation.email_transcript", stream=stream, email=EMAIL)
    await scene.wait(61)

    number = (await scene.desk.states.get(stream)).number
    assert [mail.subject for mail in sent(scene)] == [
        f"Ihr Gespräch {number} mit Performances",
        f"Neue Antworten in Ihrem Gespräch {number} mit Performances",
    ]
    assert "Unsere Antwort:\n\nAna: Ja." in sent(scene)[1].text


# --- answers that were not seen ------------------------------------------------------------------


async def test_answers_that_are_not_seen_for_a_minute_are_mailed_S4_4_S4_16_S4_17(
    scene: Scene,
) -> None:
    """His question and the answers to it, once for each batch."""
    _, ana, stream = await chatting(scene, "Yes.")
    await scene.wait(30)
    await ana.do("conversation.post", stream=stream, text="In all sizes.")
    await scene.wait(29)
    assert sent(scene) == []
    await scene.wait(2)

    (mail,) = sent(scene)
    number = (await scene.desk.states.get(stream)).number
    assert mail.subject == f"New answers in your conversation {number} with Performances"
    assert mail.text.split("\n\n")[1:5] == [
        "Your question:\nDo you have these in red?",
        "Our answer:",
        "Ana: Yes.",
        "Ana: In all sizes.",
    ]
    await scene.wait(600)
    assert len(sent(scene)) == 1


async def test_who_has_seen_them_gets_no_mail_S4_16(scene: Scene) -> None:
    maria, _, stream = await chatting(scene, "Yes.")
    await scene.wait(20)
    version = (await scene.desk.states.get(stream)).version
    await maria.call("conversation.read", stream=stream, version=version)
    await scene.wait(300)

    assert sent(scene) == []


async def test_a_window_that_tells_no_marks_is_taken_to_be_read_while_it_is_open_S4_16(
    scene: Scene,
) -> None:
    maria, *_ = await chatting(scene, "Yes.", marks=False)
    await scene.wait(600)
    assert sent(scene) == []
    await maria.close()
    await scene.wait(61)

    assert len(sent(scene)) == 1


async def test_who_has_closed_the_page_gets_them_as_soon_as_the_agent_is_silent_S4_16(
    scene: Scene,
) -> None:
    maria, ana, stream = await chatting(scene)
    await maria.close()
    await scene.wait(61)
    await ana.do("conversation.post", stream=stream, text="Yes.")
    await scene.wait(9)
    assert sent(scene) == []
    await scene.wait(2)

    (mail,) = sent(scene)
    assert "Ana: Yes." in mail.text


async def test_the_minute_goes_on_whatever_happens_to_the_process_S4_16_F49(scene: Scene) -> None:
    """G8: and the mail leaves once."""
    _, _, stream = await chatting(scene, "Yes.")
    await scene.wait(30)
    await scene.restart()
    await scene.wait(29)
    assert sent(scene) == []
    await scene.wait(8)
    await scene.restart()
    await scene.wait(60)

    assert [mail.to for mail in sent(scene)] == [EMAIL]
    assert (await types(scene, stream)).count("AnswersMailed") == 1


async def test_a_mail_that_was_put_off_is_not_sent_if_he_has_seen_all_meanwhile_S4_16(
    scene: Scene,
) -> None:
    maria, _, stream = await chatting(scene, "Yes.")
    scene.outside.mail_script.plan("send", Fault.BEFORE)
    await scene.wait(62)
    assert sent(scene) == []
    await maria.do("conversation.post", stream=stream, text="I am back.")
    await scene.wait(60)

    assert sent(scene) == []


async def test_a_mail_that_is_tried_again_has_the_same_link_S4_18(scene: Scene) -> None:
    """G13: a crash or a refusal between the link and the mail makes no second link."""
    _, _, stream = await chatting(scene, "Yes.")
    scene.outside.mail_script.plan("send", Fault.BEFORE, Fault.BEFORE)
    await scene.wait(61)
    await scene.restart()
    await scene.wait(60)

    (mail,) = sent(scene)
    assert (await types(scene, stream)).count("LinkMade") == 1
    assert (await back(scene, way_back(mail))).welcome["returned"] is True


# --- limits --------------------------------------------------------------------------------------


async def test_an_address_gets_one_mail_by_itself_in_an_hour_A23(scene: Scene) -> None:
    """Whatever the number of chats that name it; what was put off is not lost."""
    for _ in range(2):
        visitor, ana = await scene.visitor(), await scene.staff("ana")
        stream = await start(visitor, marks=True)
        await accept(scene, ana)
        await visitor.do("conversation.introduce", stream=stream, email=EMAIL)
        await ana.do("conversation.post", stream=stream, text="Yes.")
        await scene.wait(90)
    assert len(sent(scene)) == 1
    await scene.wait(3300)
    assert len(sent(scene)) == 1
    await scene.wait(1200)

    assert [mail.to for mail in sent(scene)] == [EMAIL, EMAIL]


async def test_an_address_gets_three_histories_in_an_hour_A22(scene: Scene) -> None:
    maria, _, stream = await chatting(scene, "Yes.", headers=HOST)
    for _ in range(3):
        await maria.do("conversation.email_transcript", stream=stream, email=EMAIL)
    refused = await refusal(maria, "conversation.email_transcript", stream=stream, email=EMAIL)
    assert (refused["code"], refused["guard"]) == ("full", "mail_limit")
    await scene.settle()

    assert len(sent(scene)) == 3


async def test_nobody_has_the_desk_mail_his_words_to_somebody_else_A22_A23(scene: Scene) -> None:
    maria, _ = await scene.visitor(), await scene.staff("ana")
    stream = await start(maria, email="victim@other.example", question="Buy at evil.example")
    told = {"stream": stream, "email": "victim@other.example"}
    assert (await refusal(maria, "conversation.email_transcript", **told))["code"] == (
        "not_answered_yet"
    )
    await scene.wait(3700)

    assert sent(scene) == []
