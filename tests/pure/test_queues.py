"""The line of waiting chats: first by priority, then by arrival; leaving costs nothing."""

from hypothesis import given, strategies as st

from livechat_core.queues import Line


def test_an_empty_line_has_no_head() -> None:
    line = Line()

    assert (line.head(), len(line), list(line.in_order())) == (None, 0, [])


def test_the_oldest_of_the_highest_priority_is_next() -> None:
    """G8."""
    line = Line()
    line.join("late", (0, 20))
    line.join("early", (0, 10))
    line.join("urgent", (-5, 30))

    assert line.head() == "urgent"
    assert list(line.in_order()) == ["urgent", "early", "late"]


def test_chats_of_the_same_moment_stand_in_the_order_of_their_names() -> None:
    line = Line()
    for stream in ("b", "a"):
        line.join(stream, (0, 1))

    assert (line.head(), list(line.in_order())) == ("a", ["a", "b"])


def test_who_leaves_is_skipped_and_who_moves_counts_once() -> None:
    line = Line()
    line.join("a", (0, 1))
    line.join("b", (0, 2))
    line.join("a", (0, 3))
    line.join("a", (0, 3))
    line.leave("b")
    line.leave("never there")

    assert (line.head(), len(line)) == ("a", 1)
    line.leave("a")
    assert line.head() is None


def test_a_return_to_the_line_keeps_its_rank() -> None:
    line = Line()
    line.join("a", (0, 1))
    line.leave("a")
    line.join("b", (0, 2))
    line.join("a", (0, 1))

    assert line.head() == "a"


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(-1, 3), st.booleans())))
def test_the_head_is_always_the_first_in_order(steps: list[tuple[str, int, bool]]) -> None:
    line, model = Line(), {}
    for stream, at, joins in steps:
        if joins:
            line.join(stream, (0, at))
            model[stream] = at
        else:
            line.leave(stream)
            model.pop(stream, None)
        order = sorted(model, key=lambda one: (model[one], one))
        assert list(line.in_order()) == order
        assert line.head() == (order[0] if order else None)
