"""Files in a conversation: announced before a byte comes, attached when whole, else forgotten."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.conversation.values import UPLOAD_GRACE
from livechat_core.rules import Rules, Staff, seconds
from livechat_core.streams import SYSTEM, Actor
from tests.pure.chats import Chat, active, chat, offered, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, SAM, STRANGER, kinds

SITES = {
    name: attrs.evolve(site, attachments=name == "drumstory") for name, site in RULES.sites.items()
}
OPEN = ruled(sites=SITES)
PATIENT = ruled(sites=SITES, idle_after=seconds(9000), visitor_idle_close=seconds(9000))


def attach(by: Actor = MARIA, file: str = "f1", size: int = 1000) -> c.Attach:
    return c.Attach(by=by, file=file, name="plan.pdf", size=size)


def finish(by: Actor = MARIA, file: str = "f1", size: int = 900) -> c.FinishUpload:
    return c.FinishUpload(by=by, file=file, name="plan.pdf", type="application/pdf", size=size)


def uploading(story: Chat | None = None) -> Chat:
    story = story or active(OPEN)
    story.when(attach())
    return story


# --- a file that comes ---------------------------------------------------------------------------


def test_a_file_wakes_a_chat_on_hold_as_any_line_does_F44() -> None:
    """S3-17: it may be announced on hold; when it is there, the chat goes on."""
    story = active(OPEN)
    story.when(c.Post(by=ANA, text="Let me see."), c.Snooze(by=ANA))

    assert kinds(story.when(attach())) == ["UploadBegun"]
    assert story.summary.phase == c.Phase.SNOOZED
    assert kinds(story.when(finish())) == ["Woken", "Attached"]
    assert story.summary.phase == c.Phase.ACTIVE


def test_an_attached_file_is_a_line_of_its_own_F44() -> None:
    story = active(OPEN)

    assert story.when(attach()) == [
        c.UploadBegun(
            file="f1", by=MARIA.label, name="plan.pdf", size=1000, until=NOON + seconds(600)
        )
    ]
    assert story.later(5).when(finish()) == [
        c.Attached(
            author="visitor",
            name="Maria",
            file="f1",
            filename="plan.pdf",
            type="application/pdf",
            size=900,
        )
    ]
    assert story.summary.facts["last_line"] == "plan.pdf"
    assert story.summary.facts["unanswered_since"] == story.now
    assert story.state.active_at == story.now
    assert story.state.files == (
        c.File(id="f1", name="plan.pdf", type="application/pdf", size=900),
    )
    assert story.state.uploads == ()


def test_a_file_of_the_agent_is_an_answer_F44() -> None:
    story = active(OPEN)
    story.when(c.Post(by=MARIA, text="May I see the plan?"), attach(ANA))

    (said,) = story.when(finish(ANA))

    assert (said.author, said.name) == ("agent", "Ana")
    assert story.summary.facts["unanswered_since"] is None


def test_the_upload_may_be_as_large_as_announced() -> None:
    assert uploading().when(finish(size=1000))
    assert uploading().refuses(finish(size=1001)) == "upload_over"


def test_a_repeat_attaches_nothing_twice_G3() -> None:
    story = uploading()
    assert story.when(attach()) == []
    story.when(finish())

    assert story.when(attach(), finish(), finish(ANA)) == []
    assert len(story.state.files) == 1


@pytest.mark.parametrize("by", [STRANGER, ANA, SAM], ids=str)
def test_only_who_announced_a_file_finishes_it(by: Actor) -> None:
    assert uploading().refuses(finish(by)) == "not_found"


def test_a_file_that_nobody_announced_is_not_found() -> None:
    assert active(OPEN).refuses(finish()) == "not_found"
    assert uploading().refuses(finish(file="f2")) == "not_found"


def test_a_visitor_who_sends_a_file_is_back() -> None:
    story = uploading()
    story.when(c.VisitorGone())

    assert kinds(story.when(finish())) == ["VisitorReturned", "Attached"]


def test_a_file_wakes_a_quiet_chat() -> None:
    story = active(OPEN).later(599)
    story.when(attach(ANA))
    story.later(1).when(c.Elapse())
    assert story.state.quiet

    assert kinds(story.when(finish(ANA))) == ["Stirred", "Attached"]


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "code"), [(STRANGER, "not_found"), (BEN, "forbidden")], ids=["stranger", "colleague"]
)
def test_who_may_not_speak_attaches_nothing_A2(by: Actor, code: str) -> None:
    assert active(OPEN).refuses(attach(by)) == code


def test_a_supervisor_may_as_he_may_speak() -> None:
    assert kinds(active(OPEN).when(attach(SAM))) == ["UploadBegun"]


@pytest.mark.parametrize("make", [waiting, offered])
def test_a_visitor_attaches_while_he_waits(make: object) -> None:
    story: Chat = make(OPEN)  # type: ignore[operator]

    assert kinds(story.when(attach())) == ["UploadBegun"]
    assert story.refuses(attach(ANA)) == "forbidden"


def test_nothing_is_attached_to_what_is_over_B76() -> None:
    story = uploading()
    story.when(c.Close(by=ANA))

    assert story.refuses(attach(file="f2")) == "closed"
    assert story.refuses(finish()) == "closed"


def test_a_chat_that_does_not_exist_takes_no_file() -> None:
    assert chat(OPEN).refuses(attach()) == "not_found"


def test_an_agent_who_has_lost_the_chat_does_not_finish() -> None:
    story = active(OPEN)
    story.when(attach(ANA), c.ReleaseAgent(agent="ana", reason="gone"))

    assert story.refuses(finish(ANA)) == "forbidden"


def test_who_must_verify_first_attaches_nothing_S2_16() -> None:
    strict = ruled(sales={"verify": True}, sites=SITES)

    assert active(strict).refuses(attach(ANA)) == "not_verified"
    assert kinds(active(strict).when(attach(MARIA))) == ["UploadBegun"]


# --- limits --------------------------------------------------------------------------------------


def test_attachments_are_off_unless_the_site_says_so_A66() -> None:
    assert active().refuses(attach()) == "unavailable"
    gone = attrs.evolve(OPEN, sites={})
    story = active(OPEN)
    story.rules = gone
    assert story.refuses(attach()) == "unavailable"


@pytest.mark.parametrize("size", [0, -1, 10_000_001])
def test_a_size_that_cannot_be_is_refused_A66(size: int) -> None:
    refusal = active(OPEN).refusal(attach(size=size))

    assert (refusal.code, refusal.facts["limit"]) == ("too_large", 10_000_000)


def test_ten_at_the_same_time_A66() -> None:
    story = active(OPEN)
    for number in range(10):
        story.when(attach(file=f"f{number}"))

    assert story.refuses(attach(file="more")) == "too_many_files"
    assert story.when(attach(ANA, file="other"))
    story.when(finish(file="f3"))
    assert story.when(attach(file="more"))


def test_a_chat_has_so_many_files_A66() -> None:
    story = active(attrs.evolve(OPEN, chat_files=2))
    story.when(attach(), finish(), attach(ANA, file="f2"))

    refusal = story.refusal(attach(file="f3"))

    assert (refusal.code, refusal.facts["limit"]) == ("too_many_files", 2)


# --- a file that does not come -------------------------------------------------------------------


def test_too_late_is_too_late() -> None:
    story = uploading().later(600)

    assert story.refuses(finish()) == "upload_over"


def test_what_did_not_come_in_time_is_forgotten_when_it_is_removed() -> None:
    story = uploading(active(PATIENT)).later(600)
    assert story.when(c.Elapse(removed=("f1",))) == []

    story.now += UPLOAD_GRACE
    assert story.when(c.Elapse()) == []
    assert story.when(c.Elapse(removed=("f1", "f2"))) == [c.UploadLapsed(file="f1")]
    assert story.state.uploads == ()
    assert story.refuses(finish()) == "not_found"


def test_the_desk_looks_again_when_an_upload_is_over() -> None:
    story = active(PATIENT)
    before = story.due_in
    story.when(attach())

    assert before is not None
    assert story.due_in == seconds(600) + UPLOAD_GRACE < before


def test_of_a_chat_that_is_over_what_did_not_come_is_removed_too() -> None:
    story = uploading()
    story.when(c.Close(by=ANA))
    assert story.due_in == seconds(600) + UPLOAD_GRACE

    story.now += seconds(600) + UPLOAD_GRACE
    story.when(c.Elapse(by=SYSTEM, removed=("f1",)))

    assert (story.summary.phase, story.due_in) == ("closed", None)


# --- formatted text ------------------------------------------------------------------------------


def rich(**who: bool) -> Rules:
    staff = {name: Staff(name=name, rich_text=may) for name, may in who.items()}
    return attrs.evolve(RULES, staff=staff)


def test_who_may_format_says_it_twice_S2_19() -> None:
    """Once as markup, once as plain text."""
    (said,) = active(rich(ana=True)).when(c.Post(by=ANA, text="Hi you", html="Hi <b>you</b>"))

    assert said == c.Posted(author="agent", name="Ana", text="Hi you", html="Hi <b>you</b>")


@pytest.mark.parametrize("by", [ANA, MARIA, Actor(role=MARIA.role, id="maria")], ids=str)
def test_nobody_else_formats_S2_19(by: Actor) -> None:
    """Not even a visitor whose id is that of a member of staff."""
    rules = rich(ana=False, maria=True)

    assert active(rules).refuses(c.Post(by=by, text="x", html="<b>x</b>")) == "forbidden"
    assert active(RULES).refuses(c.Post(by=by, text="x", html="<b>x</b>")) == "forbidden"
    assert active(rules).when(c.Post(by=by, text="x"))
