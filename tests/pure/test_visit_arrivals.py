"""Who is let in, what is recorded of whom, and by what a visit is known again."""

import attrs
import pytest

from livechat_core import visit as v
from livechat_core.errors import NotFound
from livechat_core.rules import Site, seconds
from livechat_core.visit import (
    Adopt,
    Arrive,
    Campaign,
    Consent,
    Elapse,
    Guest,
    HandOver,
    Page,
    Revoke,
    SignOff,
    View,
)
from tests.pure.play import MARIA, NOON, RULES, SAM, Story, kinds

SITES = {
    "open": Site(name="Open", origins=("https://open.example",)),
    "asks": Site(name="Asks", visits="after_consent"),
    "silent": Site(name="Silent", visits="off"),
    "members": Site(name="Members", requires=("signed_in",), record_strangers=False),
}
RULED = attrs.evolve(RULES, sites=SITES)
GUEST = Guest(token="sha", address="net", browser="Firefox")
MEMBER = attrs.evolve(GUEST, person="p", name="Maria", email="m@x.example", registered=True)
WEEK, DAY = seconds(7 * 86_400), seconds(86_400)


def page(site: str = "open", path: str = "") -> Page:
    return Page(site=site, url=f"https://{site}.example/{path}", title=site)


def arrive(site: str = "open", path: str = "", **told: object) -> Arrive:
    return attrs.evolve(Arrive(by=MARIA, page=page(site, path), guest=GUEST), **told)


def new() -> Story[v.State]:
    return Story(v.DECIDER, RULED)


def there(site: str = "open", **told: object) -> Story[v.State]:
    story = new()
    story.when(arrive(site, **told))
    return story


# --- who is let in -------------------------------------------------------------------------------

ALL = ("registered", "signed_in", "role:master-tech")


@pytest.mark.parametrize(
    ("guest", "codes"),
    [
        (Guest(), ["not_registered", "not_signed_in", "not_in_role"]),
        (Guest(registered=True), ["not_signed_in", "not_in_role"]),
        (Guest(person="p"), ["not_registered", "not_in_role"]),
        (Guest(person="p", registered=True), ["not_in_role"]),
        (Guest(person="p", registered=True, roles=("master",)), ["not_in_role"]),
        (Guest(person="p", registered=True, roles=("a", "master-tech")), []),
    ],
)
def test_each_condition_that_is_not_met_has_its_code_S3_6(guest: Guest, codes: list[str]) -> None:
    assert v.missing(ALL, guest) == codes
    assert v.missing((), guest) == []


def test_two_roles_that_are_missing_are_one_reason_S3_6() -> None:
    assert v.missing(("role:a", "role:b"), Guest(roles=("b",))) == ["not_in_role"]
    assert v.missing(("role:a", "role:b"), Guest()) == ["not_in_role"]


def test_an_earlier_version_knew_who_has_signed_in_by_his_name() -> None:
    assert v.missing(("signed_in",), Guest(name="Maria")) == []


def test_strangers_are_not_recorded_where_the_site_does_not_want_it_S3_6() -> None:
    story = new()

    assert story.when(arrive("members")) == []
    assert story.when(View(by=MARIA, pages=(page("members"),))) == []
    assert kinds(story.when(arrive("members", guest=MEMBER))) == ["Arrived"]
    assert kinds(story.when(View(by=MARIA, pages=(page("members", "a"),)))) == ["Viewed"]
    assert kinds(story.when(arrive("members", "b"))) == ["Recognized"]
    assert story.state.last.url == "https://members.example/a"


# --- what is recorded (F60) ----------------------------------------------------------------------


@pytest.mark.parametrize("site", ["asks", "silent"])
def test_nothing_is_written_of_who_has_not_agreed_F60(site: str) -> None:
    story = new()

    assert story.when(arrive(site)) == story.when(View(by=MARIA, pages=(page(site),))) == []
    assert story.state == v.State()


@pytest.mark.parametrize("site", ["asks", "silent"])
def test_a_chat_needs_a_visit_but_no_page_F60(site: str) -> None:
    story = there(site, needed=True, campaign=Campaign(name="spring"))

    (arrived,) = story.told
    assert isinstance(arrived, v.Arrived)
    assert (arrived.page.url, arrived.page.title, arrived.campaign) == ("", "", Campaign())
    assert story.summary.labels == {"token=sha", f"site={site}", "address=net"}
    assert story.when(arrive(site, "x", needed=True)) == []
    assert story.when(View(by=MARIA, pages=(page(site, "y"),))) == []


def test_who_left_a_site_that_records_nothing_returns_for_a_chat_only_F60() -> None:
    story = there("silent", needed=True).later(1800)
    story.when(Elapse())

    assert story.when(arrive("silent")) == []
    (returned,) = story.when(arrive("silent", needed=True))
    assert isinstance(returned, v.Returned)
    assert returned.page.url == ""


def test_who_agrees_is_recorded_from_then_on_with_the_text_he_was_shown_F60() -> None:
    story = new()
    agree = Consent(by=MARIA, granted=True, wording="cookies v3", arrival=arrive("asks"))

    assert kinds(story.when(agree)) == ["Arrived", "ConsentGiven"]
    assert story.told[1] == v.ConsentGiven(wording="cookies v3")
    assert story.state.last.url == "https://asks.example/"
    assert story.when(agree) == []
    assert kinds(story.when(attrs.evolve(agree, wording="cookies v4"))) == ["ConsentGiven"]
    assert kinds(story.when(arrive("asks", "more"))) == ["Viewed"]


def test_nobody_can_agree_to_what_is_not_offered_F60() -> None:
    assert new().when(Consent(by=MARIA, granted=True, arrival=arrive("silent"))) == []
    assert new().when(Consent(by=MARIA, granted=True)) == []
    assert new().when(Consent(by=MARIA, granted=False)) == []


def test_who_withdraws_is_not_followed_any_more_and_his_pages_go_F60() -> None:
    story = there(campaign=Campaign(name="spring"))
    story.when(View(by=MARIA, pages=(page(path="a"), page(path="b"))))
    no = Consent(by=MARIA, granted=False)

    assert story.when(no) == [v.ConsentWithdrawn()]
    assert story.when(no) == []
    assert story.due_in == 0
    assert story.summary.facts["removing"] is True
    assert story.when(View(by=MARIA, pages=(page(path="c"),))) == story.when(arrive()) == []
    assert story.when(Elapse()) == [v.PagesRemoved()]
    assert {one.url for one in story.state.pages} == {""}
    assert story.state.campaign == Campaign()
    assert story.summary.facts["removing"] is False
    assert kinds(story.when(Consent(by=MARIA, granted=True))) == ["ConsentGiven"]
    assert kinds(story.when(View(by=MARIA, pages=(page(path="d"),)))) == ["Viewed"]


def test_events_without_their_pages_keep_sites_and_times_F60() -> None:
    shown = Page(site="open", url="https://open.example/x", title="X", at=NOON)
    bare = Page(site="open", url="", at=NOON)
    campaign = Campaign(name="spring")

    assert v.without_pages(v.Viewed(pages=(shown, shown))) == v.Viewed(pages=(bare, bare))
    assert v.without_pages(v.Returned(page=shown, guest=GUEST, campaign=campaign)) == v.Returned(
        page=bare, guest=GUEST
    )
    assert v.without_pages(v.Left()) == v.Left()


# --- what brought him (F55) ----------------------------------------------------------------------


def test_campaign_parameters_are_read_and_nothing_else_F55() -> None:
    url = (
        "https://open.example/?utm_source=news&utm_medium=mail&utm_campaign=Spring%20sale"
        "&utm_term=drums&utm_content=top&utm_id=7&email=maria%40x.example&utm_source=second"
    )

    assert v.campaign_of(url, "https://user:pw@Search.example/find?q=my+secret#x") == Campaign(
        source="news",
        medium="mail",
        name="Spring sale",
        term="drums",
        content="top",
        referrer="https://search.example/find",
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://[",
        "https://open.example/",
        "https://open.example/?" + "utm_source&" * 5000,
        "https://open.example/?utm_source=%00%1b",
    ],
)
def test_an_address_that_says_nothing_is_no_campaign_F55(url: str) -> None:
    assert v.campaign_of(url, "") == Campaign()


def test_what_is_long_or_odd_is_cut_and_cleaned_F55() -> None:
    found = v.campaign_of("https://a.example/?utm_campaign=x%0A%E2%80%AEy" + "z" * 300, "")

    assert found.name.startswith("x yz")
    assert len(found.name) == 100


@pytest.mark.parametrize(
    "referrer",
    ["", "javascript:alert(1)", "https://", "no address", "https://open.example/shoes?x=1"],
)
def test_the_page_before_counts_only_if_it_is_foreign_F55(referrer: str) -> None:
    assert v.campaign_of("", referrer, ("https://open.example/",)).referrer == ""


def test_the_campaign_of_the_last_arrival_that_had_one_is_kept_F55() -> None:
    story = there(campaign=Campaign(name="spring")).later(1800)
    story.when(Elapse(), arrive(path="back"))
    assert story.summary.facts["campaign"]["name"] == "spring"

    story.later(1800).when(Elapse(), arrive(campaign=Campaign(name="autumn")))
    assert story.summary.facts["campaign"]["name"] == "autumn"


# --- by what he is known again -------------------------------------------------------------------


def admits(story: Story[v.State], token: str) -> bool:
    return v.admits(story.state, token, story.now, story.rules)


def test_a_token_dies_after_a_week_and_after_a_day_without_him_A7() -> None:
    story = there()
    assert admits(story, "sha")
    assert not admits(story, "other")
    assert not admits(story.later(86_400), "sha")

    story = there()
    for _ in range(7):
        assert admits(story, "sha")
        story.later(86_399).when(View(by=MARIA, pages=(page(),)))
    assert not admits(story.later(7), "sha")


def test_a_token_does_not_die_in_the_middle_of_a_chat_A7() -> None:
    story = there()
    story.when(v.ChatBegan(conversation="conversation/1"))

    assert admits(story.later(2 * 86_400), "sha")


def test_tokens_of_earlier_versions_have_no_end_of_their_own_A7() -> None:
    state = v.State()
    old = v.Arrived(page=page(), language="", guest=GUEST, stay=seconds(1800))
    v.evolve(state, old, NOON)

    assert v.admits(state, "sha", NOON + DAY - 1, RULED)
    v.evolve(state, v.TokenIssued(token="new", until=NOON + 9, replaces="sha", overlap=NOON), NOON)
    assert not v.admits(state, "sha", NOON, RULED)
    assert v.admits(state, "new", NOON, RULED)


def test_who_signs_in_has_a_new_token_and_the_old_one_dies_a_minute_later_A7() -> None:
    story = there()

    events = story.when(arrive(guest=MEMBER, token="new"))
    assert kinds(events) == ["Recognized", "TokenIssued"]
    assert admits(story, "new")
    assert admits(story.later(59), "sha")
    assert not admits(story.later(1), "sha")
    assert admits(story, "new")
    story.when(HandOver(by=MARIA, code="c"), _adopt(code="c", token="third"))
    assert {one.hash for one in story.state.tokens} == {"new", "third"}


def test_more_said_of_the_same_person_is_no_new_token_A7() -> None:
    story = there(guest=MEMBER)

    assert story.when(arrive(guest=MEMBER, token="new")) == []
    older = attrs.evolve(MEMBER, roles=("vip",), fields={"plan": "gold"})
    assert kinds(story.when(arrive(guest=older, token="new"))) == ["Recognized"]
    assert kinds(story.when(arrive(guest=GUEST, token="new"))) == ["Recognized"]
    assert kinds(story.when(arrive(guest=MEMBER, token=""))) == ["Recognized"]


def test_somebody_else_who_signs_in_is_told_from_who_was_there_before_A25() -> None:
    story = there(guest=MEMBER)
    other = attrs.evolve(MEMBER, person="q")

    assert v.is_other(story.state, other)
    story.when(arrive(guest=GUEST))
    assert v.is_other(story.state, other), "also after he has signed out"
    assert not v.is_other(story.state, MEMBER)
    assert not v.is_other(story.state, GUEST)
    assert not v.is_other(there().state, other)


def test_the_word_of_the_host_ends_by_itself_F57() -> None:
    until = NOON + seconds(300)
    story = there(guest=attrs.evolve(MEMBER, until=until, fields={"plan": "gold"}))
    assert story.due_in == seconds(300)
    assert story.later(299).when(Elapse()) == []

    assert story.later(1).when(Elapse()) == [v.Recognized(guest=GUEST)]
    assert story.summary.facts["name"] == story.summary.facts["email"] == ""
    assert not [label for label in story.summary.labels if label.startswith("person")]


def _adopt(**told: str) -> Adopt:
    return attrs.evolve(Adopt(by=MARIA, code="c", token="t", site="asks", guest=GUEST), **told)


def test_a_code_carries_the_visit_to_another_site_once_S0_32() -> None:
    story = there()
    assert kinds(story.when(HandOver(by=MARIA, code="c"))) == ["HandedOver"]
    assert story.when(HandOver(by=MARIA, code="c")) == []
    assert "code=c" in story.summary.labels

    assert kinds(story.when(_adopt())) == ["Adopted", "TokenIssued"]
    assert admits(story, "sha")
    assert admits(story, "t")
    assert "code=c" not in story.summary.labels
    assert story.refuses(_adopt(token="u")) == "code_over"


def test_a_code_dies_after_a_minute_S0_32() -> None:
    story = there()
    story.when(HandOver(by=MARIA, code="c"))
    assert story.later(60).refuses(_adopt()) == "code_over"
    story.when(HandOver(by=MARIA, code="d"))
    assert [one.hash for one in story.state.codes] == ["d"]


@pytest.mark.parametrize("other", [{"browser": "Chrome"}, {"address": "elsewhere"}])
def test_a_code_works_only_where_it_was_given_A25(other: dict[str, str]) -> None:
    story = there()
    story.when(HandOver(by=MARIA, code="c"))

    assert story.refuses(attrs.evolve(_adopt(), guest=attrs.evolve(GUEST, **other))) == "code_over"
    assert kinds(story.when(_adopt())) == ["Adopted", "TokenIssued"]


def test_only_a_few_codes_are_alive_at_once() -> None:
    story = there()
    for number in range(20):
        story.when(HandOver(by=MARIA, code=str(number)))

    assert [one.hash for one in story.state.codes] == [str(n) for n in range(12, 20)]


def test_who_is_not_there_cannot_be_carried_on() -> None:
    assert isinstance(new().refusal(HandOver(by=MARIA, code="c")), NotFound)
    story = there()
    story.when(HandOver(by=MARIA, code="c"))
    story.later(1800).when(Elapse())
    assert isinstance(story.refusal(HandOver(by=MARIA, code="d")), NotFound)
    late = Story(v.DECIDER, attrs.evolve(RULED, hand_over_life=DAY))
    late.when(arrive(), HandOver(by=MARIA, code="c"))
    late.later(1800).when(Elapse())
    assert late.refuses(_adopt()) == "code_over"


@pytest.mark.parametrize("command", [SignOff(by=MARIA), Revoke(by=SAM)])
def test_tokens_and_codes_can_be_revoked_A7_A25(command: v.Wanted) -> None:
    story = there()
    story.when(HandOver(by=MARIA, code="c"))

    assert story.when(command) == [v.Revoked()]
    assert story.when(command) == new().when(command) == []
    assert not admits(story, "sha")
    assert story.refuses(_adopt()) == "code_over"
    assert story.summary.labels == {"site=open", "address=net"}


# --- bans ----------------------------------------------------------------------------------------


def test_a_ban_ends_the_invitation_and_counts_once_S0_33() -> None:
    story = there()
    bar = v.Bar(ban="ban/1", scope="chat")
    story.when(v.Invite(by=SAM, presence="presence/sam.1"))

    assert kinds(story.when(bar)) == ["Barred", "InvitationEnded"]
    assert story.told[-1] == v.InvitationEnded(agent="sam", reason="banned")
    assert story.when(bar) == []
    assert kinds(story.when(attrs.evolve(bar, ban="ban/2"))) == ["Barred"]


def test_a_ban_of_who_is_not_there_changes_nothing_S0_33() -> None:
    assert new().when(v.Bar(ban="ban/1", scope="site")) == []
