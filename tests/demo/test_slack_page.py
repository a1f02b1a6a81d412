"""The page of the local Slack in a real browser."""

from aiohttp import web
from playwright.sync_api import Page, expect

from livechat_core.demo.slack_workspace import CHANNEL_ID
from tests.demo.outside import Json, Slack, actions, button, eventually, post, signed


def rich(*elements: Json) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def announcement() -> list[Json]:
    plain = {"type": "plain_text", "text": "New message #48211"}
    field = {"type": "mrkdwn", "text": "*Location*\nLisbon"}
    return [
        {"type": "header", "text": plain},
        {"type": "section", "fields": [field, {"type": "plain_text", "text": "<b>&amp;</b>"}]},
        rich({"type": "text", "text": "Is <!channel> *open*?", "style": {"italic": True}}),
        {"type": "divider"},
        actions(button(style="primary")),
        {"type": "context", "elements": [{"type": "plain_text", "text": "waiting"}]},
    ]


def test_messages_appear_by_themselves_with_their_blocks(slack: Slack, page: Page) -> None:
    page.goto(slack.url)
    expect(page.get_by_text("Nothing has been posted yet.")).to_be_visible()

    slack.post("New message", blocks=announcement())
    message = page.get_by_role("list", name="Messages").get_by_role("article")
    expect(message.get_by_role("heading", name="New message #48211")).to_be_visible()
    expect(message.get_by_role("button", name="Claim")).to_be_visible()
    expect(message.get_by_text("Is <!channel> *open*?")).to_be_visible()
    expect(message.get_by_text("<b>&amp;</b>")).to_be_visible()
    expect(message.locator("strong", has_text="Location")).to_be_visible()
    expect(page.get_by_text("Nothing has been posted yet.")).to_be_hidden()


def test_mrkdwn_shows_what_slack_would_make_of_it(slack: Slack, page: Page) -> None:
    slack.post("*bold* <https://a.example|a link> <@U07BEN> <!here> `code` a &lt;b&gt; 2*3*4")
    page.goto(slack.url)

    article = page.get_by_role("article")
    expect(article.locator("strong").nth(1)).to_have_text("bold")
    expect(article.get_by_role("link", name="a link")).to_have_attribute(
        "href", "https://a.example"
    )
    expect(article.locator(".mention")).to_have_text(["@Ben", "@here"])
    expect(article.locator("code")).to_have_text("code")
    expect(article).to_contain_text("a <b> 2*3*4")


def test_a_link_that_would_run_a_script_is_only_text(slack: Slack, page: Page) -> None:
    slack.post("x", blocks=[rich({"type": "link", "url": "javascript:alert(1)", "text": "win"})])
    page.goto(slack.url)

    expect(page.get_by_role("article")).to_contain_text("win")
    expect(page.get_by_role("article").get_by_role("link")).to_have_count(0)


def test_a_button_is_pressed_as_the_person_chosen(slack: Slack, page: Page) -> None:
    slack.post(blocks=[actions(button())])
    page.goto(slack.url)
    chooser = page.get_by_role("combobox", name="Act as")
    expect(chooser.get_by_role("option")).to_have_text(["Ana", "Ben", "Sam", "Guest (not staff)"])
    chooser.select_option("Ben")
    page.get_by_role("button", name="Claim").click()

    expect(page.get_by_text("Claim, as Ben: answered 200")).to_be_visible()
    expect(page.get_by_role("list", name="Button presses")).to_contain_text("Ben pressed Claim")
    assert [payload["user"]["id"] for payload in signed(slack.product)] == ["U07BEN"]
    page.reload()
    expect(chooser).to_have_value("U07BEN")


def test_what_goes_wrong_at_the_app_is_shown(slack: Slack, page: Page) -> None:
    slack.product.respond = lambda: web.Response(status=500, text="It broke")
    slack.post(blocks=[actions(button())])
    page.goto(slack.url)
    page.get_by_role("button", name="Claim").click()

    presses = page.get_by_role("list", name="Button presses")
    expect(presses).to_contain_text("answered 500")
    expect(presses).to_contain_text("It broke")


def test_updates_threads_and_private_lines_show(slack: Slack, page: Page) -> None:
    ts = slack.post("New message", blocks=[actions(button())])
    page.goto(slack.url)
    page.get_by_role("combobox", name="Act as").select_option("Ben")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()

    client = slack.client()
    client.chat_update(channel=CHANNEL_ID, ts=ts, text="Claimed by Ana", blocks=[])
    slack.post("Ana claimed it", thread_ts=ts)
    post(f"{slack.url}_say", {"user": "U07SAM", "text": "Thanks", "thread_ts": ts})
    client.chat_postEphemeral(channel=CHANNEL_ID, user="U07BEN", text="Already claimed")

    expect(page.get_by_text("Claimed by Ana")).to_be_visible()
    expect(page.get_by_text("(updated)")).to_be_visible()
    expect(page.get_by_role("button", name="Claim")).to_have_count(0)
    thread = page.get_by_role("list", name="Thread").get_by_role("article")
    expect(thread).to_have_count(2)
    expect(thread.nth(1)).to_contain_text("Sam")
    private = page.get_by_role("article").filter(has_text="Only visible to you")
    expect(private).to_contain_text("Already claimed")
    page.get_by_role("combobox", name="Act as").select_option("Ana")
    expect(private).to_have_count(0)


def test_a_message_that_did_not_change_keeps_its_place_and_the_focus(
    slack: Slack, page: Page
) -> None:
    slack.post("first", blocks=[actions(button())])
    page.goto(slack.url)
    claim = page.get_by_role("button", name="Claim")
    claim.focus()
    before = claim.element_handle()
    slack.post("second")

    expect(page.get_by_text("second", exact=True)).to_be_visible()
    expect(claim).to_be_focused()
    after = claim.element_handle()
    assert page.evaluate("([a, b]) => a === b", [before, after])


def test_it_fits_a_narrow_screen(slack: Slack, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    long = {"type": "text", "text": "https://a.example/" + "x" * 300}
    slack.post(blocks=[rich(long), *announcement()])
    page.goto(slack.url)

    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    eventually(lambda: page.evaluate("document.documentElement.scrollWidth") == 390)
