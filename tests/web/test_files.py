"""The front ends as files: small, typed, and with nothing that a strict content policy forbids."""

import gzip
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.web.fake_server import DEMO, DEMO_PAGES, WEB

BUDGET = 15_000
IMPORT = re.compile(r'^import [^"]*"\./([\w.]+)"', re.MULTILINE)
OURS = [DEMO / f"{name}.html" for name in DEMO_PAGES.values()]
FORBIDDEN = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|innerHTML|outerHTML"
    r"|insertAdjacentHTML|document\.write|\beval\(|new Function"
)
TYPES = {
    "compilerOptions": {
        "noEmit": True,
        "allowJs": True,
        "checkJs": True,
        "strict": True,
        # Values come from the wire and fields begin empty: annotations say what is worth saying.
        "noImplicitAny": False,
        "strictNullChecks": False,
        "useUnknownInCatchVariables": False,
        "target": "esnext",
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["esnext", "dom", "dom.iterable"],
        "types": [],
    },
    "files": [str(WEB / "types.d.ts"), *map(str, sorted(WEB.glob("*.js")))],
}


def loaded(name: str) -> set[str]:
    """Return a module with everything that it imports at once."""
    found, left = set[str](), [name]
    while left:
        module = left.pop()
        if module not in found:
            found.add(module)
            left += IMPORT.findall((WEB / module).read_text(encoding="utf-8"))
    return found


def sources() -> Iterator[Path]:
    yield from WEB.glob("*.js")
    yield from WEB.glob("*.html")
    yield from OURS


def test_what_the_widget_loads_fits_into_15_kilobytes() -> None:
    sizes = {name: len(gzip.compress((WEB / name).read_bytes(), 9)) for name in loaded("widget.js")}

    assert sum(sizes.values()) <= BUDGET, sizes


def test_every_module_that_is_named_is_there() -> None:
    for name in ("widget.js", "console.js", "team.js", "stream.js"):
        assert loaded(name) <= {path.name for path in WEB.glob("*.js")}


@pytest.mark.parametrize("path", sorted(sources()), ids=lambda path: path.name)
def test_nothing_needs_more_than_a_strict_content_policy_A37(path: Path) -> None:
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.slow
def test_the_types_are_right(npm: Callable[[str], Path], tmp_path: Path) -> None:
    compiler = npm("typescript@5.9.3") / "bin" / "tsc"
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps(TYPES))

    checked = subprocess.run(
        ["node", compiler, "-p", config], capture_output=True, text=True, timeout=120, check=False
    )

    assert checked.stdout == ""
    assert checked.returncode == 0
