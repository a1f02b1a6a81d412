"""Small documents that staff edit at run time."""

import attrs
import pytest

from livechat_core import record as r
from livechat_core.errors import Denied, NotFound
from livechat_core.record import Retire, Save
from livechat_core.streams import SYSTEM
from tests.pure.play import ANA, BEN, SAM, Story, kinds

SHARED = Save(by=SAM, topic="saved_reply", name="Hello", body="Good day!", values={"lang": "en"})
OWN = attrs.evolve(SHARED, by=ANA, personal=True)


def saved(command: Save = SHARED) -> Story[r.State]:
    story = Story(r.DECIDER)
    story.when(command)
    return story


def test_a_saved_record_is_live_and_saving_it_again_changes_nothing() -> None:
    story = saved()

    assert story.summary.phase == "live"
    assert story.summary.labels == {"topic=saved_reply", "owner="}
    assert story.summary.facts["values"] == {"lang": "en"}
    assert story.when(SHARED) == []


def test_a_new_version_replaces_the_old_one() -> None:
    story = saved()

    assert kinds(story.when(attrs.evolve(SHARED, body="Hi"))) == ["Saved"]
    assert story.summary.facts["body"] == "Hi"


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
    assert kinds(story.when(Retire(by=ANA))) == ["Retired"]


def test_a_retired_record_can_be_saved_again() -> None:
    story = saved()
    story.when(Retire(by=SAM))

    assert story.when(Retire(by=SAM)) == []
    assert kinds(story.when(SHARED)) == ["Saved"]


@pytest.mark.parametrize(
    ("change", "code"), [({"topic": "poem"}, "unknown_topic"), ({"name": ""}, "name_missing")]
)
def test_a_record_has_a_topic_and_a_name(change: dict[str, str], code: str) -> None:
    assert Story(r.DECIDER).refuses(attrs.evolve(SHARED, **change)) == code  # type: ignore[arg-type]


def test_nobody_finds_a_record_that_is_not_there_B75() -> None:
    assert isinstance(Story(r.DECIDER).refusal(Retire(by=SAM)), NotFound)
