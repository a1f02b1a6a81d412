"""All mutants of the rules: which code, and which mistakes.

The mistakes are mutmut's (a call without an argument, another operator, another text, a dropped
case, ...), and conditions turned round. Left out of the population: imports, docstrings,
annotations and names of types, decorators, calls of `assert_never` and cases that are nothing
else, and what classes declare outside their methods (fields with their defaults, members of
enumerations, the audience of an event).
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeAlias

import libcst as cst
from mutmut.mutation.file_mutation import deep_replace
from mutmut.mutation.mutators import mutation_operators

LIBRARY = Path("src", "livechat_core")
PARTS = (
    *("routing", "ranking.py", "queues.py", "hours.py", "policy", "conversation", "presence"),
    *("contact", "visit", "enquiry", "access.py", "flow", "record", "erasure.py", "ban.py"),
    *("figures.py", "replies.py"),
)
"""Files and folders of the library whose mutants are drawn."""

Mistake: TypeAlias = tuple[cst.CSTNode, cst.CSTNode]
"""What is replaced, and what replaces it."""

NOT_MUTATED = (
    cst.Import,
    cst.ImportFrom,
    cst.Annotation,
    cst.Decorator,
    cst.TypeAlias,
)


class Place(NamedTuple):
    """Where one mistake can be made in a file of the library.

    Args:
        path: Of the file, relative to the library.
        module: The whole file.
        node: What is replaced.
        mistake: What replaces it.
    """

    path: str
    module: cst.Module
    node: cst.CSTNode
    mistake: cst.CSTNode


class Mutant(NamedTuple):
    """One file of the library with one mistake.

    Args:
        path: Of the file, relative to the library.
        old: The lines that the mistake changes, without their indent.
        new: What they have become.
        line: Where that is in the file as it was.
        source: The whole file with the mistake.
    """

    path: str
    old: str
    new: str
    line: int
    source: str


def part_of(path: str) -> str:
    """Return the part of the library to which a file belongs."""
    return path.partition("/")[0]


def population(root: Path, only: tuple[str, ...] = ("",)) -> list[Place]:
    """Return all places below a checkout, in the order of the code.

    Args:
        root: The checkout.
        only: What the names of the files begin with.
    """
    library, found = root / LIBRARY, []
    for part in PARTS:
        one = library / part
        for path in [one] if one.is_file() else sorted(one.glob("*.py")):
            name = path.relative_to(library).as_posix()
            if name.startswith(only):
                module = cst.parse_module(path.read_text(encoding="utf-8"))
                found += [Place(name, module, *pair) for pair in mistakes(module)]
    return found


def draw(places: Sequence[Place], size: int, seed: int) -> list[Mutant]:
    """Return so many different mutants, the same ones for the same seed."""
    order = Random(seed).sample(places, len(places))  # noqa: S311 - a draw that can be repeated
    found: dict[tuple[str, str], Mutant] = {}
    for place in order:
        if len(found) == size:
            break
        if mutant := made(place):
            found.setdefault((mutant.path, mutant.source), mutant)
    return list(found.values())


def made(place: Place) -> Mutant | None:
    """Make a mistake; nothing if it changes nothing, or is not Python."""
    changed = deep_replace(place.module, place.node, place.mistake)
    assert isinstance(changed, cst.Module)
    before, after = place.module.code, changed.code
    try:
        compile(after, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return None
    if before == after:
        return None
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))
    old, new = ("\n".join(x[1:].strip() for x in lines[2:] if x[0] == sign) for sign in "-+")
    line = int(re.findall(r"\d+", lines[2])[0])
    return Mutant(place.path, old, new, line, after)


def mistakes(
    node: cst.CSTNode, *, declares: bool = False
) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """Yield each node below this one with each mistake that can be made in it.

    Args:
        node: Where to begin.
        declares: It stands in the body of a class, outside methods.
    """
    if isinstance(node, NOT_MUTATED) or is_alias(node) or is_out_of_reach(node):
        return
    if isinstance(node, cst.FunctionDef):
        declares = False
    if isinstance(node, cst.ClassDef):
        declares = True
    if not declares:
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                yield from (
                    (node, mistake) for mistake in operator(node) if proofs(mistake) == proofs(node)
                )
        yield from ((node, mistake) for mistake in turned_round(node))
    for child in node.children:
        yield from mistakes(child, declares=declares)


def is_alias(node: cst.CSTNode) -> bool:
    """Tell whether a statement only gives a type a name."""
    return (
        isinstance(node, cst.AnnAssign)
        and isinstance(node.annotation.annotation, cst.Name)
        and node.annotation.annotation.value == "TypeAlias"
    )


def is_out_of_reach(node: cst.CSTNode) -> bool:
    """Tell whether mypy proves that a call is never made."""
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and node.func.value == "assert_never"
    )


def proofs(node: cst.CSTNode) -> int:
    """Return how many cases of a `match` are never reached, as mypy proves; each may be dropped."""
    if not isinstance(node, cst.Match):
        return 0
    return sum(
        isinstance(line, cst.SimpleStatementLine)
        and isinstance(line.body[0], cst.Expr)
        and is_out_of_reach(line.body[0].value)
        for case in node.cases
        for line in case.body.body
    )


def turned_round(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield a condition that means the opposite."""
    if isinstance(node, cst.If | cst.While | cst.IfExp | cst.CompIf):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(operator=cst.Not(), expression=test))
