"""What colleagues write down about a person: notes, tags, changes of his records."""

import pytest

from livechat_core import contact as c
from livechat_core.codec import blanked
from livechat_core.contact import (
    Absorb,
    ChangeRecord,
    Content,
    EditNote,
    Link,
    Note,
    Remark,
    Report,
    Tag,
    Untag,
    WriteNote,
)
from livechat_core.errors import NotFound
from livechat_core.streams import Command
from tests.pure.play import ANA, BEN, NOON, Story, kinds

WRITE = WriteNote(by=ANA, text="Prefers calls")


def known() -> Story[c.State]:
    story = Story(c.DECIDER)
    story.when(Note(claims=(c.Claim(field="name", value="Maria", source="conversation/1"),)))
    return story


def remark(number: int, text: str = "text") -> Remark:
    return Remark(id=number, text=text, agent="ana", name="Ana", at=NOON)


# --- notes ---------------------------------------------------------------------------------------


def test_a_note_says_who_wrote_it_and_when_S3_21() -> None:
    story = known()
    story.when(WRITE)

    assert story.state.notes == (remark(1, "Prefers calls"),)


def test_an_edited_note_says_by_whom_and_keeps_its_versions_S3_22() -> None:
    story = known()
    story.when(WRITE, WriteNote(by=ANA, text="Speaks French"))
    story.later(60).when(EditNote(by=BEN, note=1, revision=1, text="Prefers mails"))

    edited, other = story.state.notes
    assert (edited.text, edited.name, edited.revision) == ("Prefers mails", "Ben", 2)
    assert edited.at == NOON + 60_000_000
    assert other.text == "Speaks French"
    texts = [event.text for event in story.told if isinstance(event, c.NoteWritten | c.NoteEdited)]
    assert texts == ["Prefers calls", "Speaks French", "Prefers mails"]


def test_two_who_edit_a_note_at_once_never_overwrite_each_other() -> None:
    story = known()
    story.when(WRITE, EditNote(by=BEN, note=1, revision=1, text="Prefers mails"))
    refusal = story.refusal(EditNote(by=ANA, note=1, revision=1, text="Never calls"))

    assert (refusal.code, refusal.facts["owner"]) == ("changed", "Ben")
    assert story.when(EditNote(by=ANA, note=1, revision=1, text="Prefers mails")) == []
    assert story.refuses(EditNote(by=ANA, note=7, revision=1, text="x")) == "unknown_note"


def test_there_is_no_way_to_delete_a_note_S3_23_F34() -> None:
    names = [command.__name__ for command in c.DECIDER.commands]

    assert [name for name in names if "Note" in name] == ["Note", "WriteNote", "EditNote"]
    assert not [name for name in names if "Delete" in name or "Remove" in name]


def test_notes_are_bounded_and_none_is_dropped_for_a_new_one_G18() -> None:
    story = known()
    for _ in range(c.MOST_NOTES):
        story.when(WRITE)

    assert story.refuses(WRITE) == "too_many_notes"
    content = Content(notes=(remark(1),))
    story.when(Absorb(contact="contact/9", content=content))
    assert len(story.state.notes) == c.MOST_NOTES


def test_notes_of_a_merged_contact_are_numbered_on_F58() -> None:
    story = known()
    story.when(WRITE)
    story.when(Absorb(contact="contact/9", content=Content(notes=(remark(1), remark(2)))))
    story.when(WRITE)

    assert [note.id for note in story.state.notes] == [1, 2, 3, 4]


# --- tags ----------------------------------------------------------------------------------------


def test_a_person_has_a_tag_once_S3_26_F41() -> None:
    story = known()
    story.when(Tag(by=ANA, tag="vip"))

    assert story.when(Tag(by=BEN, tag="vip")) == []
    assert story.state.tags == ("vip",)
    assert "tag=vip" in story.summary.labels


def test_a_tag_is_taken_away_S3_26() -> None:
    story = known()
    story.when(Tag(by=ANA, tag="vip"), Tag(by=ANA, tag="press"))

    assert kinds(story.when(Untag(by=BEN, tag="vip"))) == ["Untagged"]
    assert story.when(Untag(by=BEN, tag="vip")) == []
    assert story.state.tags == ("press",)


def test_tags_are_bounded_and_joined_by_a_merge_G18() -> None:
    story = known()
    for number in range(c.MOST_TAGS - 1):
        story.when(Tag(by=ANA, tag=f"t{number}"))
    story.when(Absorb(contact="contact/9", content=Content(tags=("t0", "new", "more"))))

    assert story.state.tags[-1] == "new"
    assert story.refuses(Tag(by=ANA, tag="another")) == "too_many_tags"


# --- changes in the ERM --------------------------------------------------------------------------


def change(value: str = "broken", **told: str) -> ChangeRecord:
    wanted = {"record": "asset/7", "field": "status", "former": "fine", **told}
    return ChangeRecord(by=ANA, value=value, **wanted)


def customer() -> Story[c.State]:
    story = known()
    story.when(Link(ref="c-7", source="enquiry/1"))
    return story


def states(story: Story[c.State]) -> list[str]:
    return [one.state for one in story.state.changes]


def test_a_change_is_begun_carried_out_elsewhere_and_ended_once_S2_13() -> None:
    story = customer()
    assert kinds(story.when(change())) == ["ChangeBegan"]
    assert states(story) == ["owed"]

    assert kinds(story.when(Report(revision=1))) == ["ChangeEnded"]
    assert states(story) == ["made"]
    assert story.when(Report(revision=1)) == story.when(Report(revision=9)) == []


def test_a_change_that_was_not_made_says_why() -> None:
    story = customer()
    story.when(change(), change(field="name"), Report(revision=2, failed="changed"))

    assert states(story) == ["owed", "changed"]


def test_one_change_at_a_time_for_each_field() -> None:
    story = customer()
    story.when(change())

    assert story.when(change()) == []
    refusal = story.refusal(change("gone"))
    assert (refusal.code, refusal.facts["agent"]) == ("step_under_way", "ana")
    story.when(Report(revision=1))
    assert kinds(story.when(change("gone", former="broken"))) == ["ChangeBegan"]


def test_nothing_is_changed_to_what_it_is_or_for_nobody() -> None:
    assert customer().when(change("fine")) == []
    assert known().refuses(change()) == "no_customer"


def test_changes_are_bounded_and_a_merged_contact_hears_of_them_no_more_G18() -> None:
    story = customer()
    for number in range(30):
        story.when(change(field=f"f{number}"))
    assert len(story.state.changes) == c.KEPT_CHANGES

    story.when(c.Merge(by=ANA, into="contact/2"))
    assert story.when(Report(revision=30)) == []


# --- absence, erasure ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        WRITE,
        EditNote(by=ANA, note=1, revision=1, text="x"),
        Tag(by=ANA, tag="x"),
        Untag(by=ANA, tag="x"),
        change(),
    ],
)
def test_nobody_writes_about_somebody_who_is_not_there_B75(command: Command) -> None:
    assert isinstance(Story(c.DECIDER).refusal(command), NotFound)


def test_erasure_blanks_notes_tags_and_facts_but_not_that_they_were_there_F34() -> None:
    story = customer()
    story.when(WRITE, Tag(by=ANA, tag="vip"), c.Verify(by=ANA, field="name", value="Maria"))
    story.when(EditNote(by=ANA, note=1, revision=1, text="Hates calls"), change())
    state = c.State()
    for event in story.told:
        c.evolve(state, blanked(event), NOON)

    text = repr((state, c.summary("contact/1", state)))
    for word in ("Maria", "calls", "vip", "broken", "fine"):
        assert word not in text
    assert [note.id for note in state.notes] == [1]
