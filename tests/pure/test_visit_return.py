"""Coming back into a visit by the link in a mail (S4-18)."""

from livechat_core import visit as v
from livechat_core.rules import seconds
from tests.pure.play import MARIA, Story

PAGE = v.Page(site="drumstory", url="https://drumstory.example/")


def test_who_comes_by_a_link_has_a_token_of_his_own_for_a_week_S4_18() -> None:
    story = Story(v.DECIDER)
    story.when(v.Arrive(by=MARIA, page=PAGE, guest=v.Guest(token="first")))
    story.later(3 * 86_400).when(v.Elapse())
    assert story.summary.phase == "left"

    (issued,) = story.when(v.Readmit(token="mailed"))
    assert issued == v.TokenIssued(token="mailed", until=story.now + seconds(7 * 86_400))
    assert {"token=first", "token=mailed"} <= story.summary.labels


def test_a_visit_that_is_gone_lets_nobody_in_A24() -> None:
    assert Story(v.DECIDER).refuses(v.Readmit(token="mailed")) == "not_found"
