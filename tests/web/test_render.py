"""The render helper: what differs changes, and text stays text."""

from typing import Any

import pytest
from playwright.sync_api import Page

LINKIFY = """async (text) => {
  const { h, linkify, render } = await import("/chat/static/render.js");
  render(document.body, h("p", null, linkify(text)));
  return [...document.links].map((link) => [link.href, link.textContent, link.rel]);
}"""
PAYLOADS = (
    "<script>window.hit = 1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<a href=javascript:window.hit=1>x</a>",
    "</textarea><script>window.hit = 1</script>",
    '"><iframe srcdoc="<script>parent.hit=1</script>">',
    "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}",
    "<style>*{display:none}</style>",
    "&lt;b&gt;",
    "\u202egnirts\u202c",
)

NO_LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:null/1",
    "https://shop.example@evil.example/",
    "https://user:word@evil.example/",
    "https://",
    "http://[",
)
LINKS = {
    "see https://a.example/x?y=1.": ("https://a.example/x?y=1", "https://a.example/x?y=1"),
    "(http://a.example)": ("http://a.example/", "http://a.example"),
    "MAILTO:a@b.example": ("mailto:a@b.example", "MAILTO:a@b.example"),
    # What the browser would open is shown, not what it looks like (B58, B62).
    "https://b\u00fccher.example/": ("https://xn--bcher-kva.example/",) * 2,
    "https://a.example\\@evil.example/": ("https://a.example/", "https://a.example"),
    "https://a.example/\u202egpj": ("https://a.example/", "https://a.example/"),
}


@pytest.fixture(autouse=True)
def blank(page: Page, url: str) -> None:
    page.goto(f"{url}blank")


def linked(page: Page, text: str) -> Any:
    return page.evaluate(LINKIFY, text)


def test_text_never_becomes_markup_A37_A39(page: Page) -> None:
    for text in PAYLOADS:
        linked(page, text)

        assert page.locator("p").text_content() == text
        assert page.locator("p > *").count() == 0
    assert page.evaluate("() => window.hit") is None


def test_only_plain_web_and_mail_addresses_become_links_A38(page: Page) -> None:
    for text in NO_LINKS:
        assert linked(page, text) == []
        assert page.locator("p").text_content() == text


def test_a_link_shows_where_it_leads_A38(page: Page) -> None:
    for text, (href, shown) in LINKS.items():
        assert linked(page, text) == [[href, shown, "noopener noreferrer"]]


def test_what_stays_the_same_is_left_alone(page: Page) -> None:
    """A field keeps its focus, its cursor and its node while others come and go."""
    kept = page.evaluate(
        """async () => {
          const { h, render } = await import("/chat/static/render.js");
          const field_ = (key) => h("input", { key, id: key });
          const show = (...keys) => render(document.body, keys.map(field_));
          show("a", "b");
          const field = document.querySelector("#b");
          field.value = "typed";
          field.focus();
          show("c", "a", "b", "d");
          show("b");
          const { activeElement } = document;
          return [document.querySelector("#b") === field, activeElement === field, field.value];
        }"""
    )

    assert kept == [True, True, "typed"]


def test_attributes_and_listeners_go_when_they_are_not_named_any_more(page: Page) -> None:
    left = page.evaluate(
        """async () => {
          const { h, render } = await import("/chat/static/render.js");
          let clicks = 0;
          const props = { class: "x", hidden: true, onclick: () => clicks++ };
          render(document.body, h("button", props, 0, null, false));
          const [node] = document.body.children;
          const before = node.outerHTML;
          render(document.body, h("button", { title: "y" }, "n"));
          node.click();
          return [before, node.outerHTML, clicks];
        }"""
    )

    assert left == ['<button class="x" hidden="">0</button>', '<button title="y">n</button>', 0]


def test_durations_are_told_in_words(page: Page) -> None:
    told = page.evaluate(
        """async () => {
          const { span } = await import("/chat/static/render.js");
          return [1, 42, 95, 7200].map((seconds) => span(seconds * 1e6));
        }"""
    )

    assert told == ["1 second", "42 seconds", "2 minutes", "2 hours"]


def test_refusals_are_told_in_words(page: Page) -> None:
    told = page.evaluate(
        """async () => {
          const { explain } = await import("/chat/static/render.js");
          return [
            explain({ code: "too_long", facts: { limit: 5000 } }),
            explain({ code: "rate_limited", facts: { retry_after: 3_000_000 } }),
            explain({ code: "something_new", facts: {} }),
          ];
        }"""
    )

    assert "at most 5000 characters" in told[0]
    assert "in 3 seconds" in told[1]
    assert "Please try again" in told[2]
