"""A flow is drawn: as Mermaid and as a picture in which nothing lies on anything else."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies as st

from livechat_core import flow
from livechat_core.flow import Flow
from livechat_core.flow.layout import Arc, Box, Spot, backward, lay_out
from tests.pure.flows import BYE, PERSON, small

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<b>&"; #`'


@pytest.fixture
def drawn() -> Flow:
    """Return a flow with one of everything."""
    page = {"text": "Prices", "url": "https://shop.example/"}
    menu = {
        "say": [EVIL, "x" * 200],
        "ask": "topic",
        "choices": [
            {"text": "Help", "to": "help"},
            {"text": "Help me now", "to": "help"},
            {"text": "Mail", "to": "mail"},
        ],
        "to": "done",
    }
    cases = [
        {"available": ["busy", "offline"], "language": "en", "site": "shop", "to": "person"},
        {"signed_in": True, "words": ["rain*", "wet"], "to": "menu"},
        {"signed_in": False, "queue": "tax", "answers": {"topic": "Help"}, "to": "menu"},
    ]
    return small(
        {"cases": cases, "to": "menu"},
        {"nobody": "mail"},
        person={**PERSON, "queue": "tax"},
        menu=menu,
        help={"say": "So.", "links": [page], "unsolved": "menu"},
        done={"say": "Well?", "solved": "bye", "unsolved": "first"},
        bye=BYE,
        mail={"say": "Mail?", "ask": "e_mail", "to": "go"},
        go={"to": "left"},
        left={"say": "\u4f60\u597d" * 40, "end": "leave_message"},
    )


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Box], list[Arc]]:
    """Return boxes of all sizes, and arrows that lead from earlier ones to later ones."""
    sizes = st.integers(1, 8).map(lambda size: 30.0 * size)
    boxes = [Box(str(at), draw(sizes), draw(sizes)) for at in range(draw(st.integers(1, 12)))]
    pairs = list(itertools.combinations([box.key for box in boxes], 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20)) if pairs else []
    labels = st.sampled_from([(0.0, 0.0), (40.0, 20.0), (150.0, 36.0)])
    return boxes, [Arc(*pair, *draw(labels)) for pair in chosen]


def area(box: Box, spot: Spot) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a box."""
    return (spot.x - box.width / 2, spot.y, spot.x + box.width / 2, spot.y + box.height)


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Tell whether two areas have more than an edge in common."""
    near = 0.01
    return all(one[at] < other[at + 2] - near and other[at] < one[at + 2] - near for at in range(2))


class TestMermaid:
    def test_each_step_and_each_way_is_there(self, drawn: Flow) -> None:
        rows = flow.mermaid(drawn).splitlines()
        assert rows[0] == "flowchart TD"
        for name in drawn.steps:
            assert any(row.startswith(f'    s_{name}["<b>{name}</b>') for row in rows)
        assert '    s_menu -->|"Help / Help me now"| s_help' in rows
        assert '    s_menu -->|"anything else"| s_done' in rows
        assert '    s_first -->|"busy or offline, en, site shop"| s_person' in rows
        assert "    s_mail --> s_go" in rows
        assert '    s_done -->|"Yes"| s_bye' in rows
        told = "signed in, says rain*, wet / queue tax, not signed in, topic: Help / else"
        assert f'    s_first -->|"{told}"| s_menu' in rows
        assert '    entry3(["nobody can take over"]):::entry --> s_mail' in rows

    def test_what_a_step_does_is_said(self, drawn: Flow) -> None:
        text = flow.mermaid(drawn)
        for words in (
            "hands over to tax",
            "takes a message",
            "closes the chat",
            "asks if it helped, yes closes",
            "asks for: e mail",
            "keeps: topic",
            "decides",
        ):
            assert f"<br/>{words}" in text

    def test_texts_cannot_be_read_as_mermaid(self, drawn: Flow) -> None:
        text = flow.mermaid(drawn)
        assert EVIL not in text
        assert "#60;b#62;#38;#34;#59; #35;#96;" in text
        assert "x" * 79 + "…" in text
        assert "x" * 80 not in text


class TestPicture:
    def test_it_is_one_file_with_nothing_from_elsewhere(self, drawn: Flow) -> None:
        text = flow.svg(drawn, 'A "flow" & more')
        root = ET.fromstring(text)  # noqa: S314 - our own
        title = root.find(f"{SVG}title")
        assert title is not None
        assert title.text == 'A "flow" & more'
        assert {node.tag.removeprefix(SVG) for node in root.iter()} == {
            *("svg", "title", "defs", "marker", "path", "rect", "g", "text"),
        }
        assert "href" not in text
        assert ET.fromstring(flow.svg(drawn)).findtext(f"{SVG}title") == (  # noqa: S314
            "Bot flow from first"
        )

    def test_all_steps_entries_and_labels_can_be_read(self, drawn: Flow) -> None:
        told = [node.text for node in ET.fromstring(flow.svg(drawn)).iter(f"{SVG}text")]  # noqa: S314
        for words in (*drawn.steps, "begins", "nobody can take over", "Help / Help me now", EVIL):
            assert words in told
        assert told.count("↑ menu") + told.count("↑ first") >= 2

    def test_long_lines_are_broken_and_cut(self, drawn: Flow) -> None:
        told = [node.text or "" for node in ET.fromstring(flow.svg(drawn)).iter(f"{SVG}text")]  # noqa: S314
        assert max(map(len, told)) < 40
        assert any(row.endswith(" …") for row in told)

    def test_the_same_flow_gives_the_same_picture(self, drawn: Flow) -> None:
        assert flow.svg(drawn) == flow.svg(drawn)

    def test_no_box_lies_on_another(self, drawn: Flow) -> None:
        boxes = re.findall(
            r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)" rx',
            flow.svg(drawn),
        )
        assert len(boxes) > 20
        for one, other in itertools.combinations([tuple(map(float, box)) for box in boxes], 2):
            apart_x = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
            apart_y = one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
            assert apart_x or apart_y


class TestLayout:
    def test_an_arrow_leads_downwards_past_what_is_between(self) -> None:
        boxes = [Box(key, 100, 40) for key in "abc"]
        arcs = [Arc("a", "b"), Arc("b", "c"), Arc("a", "c", 50, 20)]
        plan = lay_out(boxes, arcs)
        assert plan.spots["a"].y < plan.spots["b"].y < plan.spots["c"].y
        past = [
            x for x, y in plan.routes[2].points if plan.spots["b"].y <= y <= plan.spots["b"].y + 40
        ]
        assert past
        assert all(abs(x - plan.spots["b"].x) > 50 for x in past)
        assert all(0 <= x <= plan.width for route in plan.routes for x, _ in route.points)

    def test_rows_are_ordered_so_that_arrows_do_not_cross(self) -> None:
        boxes = [Box(key, 50, 20) for key in ("top", "a", "b", "p", "q")]
        pairs = ("top a", "top b", "a p", "a q", "b p")
        x = {
            key: spot.x
            for key, spot in lay_out(boxes, [Arc(*pair.split()) for pair in pairs]).spots.items()
        }
        assert (x["a"] < x["b"]) is (x["q"] < x["p"])

    def test_a_long_arrow_is_straight(self) -> None:
        boxes = [Box(key, 100, 40) for key in "abcde"]
        pairs = ("ab", "bc", "cd", "de", "ae", "ac")
        plan = lay_out(boxes, [Arc(*pair, 20, 20) for pair in pairs])
        inner = [x for x, _ in plan.routes[4].points[2:-1]]
        assert max(inner) - min(inner) < 1

    def test_what_closes_a_circle_is_found(self) -> None:
        arcs = [Arc("a", "b"), Arc("b", "c"), Arc("c", "a"), Arc("b", "b"), Arc("a", "c")]
        assert backward("abc", arcs) == {arcs[2], arcs[3]}

    def test_what_nothing_leads_to_stands_right_above_its_target(self) -> None:
        boxes = [Box(key, 50, 20) for key in "abcd"]
        plan = lay_out(boxes, [Arc("a", "b"), Arc("b", "c"), Arc("d", "c")])
        assert plan.spots["d"].y == plan.spots["b"].y

    def test_what_no_arrow_joins_stands_side_by_side(self) -> None:
        sizes = {"one": 75, "two": 267, "three": 168, "a": 232, "b": 232, "c": 232, "d": 60}
        boxes = [Box(key, width, 40) for key, width in sizes.items()]
        pairs = ("one a", "two b", "three c", "a d", "a b")
        plan = lay_out(boxes, [Arc(*pair.split(), 60, 20) for pair in pairs])
        assert plan.spots["three"].y == plan.spots["one"].y == 0
        assert plan.spots["three"].x == plan.spots["c"].x
        assert plan.width < 900

    @given(graphs())
    def test_nothing_lies_on_anything_else(self, graph: tuple[list[Box], list[Arc]]) -> None:
        boxes, arcs = graph
        plan = lay_out(boxes, arcs)
        taken = {box.key: area(box, plan.spots[box.key]) for box in boxes}
        assert not any(itertools.starmap(meet, itertools.combinations(taken.values(), 2)))
        for arc, route in zip(arcs, plan.routes, strict=True):
            label = Box("", arc.width, arc.height)
            middle = Spot(route.label[0], route.label[1] - arc.height / 2)
            assert not any(meet(area(label, middle), other) for other in taken.values())
            for (x, y), (to_x, to_y) in itertools.pairwise(route.points):
                way = (min(x, to_x), y, max(x, to_x), to_y)
                assert y <= to_y
                assert not any(meet(way, other) for other in taken.values())
