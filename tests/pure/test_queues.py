"""The waiting chats: one go through all lanes in order of rank, while chats join and leave."""

from unittest.mock import patch

from hypothesis import given, settings, strategies as st

from livechat_core import ranking
from livechat_core.queues import Lines, Rank, Round


def gone_through(chats: Round) -> list[str]:
    """Return what is left of a round."""
    found = []
    while (stream := chats.next()) is not None:
        found.append(stream)
    return found


def waiting(**ranks: tuple[str, int]) -> Lines:
    lines = Lines()
    for stream, (lane, since) in ranks.items():
        lines.join(stream, lane, (0, since))
    return lines


def test_nobody_waits() -> None:
    lines = Lines()
    chats = lines.round()
    chats.close_lane()

    assert (chats.next(), len(lines), "a" in lines) == (None, 0, False)


def test_the_oldest_of_the_highest_priority_is_next_over_all_lanes_G8_F18() -> None:
    lines = Lines()
    lines.join("late", "sales", (0, 20))
    lines.join("early", "support", (0, 10))
    lines.join("urgent", "support", (-5, 30))

    assert gone_through(lines.round()) == ["urgent", "early", "late"]
    assert gone_through(lines.round()) == ["urgent", "early", "late"]


def test_chats_of_the_same_moment_stand_in_the_order_of_their_names() -> None:
    assert gone_through(waiting(b=("x", 1), a=("y", 1), c=("x", 1)).round()) == ["a", "b", "c"]


def test_who_leaves_is_skipped_and_who_moves_counts_once() -> None:
    lines = waiting(a=("x", 1), b=("x", 2), c=("y", 3))
    lines.join("a", "y", (0, 4))
    lines.join("c", "y", (0, 5))
    lines.leave("b")
    lines.leave("never there")

    assert (len(lines), "a" in lines, "b" in lines) == (2, True, False)
    assert gone_through(lines.round()) == ["a", "c"]


def test_a_return_to_the_line_keeps_its_rank() -> None:
    lines = waiting(a=("x", 1))
    lines.leave("a")
    lines.join("b", "x", (0, 2))
    lines.join("a", "x", (0, 1))

    assert gone_through(lines.round()) == ["a", "b"]


def test_a_closed_lane_is_skipped_until_the_next_round() -> None:
    """Nobody for the first means nobody for the rest; other lanes go on (G8)."""
    lines = waiting(a=("x", 1), b=("x", 2), c=("y", 3), d=("x", 4))
    chats = lines.round()
    assert chats.next() == "a"
    chats.close_lane()
    chats.close_lane()
    lines.join("e", "x", (0, 5))

    assert gone_through(chats) == ["c"]
    assert gone_through(lines.round()) == ["a", "b", "c", "d", "e"]


def test_a_closed_lane_stays_closed_when_it_was_empty_meanwhile() -> None:
    lines = waiting(a=("x", 1))
    chats = lines.round()
    assert chats.next() == "a"
    chats.close_lane()
    lines.leave("a")
    lines.join("b", "x", (0, 2))

    assert chats.next() is None


def test_a_lane_that_was_made_anew_before_it_is_closed_is_closed_all_the_same() -> None:
    lines = waiting(a=("x", 1))
    chats = lines.round()
    assert chats.next() == "a"
    lines.leave("a")
    lines.join("b", "x", (0, 2))
    chats.close_lane()

    assert chats.next() is None


def test_who_left_during_the_round_is_not_returned() -> None:
    lines = waiting(a=("x", 1), b=("x", 2), c=("y", 3), d=("x", 4))
    chats = lines.round()
    assert chats.next() == "a"
    for stream in ("a", "b", "c"):
        lines.leave(stream)

    assert gone_through(chats) == ["d"]


def test_who_joins_behind_is_returned_and_who_joins_in_front_is_left_for_the_next_round() -> None:
    lines = waiting(c=("x", 30), e=("x", 50))
    chats = lines.round()
    assert chats.next() == "c"
    lines.join("d", "y", (0, 40))
    lines.join("f", "x", (0, 60))
    lines.join("a", "y", (0, 10))
    lines.join("b", "x", (0, 20))

    assert gone_through(chats) == ["d", "e", "f"]
    assert gone_through(lines.round()) == ["a", "b", "c", "d", "e", "f"]


def test_who_moves_behind_the_place_of_the_round_is_met_again() -> None:
    lines = waiting(a=("x", 1), b=("x", 2))
    chats = lines.round()
    assert [chats.next(), chats.next()] == ["a", "b"]
    lines.join("a", "x", (0, 3))

    assert gone_through(chats) == ["a"]
    assert gone_through(lines.round()) == ["b", "a"]


def test_a_new_round_ends_the_one_before() -> None:
    lines = waiting(a=("x", 1), b=("x", 2))
    earlier = lines.round()
    assert earlier.next() == "a"
    later = lines.round()

    assert earlier.next() is None
    earlier.close_lane()
    assert gone_through(later) == ["a", "b"]


def test_chats_behind_a_closed_lane_are_not_looked_at() -> None:
    lines = Lines()
    for number in range(1000):
        lines.join(f"{number:04}", "x", (0, number))
    chats = lines.round()
    assert chats.next() == "0000"
    chats.close_lane()

    assert chats.next() is None
    assert lines._lanes["x"].passed == []


ranks = st.tuples(st.integers(-1, 0), st.integers(0, 5))
acts = st.one_of(
    st.tuples(st.just("join"), st.sampled_from("abcdefgh"), st.sampled_from("xyz"), ranks),
    st.tuples(st.just("leave"), st.sampled_from("abcdefgh")),
    st.sampled_from([("next",), ("next",), ("close",), ("round",)]),
)


class Model:
    """The same by sorting everything each time."""

    def __init__(self) -> None:
        self.chats: dict[str, tuple[str, Rank]] = {}
        self.begin()

    def begin(self) -> None:
        self.place: tuple[Rank, str] | None = None
        self.closed: set[str] = set()
        self.lane = ""

    def next(self) -> str | None:
        for rank, stream in sorted((rank, stream) for stream, (_, rank) in self.chats.items()):
            lane = self.chats[stream][0]
            if lane not in self.closed and (self.place is None or (rank, stream) > self.place):
                self.place, self.lane = (rank, stream), lane
                return stream
        self.lane = ""
        return None


@settings(max_examples=300)
@given(st.lists(acts, max_size=60), st.sampled_from([ranking.SLACK, -1000]))
def test_a_round_is_what_sorting_all_chats_would_give(
    steps: list[tuple[str, ...]], slack: int
) -> None:
    """Also where the heaps are built anew at every step."""
    with patch.object(ranking, "SLACK", slack):
        check_rounds(steps)


def check_rounds(steps: list[tuple[str, ...]]) -> None:
    lines, model = Lines(), Model()
    chats = lines.round()
    for act in steps:
        match act:
            case ("join", stream, lane, rank):
                lines.join(stream, lane, rank)
                model.chats[stream] = (lane, rank)
            case ("leave", stream):
                lines.leave(stream)
                model.chats.pop(stream, None)
            case ("next",):
                assert chats.next() == model.next()
            case ("close",):
                chats.close_lane()
                model.closed |= {model.lane} - {""}
                model.lane = ""
            case _:
                chats = lines.round()
                model.begin()
        assert len(lines) == len(model.chats)
        assert all(stream in lines for stream in model.chats)
    while (stream := model.next()) is not None:
        assert chats.next() == stream
    assert chats.next() is None
    assert gone_through(lines.round()) == sorted(
        model.chats, key=lambda one: (model.chats[one][1], one)
    )
