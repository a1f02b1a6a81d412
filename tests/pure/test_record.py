"""Small documents that staff edit at run time."""

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from livechat_core import record as r
from livechat_core.conversation import OPEN
from livechat_core.errors import Denied, NotFound, Rejected
from livechat_core.policy import Happened, require
from livechat_core.record import Fault, Keep, Retire, Save
from livechat_core.streams import SYSTEM, Guard, Query
from tests.pure.play import ANA, BEN, NOON, RULES, SAM, Story, kinds

SHARED = Save(by=SAM, topic="saved_reply", name="Hello", body="Good day!", values={"site": "shop"})
OWN = attrs.evolve(SHARED, by=ANA, personal=True)
QUEUE = Save(by=SAM, topic="queue", name="sales", values={"name": "Sales", "limit": 5})
KEEP = Keep(day="2026-11-22", values={"queues": {}}, through=7)


def saved(command: Save = SHARED) -> Story[r.State]:
    story = Story(r.DECIDER)
    story.when(command)
    return story


def again(command: Save, expected: int = 1, **change: Any) -> Save:
    """Return the command for another version."""
    return attrs.evolve(command, expected=expected, **change)


def test_a_saved_record_is_live_and_saving_it_again_changes_nothing() -> None:
    story = saved()

    assert story.summary.phase == "live"
    assert story.summary.labels == {"topic=saved_reply", "owner="}
    assert story.summary.facts["values"] == {"site": "shop"}
    assert (story.summary.facts["by_name"], story.summary.facts["saved_at"]) == ("Sam", NOON)
    assert story.when(SHARED) == []


def test_a_new_version_replaces_the_old_one() -> None:
    story = saved()

    assert kinds(story.when(again(SHARED, body="Hi"))) == ["Saved"]
    assert story.summary.facts["body"] == "Hi"


@pytest.mark.parametrize("expected", [0, 2])
def test_nobody_replaces_a_version_that_he_has_not_seen(expected: int) -> None:
    """S3-28: two supervisors never overwrite each other silently."""
    story = saved()
    refused = story.refusal(again(SHARED, expected, by=attrs.evolve(SAM, id="max"), body="Hi"))

    assert refused.code == "changed"
    assert refused.facts == {"version": 1, "by": "sam", "by_name": "Sam", "at": NOON}
    assert story.refuses(Retire(by=SAM, expected=expected)) == "changed"
    assert story.refuses(attrs.evolve(QUEUE, expected=4)) != "changed"
    assert Story(r.DECIDER).refuses(again(SHARED)) == "changed"


def test_shared_records_belong_to_supervisors_and_the_desk() -> None:
    assert isinstance(Story(r.DECIDER).refusal(attrs.evolve(SHARED, by=ANA)), Denied)
    assert isinstance(saved().refusal(OWN), Denied)
    assert isinstance(saved().refusal(Retire(by=ANA)), Denied)
    assert kinds(saved().when(Retire(by=SYSTEM))) == ["Retired"]


def test_personal_records_belong_to_who_made_them() -> None:
    story = saved(OWN)

    assert story.summary.labelled("owner") == "ana"
    for other in (BEN, SAM):
        assert isinstance(story.refusal(attrs.evolve(OWN, by=other)), Denied)
        assert isinstance(story.refusal(Retire(by=other)), Denied)
    assert kinds(story.when(Retire(by=ANA, expected=1))) == ["Retired"]


def test_a_retired_record_can_be_saved_again() -> None:
    story = saved()
    story.when(Retire(by=SAM))

    assert story.when(Retire(by=SAM)) == []
    assert kinds(story.when(again(SHARED, 2))) == ["Saved"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"topic": "poem"}, "unknown_topic"),
        ({"topic": "figures"}, "unknown_topic"),
        ({"name": ""}, "name_missing"),
    ],
)
def test_a_record_has_a_topic_and_a_name(change: dict[str, str], code: str) -> None:
    assert Story(r.DECIDER).refuses(attrs.evolve(SHARED, **change)) == code  # type: ignore[arg-type]


WRONG: list[tuple[Save, Mapping[str, Any], str]] = [
    (SHARED, {"body": ""}, "body"),
    (SHARED, {"values": {"colour": "red"}}, "colour"),
    (SHARED, {"values": {"site": ["shop"]}}, "site"),
    (SHARED, {"values": {"trigger": "two words"}}, "trigger"),
    (SHARED, {"topic": "article", "values": {}}, "url"),
    (SHARED, {"topic": "article", "values": {"url": "javascript:alert(1)"}}, "url"),
    (SHARED, {"topic": "article", "values": {"url": ""}}, "url"),
    (QUEUE, {"by": ANA, "personal": True}, "personal"),
    (QUEUE, {"name": "two words"}, "name"),
    (QUEUE, {"name": "a:b"}, "name"),
    (QUEUE, {"name": "x" * 81}, "name"),
    (QUEUE, {"values": {"name": "a\0b"}}, "name"),
    (QUEUE, {"values": {"hours": {"mon": ["\x07"]}}}, "hours.mon"),
    (QUEUE, {"values": {"limit": 2**53}}, "limit"),
    (QUEUE, {"values": {"limit": b"x"}}, "limit"),
]


@pytest.mark.parametrize(("command", "change", "key"), WRONG, ids=lambda one: str(one)[:30])
def test_what_a_record_must_not_hold_is_refused_by_its_key(
    command: Save, change: Mapping[str, Any], key: str
) -> None:
    refused = Story(r.DECIDER).refusal(attrs.evolve(command, **change))

    assert (refused.code, refused.facts["key"]) == ("bad_record", key)


def test_a_record_keeps_its_topic_and_an_id() -> None:
    assert saved().refusal(again(SHARED, topic="article")).facts["key"] == "topic"
    assert saved(QUEUE).refusal(again(QUEUE, name="other")).facts["key"] == "name"


def test_values_are_clean_and_what_is_null_is_left_out() -> None:
    told = {
        "name": "A\r\nB",
        "overflow": None,
        "skills": ("a", "b"),
        "pick": False,
        "x": {"y": 1.5},
    }
    story = saved(attrs.evolve(QUEUE, values=told))

    assert story.summary.facts["values"] == {
        "name": "A\nB",
        "skills": ["a", "b"],
        "pick": False,
        "x": {"y": 1.5},
    }


def test_what_the_desk_knows_against_it_is_told() -> None:
    fault = Fault(code="queue_in_use", key="sales", why="2 chats")
    refused = saved(QUEUE).refusal(Retire(by=SAM, fault=fault))

    assert (refused.code, refused.facts) == ("queue_in_use", {"key": "sales", "why": "2 chats"})
    assert Story(r.DECIDER).refuses(attrs.evolve(QUEUE, fault=fault)) == "queue_in_use"


def test_one_record_says_how_one_queue_works() -> None:
    assert r.place(QUEUE) == r.stream_of("queue", "sales") == "record/queue.sales"
    assert r.place(SHARED) == r.place(attrs.evolve(SHARED, topic="poem")) == ""
    assert r.place(Retire()) == ""
    with pytest.raises(Rejected):
        r.place(attrs.evolve(QUEUE, name="a/b"))


def test_nobody_finds_a_record_that_is_not_there_B75() -> None:
    assert isinstance(Story(r.DECIDER).refusal(Retire(by=SAM)), NotFound)


def test_figures_are_kept_by_the_desk_alone_F64() -> None:
    story = Story(r.DECIDER)

    assert kinds(story.when(KEEP)) == ["Kept"]
    assert story.when(KEEP) == []
    assert story.summary.facts["through"] == 7
    assert story.summary.labels == {"topic=figures", "owner="}
    assert story.refuses(attrs.evolve(KEEP, through=9)) == "changed"
    assert kinds(story.when(attrs.evolve(KEEP, through=9, expected=1))) == ["Kept"]
    for refused in (attrs.evolve(KEEP, by=SAM), attrs.evolve(KEEP, by=ANA)):
        assert isinstance(story.refusal(refused), Denied)
    assert isinstance(saved().refusal(KEEP), Denied)
    assert isinstance(story.refusal(Retire(by=SAM)), NotFound)
    assert story.refusal(again(SHARED)).facts["key"] == "topic"


def test_an_article_is_a_link_S3_36() -> None:
    """S3-36: kept as it is shown, without what a browser should not be sent to."""
    values = {"url": "https://help.example/returns?token=x#top", "language": "en"}
    story = saved(attrs.evolve(SHARED, topic="article", values=values))

    assert story.summary.facts["values"]["url"] == "https://help.example/returns"


@pytest.mark.parametrize(
    ("topic", "name", "query"),
    [
        ("queue", "queue_in_use", Query(kind="conversation", queue="sales")),
        ("site", "site_in_use", Query(kind="conversation", labels=("site=sales",))),
        ("hours", "", None),
        ("profile", "", None),
    ],
)
def test_no_chat_goes_on_in_what_is_retired(topic: str, name: str, query: Query | None) -> None:
    state = r.State(phase=r.Phase.RETIRED, topic=topic, name="sales")
    happened = Happened(stream="record/x", event=r.Retired(), state=state, at=NOON)
    guards = list(require(happened, RULES))

    if query is None:
        assert guards == []
    else:
        query = attrs.evolve(query, phases=tuple(map(str, OPEN)))
        assert guards == [Guard(name=name, query=query, limit=0)]
