"""Draw mutants of the rules, and count how many the pure tests kill.

    python3 dev.py mutants [--sample 500] [--seed 1] [--only policy,routing/need.py] [--workers 2]

It ends with 0 if at least nine of ten are killed and each survivor has a reason in survivors.toml.
"""

import argparse
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from harness import table

from .population import Mutant, Place, draw, part_of, population
from .trial import Trial, copy, trials, whole

ROOT = Path(__file__).parents[2]
REASONS = Path(__file__).with_name("survivors.toml")
WANTED = 0.9


def asked() -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="dev.py mutants", description="Try mutants of the rules.")
    parser.add_argument("--sample", type=int, default=500, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1, help="what the draw begins with")
    parser.add_argument("--only", default="", help="parts or files, such as policy,routing/need.py")
    parser.add_argument("--workers", type=int, default=2, help="how many are tried at once")
    return parser.parse_args()


def reasons() -> dict[tuple[str, str, str], str]:
    """Return why known survivors may survive."""
    rows = tomllib.loads(REASONS.read_text(encoding="utf-8")).get("survivor", ())
    return {(row["path"], row["old"], row["new"]): row["reason"] for row in rows}


def figures(drawn: Sequence[Trial], everything: Sequence[Place]) -> str:
    """Return the table of parts, and of all together."""
    rows = []
    for part in [*dict.fromkeys(part_of(place.path) for place in everything), "all"]:
        there = [one for one in everything if part in (part_of(one.path), "all")]
        tried = [one.killed for one in drawn if part in (part_of(one.mutant.path), "all")]
        share = f"{sum(tried) / len(tried):.1%}" if tried else "-"
        survived = len(tried) - sum(tried)
        rows.append((part, *map(str, (len(there), len(tried), sum(tried), survived)), share))
    return table(("part", "population", "sample", "killed", "survived", "share"), rows)


def told(mutant: Mutant, reason: str) -> str:
    """Return a survivor as it stands in survivors.toml."""
    return (
        f"# line {mutant.line}\n[[survivor]]\npath = {mutant.path!r}\n"
        f"old = '''{mutant.old}'''\nnew = '''{mutant.new}'''\nreason = {reason!r}\n"
    )


def main() -> int:
    """Draw, try, tell."""
    wanted, begun = asked(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="livechat-mutants-") as place:
        kept = copy(ROOT, Path(place, "kept"))
        folders = [copy(kept, Path(place, f"copy{turn}")) for turn in range(wanted.workers)]
        everything = population(kept, tuple(wanted.only.split(",")))
        drawn = draw(everything, wanted.sample, wanted.seed)
        print(
            f"seed {wanted.seed}, population {len(everything)}, sample {len(drawn)}\n", flush=True
        )
        parts = sorted({part_of(mutant.path) for mutant in drawn})
        seconds = {part: whole(folders, part) for part in parts}
        done, without, known = [], 0, reasons()
        for one in trials(kept, folders, drawn, seconds):
            done.append(one)
            if len(done) % 50 == 0:
                print(f"{len(done)} of {len(drawn)}", file=sys.stderr)
            if not one.killed:
                reason = known.get(one.mutant[:3], "")
                without += not reason
                print(told(one.mutant, reason), flush=True)
    print(figures(done, everything))
    print(f"{time.monotonic() - begun:.0f} s; {without} survivors without a reason")
    killed = sum(one.killed for one in done)
    return 0 if killed >= WANTED * len(done) and not without else 1


raise SystemExit(main())
