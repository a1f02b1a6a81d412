"""What follows from bans for visits and chats."""

from livechat_core import ban, conversation, visit
from livechat_core.policy import Order
from tests.pure.samples import after, sample


def test_a_ban_that_holds_bars_the_visit_S0_33() -> None:
    state = ban.State(visitor="maria", scope="site")
    command = visit.Bar(ban="ban/1", scope="site")

    assert after(sample(ban.Imposed), state, "ban/1") == [
        Order(stream="visit/maria", command=command)
    ]
    assert after(sample(ban.Asked), state, "ban/1") == []


def test_a_barred_visitor_s_chat_ends_in_the_same_commit_S0_33() -> None:
    state = visit.State(phase=visit.Phase.CHATTING, conversation="conversation/1")
    over = conversation.Close(reason="banned")

    assert after(sample(visit.Barred), state, "visit/maria") == [
        Order(stream="conversation/1", command=over)
    ]


def test_who_does_not_chat_has_nothing_to_end_S0_33() -> None:
    state = visit.State(phase=visit.Phase.BROWSING, conversation="conversation/1")

    assert after(sample(visit.Barred), state, "visit/maria") == []


def test_a_visitor_whose_page_is_not_recorded_is_not_announced_S0_41_F60() -> None:
    page = visit.Page(site="site", url="")

    assert after(sample(visit.Arrived, page=page), visit.State(), "visit/1") == []
