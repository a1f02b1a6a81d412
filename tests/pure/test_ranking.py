"""Names by key: the first is always the smallest, whatever came, changed and went."""

from hypothesis import given, strategies as st

from livechat_core.ranking import LONGEST, SLACK, Ranking


def drained(ranking: Ranking[str]) -> list[str]:
    names: list[str] = []
    while (name := ranking.first(frozenset(names))) is not None:
        names.append(name)
    return names


def test_equal_keys_stand_in_the_order_of_their_names() -> None:
    ranking = Ranking[str]()
    for name in ("ben", "ana", "eve"):
        ranking.put(name, (1,))

    assert drained(ranking) == ["ana", "ben", "eve"]


def test_who_is_skipped_is_known_by_name_however_long_the_keys_are() -> None:
    ranking = Ranking[str]()
    ranking.put("ana", (1, 2, 3))
    ranking.put("ben", (1, 2, 4))

    assert ranking.first(frozenset({"ana"})) == "ben"
    assert ranking.first() == "ana"


def test_a_key_that_rises_and_falls_counts_once() -> None:
    ranking = Ranking[str]()
    ranking.put("ana", (1,))
    ranking.put("ben", (2,))
    ranking.put("ana", (3,))
    assert (ranking.head(), len(ranking)) == ((2, "ben"), 2)

    ranking.put("ana", (0,))
    assert ranking.head() == (0, "ana")
    ranking.drop("ana")
    ranking.drop("ana")
    assert (ranking.head(), len(ranking)) == ((2, "ben"), 1)


def test_what_was_taken_off_comes_back_unless_it_left_or_changed_meanwhile() -> None:
    ranking = Ranking[str]()
    for name in ("ana", "ben", "eve"):
        ranking.put(name, (1,))
    popped = [entry for _ in range(3) if ranking.head() and (entry := ranking.pop())]
    assert ranking.head() is None

    ranking.drop("ana")
    ranking.put("ben", (2,))
    ranking.restore(popped)

    assert drained(ranking) == ["eve", "ben"]
    assert len(ranking._heap) == 2


def test_entries_that_no_longer_count_do_not_pile_up() -> None:
    ranking = Ranking[str]()
    for number in range(10_000):
        ranking.put("ana", (-number,))
        assert len(ranking._heap) <= LONGEST + SLACK
    for number in range(10_000):
        ranking.put(f"gone {number}", (number,))
        ranking.drop(f"gone {number}")

    assert len(ranking._heap) <= LONGEST * len(ranking) + SLACK
    assert len(ranking._noted) <= len(ranking._heap)
    assert ranking.head() == (-9_999, "ana")


def test_a_few_entries_that_no_longer_count_wait_until_they_come_up() -> None:
    """Building anew at each change would cost as much as sorting."""
    ranking = Ranking[str]()
    for key in range(SLACK, 0, -1):
        ranking.put("ana", (key,))

    assert (ranking.head(), len(ranking._heap)) == ((1, "ana"), SLACK)


steps = st.lists(st.tuples(st.sampled_from("abcde"), st.none() | st.integers(0, 4)))


@given(steps, st.frozensets(st.sampled_from("abcde")))
def test_the_first_is_the_smallest_that_is_not_skipped(
    changes: list[tuple[str, int | None]], skipped: frozenset[str]
) -> None:
    ranking, model = Ranking[str](), {}
    for name, key in changes:
        if key is None:
            ranking.drop(name)
            model.pop(name, None)
        else:
            ranking.put(name, (key,))
            model[name] = key
        order = sorted(model, key=lambda one: (model[one], one))
        assert ranking.first() == (order[0] if order else None)
        rest = [one for one in order if one not in skipped]
        assert ranking.first(skipped) == (rest[0] if rest else None)
    assert drained(ranking) == order if changes else not ranking
