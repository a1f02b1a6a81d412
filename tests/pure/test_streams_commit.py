"""A commit that no store could keep right cannot be made."""

import pytest

from livechat_core.streams import Cause, Commit, Stored, Summary, Write


def write(stream: str, events: int = 1) -> Write:
    stored = Stored(type="Happened", data=b"{}")
    summary = Summary(stream=stream, phase="open")
    return Write(stream=stream, expected=0, events=(stored,) * events, summary=summary)


def cause(stream: str) -> Cause:
    return Cause(stream=stream, actor="visitor:v", id="1", digest="d")


def test_a_stream_is_written_once_and_with_events() -> None:
    for writes in (
        (write("conversation/a"), write("conversation/a")),
        (write("conversation/a", 0),),
    ):
        with pytest.raises(ValueError, match="conversation/a"):
            Commit(writes=writes)


def test_a_cause_names_a_stream_that_is_written_G3() -> None:
    with pytest.raises(ValueError, match="conversation/b"):
        Commit(writes=(write("conversation/a"),), cause=cause("conversation/b"))

    both = (write("conversation/a"), write("conversation/b", 2))
    assert Commit(writes=both, cause=cause("conversation/b")).writes == both
    assert Commit(cause=cause("conversation/b")).writes == ()
