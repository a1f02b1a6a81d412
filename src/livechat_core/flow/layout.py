"""Places for the boxes and arrows of a drawing, in layers from the top to the bottom.

The classic way in four steps: each box gets a layer below all that lead to it; an arrow becomes a
chain with one link in every row between, the first of which has room for its label; the rows are
ordered so that few arrows cross; each box moves as near to its neighbours as the row allows.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import attrs

GAP = 22.0
"""Between two boxes of a row."""
ROW_GAP = 24.0
"""Between two rows; every second row belongs to the labels."""
THIN = 10.0
"""Room for an arrow without a label."""
SWEEPS = 24


@attrs.frozen
class Box:
    """Something to place."""

    key: str
    width: float
    height: float


@attrs.frozen
class Arc:
    """An arrow to lead from one box to another, with room for its label."""

    source: str
    target: str
    width: float = 0.0
    height: float = 0.0


@attrs.frozen
class Spot:
    """Where a box is: the middle of its top, and the top of the row below it."""

    x: float
    y: float


@attrs.frozen
class Route:
    """The way of an arrow: its points from box to box, and the middle of its label."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]


@attrs.frozen
class Plan:
    """Where everything is."""

    spots: Mapping[str, Spot]
    routes: tuple[Route, ...]
    width: float
    height: float


@attrs.define(eq=False)
class _Cell:
    """One place in a row: a box, a label, or an arrow that passes by."""

    width: float
    height: float
    rank: int
    heavy: float = 1.0
    x: float = 0.0
    above: list["_Cell"] = attrs.field(factory=list, repr=False)
    below: list["_Cell"] = attrs.field(factory=list, repr=False)
    place: int = 0


def backward(keys: Iterable[str], arcs: Sequence[Arc]) -> frozenset[Arc]:
    """Return the arrows that close a circle, seen from the first boxes; the rest has none."""
    out: dict[str, list[Arc]] = {}
    for arc in arcs:
        out.setdefault(arc.source, []).append(arc)
    back: set[Arc] = set()
    done: set[str] = set()
    for start in keys:
        path: list[str] = []
        todo = [iter([Arc("", start)])]
        while todo:
            for arc in todo[-1]:
                if arc.target in path:
                    back.add(arc)
                elif arc.target not in done:
                    path.append(arc.target)
                    todo.append(iter(out.get(arc.target, ())))
                    break
            else:
                todo.pop()
                done.update(path[-1:])
                del path[-1:]
    return frozenset(back)


def lay_out(boxes: Sequence[Box], arcs: Sequence[Arc]) -> Plan:
    """Return places for these boxes and arrows, which must not go in circles.

    What no arrow joins stands side by side.
    """
    spots: dict[str, Spot] = {}
    routes: dict[int, Route] = {}
    width = height = 0.0
    for part in _parts(boxes, arcs):
        inside = [at for at, arc in enumerate(arcs) if arc.source in part]
        plan = _lay_out([box for box in boxes if box.key in part], [arcs[at] for at in inside])
        left = width + 2 * GAP if spots else 0.0
        spots |= {key: Spot(spot.x + left, spot.y) for key, spot in plan.spots.items()}
        routes |= {
            at: Route(
                tuple((x + left, y) for x, y in route.points),
                (route.label[0] + left, route.label[1]),
            )
            for at, route in zip(inside, plan.routes, strict=True)
        }
        width, height = left + plan.width, max(height, plan.height)
    return Plan(spots, tuple(routes[at] for at in range(len(arcs))), width, height)


def _parts(boxes: Sequence[Box], arcs: Sequence[Arc]) -> list[set[str]]:
    """Return the keys of the boxes, those that arrows join in one set, in their first order."""
    parts = [{box.key} for box in boxes]
    for arc in arcs:
        touched = [part for part in parts if arc.source in part or arc.target in part]
        touched[0].update(*touched[1:])
        parts = [part for part in parts if part is touched[0] or part not in touched]
    return parts


def _lay_out(boxes: Sequence[Box], arcs: Sequence[Arc]) -> Plan:
    ranks = _ranks([box.key for box in boxes], arcs)
    cells = {box.key: _Cell(box.width, box.height, 2 * ranks[box.key]) for box in boxes}
    chains = [_chain(cells[arc.source], cells[arc.target], arc) for arc in arcs]
    rows = _rows([*cells.values(), *(cell for chain in chains for cell in chain)])
    _order(rows)
    _move(rows)
    left = min(cell.x - cell.width / 2 for row in rows for cell in row)
    for cell in (cell for row in rows for cell in row):
        cell.x -= left
    return _plan(cells, arcs, chains, rows)


def _ranks(keys: Sequence[str], arcs: Sequence[Arc]) -> dict[str, int]:
    """Return each box's layer; what nothing leads to stands right above what it leads to."""
    ranks = dict.fromkeys(keys, 0)
    for _ in keys:
        for arc in arcs:
            ranks[arc.target] = max(ranks[arc.target], ranks[arc.source] + 1)
    led = {arc.target for arc in arcs}
    for arc in arcs:
        if arc.source not in led:
            lowest = min(ranks[one.target] for one in arcs if one.source == arc.source)
            ranks[arc.source] = lowest - 1
    return ranks


def _chain(source: _Cell, target: _Cell, arc: Arc) -> list[_Cell]:
    """Return the links of an arrow, one in each row between its ends."""
    label = _Cell(max(arc.width, THIN), arc.height, source.rank + 1)
    between = range(source.rank + 2, target.rank)
    chain = [label, *(_Cell(THIN, 0.0, rank, heavy=6.0) for rank in between)]
    for upper, lower in zip([source, *chain], [*chain, target], strict=True):
        upper.below.append(lower)
        lower.above.append(upper)
    return chain


def _rows(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Return the cells row by row, those that hang together near each other from the start."""
    rows: list[list[_Cell]] = [[] for _ in range(1 + max(cell.rank for cell in cells))]
    seen: set[int] = set()
    todo = [cell for cell in reversed(cells) if not cell.above]
    while todo:
        cell = todo.pop()
        if id(cell) not in seen:
            seen.add(id(cell))
            rows[cell.rank].append(cell)
            todo += reversed(cell.below)
    _count(rows)
    return rows


def _order(rows: list[list[_Cell]]) -> None:
    """Sort each row by its neighbours' places, down and up, and keep the best that was seen."""
    best = [list(row) for row in rows]
    fewest = _crossings(rows)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            if sweep % 4 > 1:
                row.reverse()  # a draw between neighbours goes the other way this time
            row.sort(key=lambda cell: _middle(cell.above if down else cell.below, cell.place))
            _count([row])
        if (crossings := _crossings(rows)) < fewest:
            fewest, best = crossings, [list(row) for row in rows]
    rows[:] = best
    _count(rows)


def _middle(neighbours: Sequence[_Cell], otherwise: float) -> float:
    if not neighbours:
        return otherwise
    return sum(cell.place for cell in neighbours) / len(neighbours)


def _count(rows: Iterable[Sequence[_Cell]]) -> None:
    for row in rows:
        for place, cell in enumerate(row):
            cell.place = place


def _crossings(rows: Iterable[Sequence[_Cell]]) -> int:
    found = 0
    for row in rows:
        seen: list[int] = []
        for cell in row:
            ends = [lower.place for lower in cell.below]
            found += sum(other > end for end in ends for other in seen)
            seen += ends
    return found


def _move(rows: Sequence[Sequence[_Cell]]) -> None:
    """Move each row towards the rows above and below it, until it hardly moves any more."""
    for row in rows:
        _settle(row, [0.0] * len(row))
    for sweep in range(2 * SWEEPS + 1):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            _settle(row, [_wish(cell, cell.above if down else cell.below) for cell in row])


def _wish(cell: _Cell, neighbours: Sequence[_Cell]) -> float:
    if not neighbours:
        return cell.x
    return sum(other.x for other in neighbours) / len(neighbours)


def _settle(row: Sequence[_Cell], wishes: Sequence[float]) -> None:
    """Give each cell the place nearest to its wish at which the row keeps its order and its gaps.

    Without the room that the cells themselves take this is isotonic regression: neighbours whose
    wishes contradict each other are pooled and share their mean (pool adjacent violators).
    """
    offsets = [0.0]
    for cell, following in pairwise(row):
        offsets.append(offsets[-1] + (cell.width + following.width) / 2 + GAP)
    pools: list[tuple[float, float, int]] = []
    for cell, wish, offset in zip(row, wishes, offsets, strict=True):
        mean, weight, count = wish - offset, cell.heavy, 1
        while pools and pools[-1][0] > mean:
            other, heavy, more = pools.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + more
        pools.append((mean, weight, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    for cell, mean, offset in zip(row, means, offsets, strict=True):
        cell.x = mean + offset


def _plan(
    cells: Mapping[str, _Cell],
    arcs: Sequence[Arc],
    chains: Sequence[Sequence[_Cell]],
    rows: Sequence[Sequence[_Cell]],
) -> Plan:
    tops, y = [], 0.0
    for row in rows:
        tops.append(y)
        y += max(cell.height for cell in row) + ROW_GAP
    routes = []
    for arc, chain in zip(arcs, chains, strict=True):
        source, target = cells[arc.source], cells[arc.target]
        x, top = _port(source, source.below, chain[0]), tops[source.rank]
        # Straight down first: beside a low box there may be a high one.
        points = [(x, top + source.height), (x, tops[source.rank + 1] - ROW_GAP)]
        for cell in chain:
            deep = tops[cell.rank + 1] - ROW_GAP
            points += [(cell.x, tops[cell.rank]), (cell.x, deep)]
        points.append((_port(target, target.above, chain[-1]), tops[target.rank]))
        first = chain[0]
        routes.append(Route(tuple(points), (first.x, tops[first.rank] + first.height / 2)))
    spots = {key: Spot(cell.x, tops[cell.rank]) for key, cell in cells.items()}
    width = max(cell.x + cell.width / 2 for row in rows for cell in row)
    return Plan(spots, tuple(routes), width, y - ROW_GAP)


def _port(cell: _Cell, links: Sequence[_Cell], link: _Cell) -> float:
    """Return where on its edge a box meets this one of its arrows: side by side, in their order."""
    ordered = sorted(links, key=lambda one: one.x)
    step = min(36.0, (cell.width - 30) / max(1, len(ordered) - 1))
    at = next(number for number, one in enumerate(ordered) if one is link)
    return cell.x + (at - (len(ordered) - 1) / 2) * step
