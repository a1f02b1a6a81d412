"""Reading Markdown pages: their code blocks and their links."""

import itertools
import re
from collections.abc import Iterator

import attrs

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})\s*(?P<language>[\w+-]*)")
NOT_RUN = re.compile(r"^\s*<!-- not run: \S.* -->\s*$")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PYTHON = frozenset({"python", "py", "python3"})
SHELL = frozenset({"", "bash", "console", "sh", "shell", "text"})


@attrs.frozen
class Block:
    """One fenced block; `start` counts the page's lines before its first."""

    language: str
    lines: tuple[str, ...]
    start: int
    run: bool


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    lines, number = text.splitlines(), 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        if not opening:
            number += 1
            continue
        start = number + 1
        number = next(
            (n for n in range(start, len(lines)) if closes(lines[n], opening)), len(lines)
        )
        inside = tuple(line.removeprefix(opening["indent"]) for line in lines[start:number])
        above = next((line for line in reversed(lines[: start - 1]) if line.strip()), "")
        yield Block(opening["language"], inside, start, NOT_RUN.match(above) is None)
        number += 1


def closes(line: str, opening: re.Match[str]) -> bool:
    """Tell whether a line ends the block that this fence began."""
    return line.strip().startswith(opening["fence"]) and not line.strip().strip("`~")


def program(text: str) -> str:
    """Return a page's Python blocks as one program, each line at the number it has in the page."""
    lines: list[str] = []
    for block in blocks(text):
        if block.language in PYTHON and block.run:
            lines += [""] * (block.start - len(lines))
            lines += block.lines
    return "\n".join(lines)


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield tool and verb of every `livechat` or `dev.py` command in a page's blocks."""
    for block in blocks(text):
        if block.language in SHELL:
            for line in block.lines:
                words = line.strip().removeprefix("$ ").split()
                for tool, verb in itertools.pairwise(words):
                    if tool in ("livechat", "dev.py") and not verb.startswith("-"):
                        yield tool, verb


def links(text: str) -> Iterator[str]:
    """Yield the targets of a page's links that point to files of the project."""
    for target in LINK.findall(text):
        path = target.partition("#")[0]
        if path and ":" not in path:
            yield path
