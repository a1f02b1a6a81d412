"""A flow as a picture of its own: an SVG without scripts, fonts or anything from elsewhere."""

import unicodedata
from collections.abc import Iterator
from html import escape

import attrs

from .drawing import COLOURS, LEGEND, aim_of, arrows, entries, kind_of, says_of
from .format import Flow
from .layout import Arc, Box, Route, Spot, backward, lay_out

WIDTH = 232.0
PAD = 12.0
LINE = 17.0
ROWS = 5
MARGIN = 28.0
INK = "#18181b"
QUIET = "#52525b"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif"
_LABEL = 190.0


@attrs.frozen
class _Shape:
    """One box of the picture, before it has a place."""

    key: str
    kind: str
    title: str
    rows: tuple[str, ...] = ()
    aim: str = ""

    @property
    def box(self) -> Box:
        if self.kind == "entry":
            return Box(self.key, _width(self.title, 12.5) + 34, 30.0)
        if self.kind == "again":
            return Box(self.key, _width(self.title, 12.5) + 26, 26.0)
        lines = 1 + len(self.rows) + bool(self.aim)
        return Box(self.key, WIDTH, 2 * PAD + lines * LINE + (6 if self.aim else 0))


@attrs.frozen
class _Line:
    """One arrow of the picture, before it has a place."""

    source: str
    target: str
    rows: tuple[str, ...] = ()

    @property
    def arc(self) -> Arc:
        if not self.rows:
            return Arc(self.source, self.target)
        wide = max(_width(row, 12) for row in self.rows) + 12
        return Arc(self.source, self.target, wide, 16.0 * len(self.rows) + 4)


def svg(flow: Flow, title: str = "") -> str:
    """Return the flow as an SVG document.

    Args:
        flow: A flow that has passed its check.
        title: What it is called, for those who cannot see the picture.
    """
    shapes, lines = _parts(flow)
    plan = lay_out([shape.box for shape in shapes], [line.arc for line in lines])
    legend = "".join(_legend(plan.height + 2 * MARGIN + 6))
    width = max(plan.width, 820.0) + 2 * MARGIN
    height = plan.height + 2 * MARGIN + 46
    shift = (width - plan.width) / 2
    body = [
        *map(_arrow, plan.routes),
        *(_label(line, route) for line, route in zip(lines, plan.routes, strict=True)),
        *(_box(shape, plan.spots[shape.key]) for shape in shapes),
    ]
    name = escape(title or f"Bot flow from {flow.start}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}" role="img" font-family="{_FONT}">\n'
        f"<title>{name}</title>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="{QUIET}"/></marker></defs>\n'
        f'<rect width="{_n(width)}" height="{_n(height)}" fill="#ffffff"/>\n'
        f'<g transform="translate({_n(shift)} {_n(MARGIN)})">\n' + "\n".join(body) + "\n</g>\n"
        f"{legend}</svg>\n"
    )


def _parts(flow: Flow) -> tuple[list[_Shape], list[_Line]]:
    """Return boxes and arrows; an arrow back up becomes a small box that names its target."""
    shapes, lines = [], []
    for number, entry in enumerate(entries(flow)):
        shapes.append(_Shape(f"entry {number}", "entry", entry.label))
        lines.append(_Line(f"entry {number}", entry.to))
    for name, step in flow.steps.items():
        rows = [row for text in says_of(flow, step) for row in _wrapped(text, WIDTH - 2 * PAD, 13)]
        if len(rows) > ROWS:
            rows = [*rows[: ROWS - 1], f"{rows[ROWS - 1]} …"]
        shapes.append(_Shape(name, kind_of(step), name, tuple(rows), aim_of(step)))
        lines += [
            _Line(name, way.to, tuple(_wrapped(way.label, _LABEL, 12)))
            for way in arrows(flow, step)
        ]
    back = backward([shape.key for shape in shapes], [line.arc for line in lines])
    for at, line in enumerate(lines):
        if line.arc in back:
            ghost = _Shape(f"again {at}", "again", f"↑ {line.target}")
            shapes.append(ghost)
            lines[at] = attrs.evolve(line, target=ghost.key)
    return shapes, lines


def _box(shape: _Shape, spot: Spot) -> str:
    box = shape.box
    left, middle = spot.x - box.width / 2, spot.y + box.height / 2
    fill, line = COLOURS.get(shape.kind, ("#ffffff", "#a1a1aa"))
    if shape.kind in ("entry", "again"):
        dashed = ' stroke-dasharray="4 3"' if shape.kind == "again" else ""
        ink = "#ffffff" if shape.kind == "entry" else QUIET
        return (
            _rect(left, spot.y, box, fill, line, round_=box.height / 2, more=dashed)
            + f'<text x="{_n(spot.x)}" y="{_n(middle + 4.5)}" text-anchor="middle" '
            f'font-size="12.5" fill="{ink}">{escape(shape.title)}</text>'
        )
    y = spot.y + PAD + 12
    parts = [
        _rect(left, spot.y, box, fill, line, round_=9),
        _text(left + PAD, y, shape.title, line, 'font-size="12.5" font-weight="700"'),
    ]
    for row in shape.rows:
        y += LINE
        parts.append(_text(left + PAD, y, row, INK, 'font-size="13"'))
    if shape.aim:
        parts.append(_text(left + PAD, y + LINE + 5, shape.aim, line, 'font-size="12.5"'))
    return "".join(parts)


def _rect(
    x: float, y: float, box: Box, fill: str, line: str, *, round_: float, more: str = ""
) -> str:
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(box.width)}" height="{_n(box.height)}" '
        f'rx="{_n(round_)}" fill="{fill}" stroke="{line}" stroke-width="1.5"{more}/>'
    )


def _text(x: float, y: float, text: str, ink: str, how: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="{ink}" {how}>{escape(text)}</text>'


def _arrow(route: Route) -> str:
    (x, y), *rest = route.points
    path = [f"M{_n(x)} {_n(y)}"]
    for to_x, to_y in rest:
        if abs(to_x - x) < 0.05:
            path.append(f"L{_n(to_x)} {_n(to_y)}")
        else:
            half = (y + to_y) / 2
            path.append(f"C{_n(x)} {_n(half)} {_n(to_x)} {_n(half)} {_n(to_x)} {_n(to_y)}")
        x, y = to_x, to_y
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="#8e8e96" stroke-width="1.5" '
        'marker-end="url(#tip)"/>'
    )


def _label(line: _Line, route: Route) -> str:
    arc, (x, y) = line.arc, route.label
    if not line.rows:
        return ""
    top = y - arc.height / 2
    room = Box("", arc.width, arc.height)
    parts = [_rect(x - arc.width / 2, top, room, "#ffffff", "none", round_=6)]
    for number, row in enumerate(line.rows):
        how = 'font-size="12" text-anchor="middle"'
        parts.append(_text(x, top + 14 + 16 * number, row, INK, how))
    return "".join(parts)


def _legend(y: float) -> Iterator[str]:
    x = MARGIN
    for kind, words in LEGEND.items():
        fill, line = COLOURS[kind]
        yield _rect(x, y, Box("", 16, 16), fill, line, round_=4)
        yield _text(x + 23, y + 12.5, words, QUIET, 'font-size="12"') + "\n"
        x += _width(words, 12) + 52


def _wrapped(text: str, limit: float, size: float) -> list[str]:
    """Break a text into rows that are not wider than the limit; a long word is broken too."""
    rows: list[str] = []
    row = ""
    for word in text.split():
        longer = f"{row} {word}" if row else word
        if _width(longer, size) <= limit:
            row = longer
            continue
        rows += [row] if row else []
        row = word
        while _width(row, size) > limit:
            fits = next(
                n for n in range(len(row), 0, -1) if n == 1 or _width(row[:n], size) <= limit
            )
            rows.append(row[:fits])
            row = row[fits:]
    return [*rows, row] if row else rows


def _width(text: str, size: float) -> float:
    """Return about how wide a text will be; no font is asked, so rather too wide."""
    return sum(_em(letter) for letter in text) * size


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in "iljt.,:;!|'()[] ":
        return 0.36
    return 0.78 if letter in "mwMW@%" else 0.66 if letter.isupper() else 0.58


def _n(number: float) -> str:
    """Return a number with at most one digit behind the point, the same everywhere."""
    return f"{number:.1f}".removesuffix(".0")
