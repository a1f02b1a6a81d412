"""The project's own files, as the house rules read them."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
MADE_HERE = frozenset({"build", "dist", "node_modules", "__pycache__"})
HIDDEN_BUT_OURS = frozenset({".ci", ".github"})


def files(*suffixes: str, below: Path = ROOT) -> Iterator[Path]:
    """Yield the files with one of these suffixes (all if none is named), but no caches."""
    for folder, inside, names in os.walk(below):
        inside[:] = sorted(
            name
            for name in inside
            if name in HIDDEN_BUT_OURS
            or not (name.startswith(".") or name in MADE_HERE or name.endswith(".egg-info"))
        )
        for name in sorted(names):
            if not suffixes or Path(name).suffix in suffixes:
                yield Path(folder, name)
