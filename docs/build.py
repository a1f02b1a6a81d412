"""Write the pages of docs/reference/ that are made from the code.

    python3 dev.py docs            write what has changed
    python3 dev.py docs --check    only say what would change

A page is a function that returns Markdown and stands in PAGES. A house test fails while a written
page differs from what its function returns.
"""

import argparse
import enum
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from livechat_core import access, codec, hookspecs, rules, settings, streams, tables

REFERENCE = Path(__file__).parent / "reference"
HEAD = "<!-- Made by docs/build.py from the code: do not edit, run `python3 dev.py docs`. -->\n"


def paragraphs(*parts: str) -> str:
    """Join parts of a page."""
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def docstring(thing: object) -> tuple[str, dict[str, str]]:
    """Return a docstring's prose as Markdown, and what its section Args says about each name."""
    prose, _, section = (inspect.getdoc(thing) or "").replace("``", "`").partition("\nArgs:\n")
    meanings: dict[str, str] = {}
    for line in section.split("\n\n")[0].splitlines():
        name, colon, meaning = line.strip().partition(": ")
        if colon and line.startswith("    ") and not line.startswith("     "):
            meanings[name] = meaning
        elif meanings:
            meanings[[*meanings][-1]] += f" {line.strip()}"
    return prose.strip(), meanings


def short(annotation: str) -> str:
    """Return an annotation without the modules of its names."""
    return re.sub(r"\b[a-z_]+\.", "", annotation)


def cell(text: str) -> str:
    """Return text that may stand in a table."""
    return text.replace("|", "\\|")


# --- hooks -----------------------------------------------------------------------------------


def hooks_page() -> str:
    """Return the page of plugin hooks."""
    found = inspect.getmembers(hookspecs, inspect.isfunction)
    entries = [hook_entry(name, hook) for name, hook in found if name.startswith("livechat_")]
    return paragraphs("# Plugin hooks", docstring(hookspecs)[0], *entries)


def hook_entry(name: str, hook: Callable[..., object]) -> str:
    """Return the entry of one hook: its exact arguments, and what it is for."""
    signature = short(str(inspect.signature(hook)))
    options = getattr(hook, f"{hookspecs.PROJECT}_spec")
    asked = "The first answer counts." if options["firstresult"] else "All answers are joined."
    prose, meanings = docstring(hook)
    arguments = "\n".join(f"- `{argument}`: {meaning}" for argument, meaning in meanings.items())
    code = f"```text\n{name}{signature}\n```"
    return paragraphs(f"## {name}", code, f"{prose} {asked}", arguments)


# --- settings --------------------------------------------------------------------------------


def settings_page() -> str:
    """Return the page of everything that can be set, class by class."""
    entries = [settings_entry(kind) for kind in classes_below(settings.Settings)]
    return paragraphs("# Settings", docstring(settings)[0], *entries)


def classes_below(kind: type) -> Iterator[type]:
    """Yield a settings class and then those that its fields hold, each once."""
    todo, seen = [kind], set()
    while todo:
        current = todo.pop(0)
        if current not in seen:
            seen.add(current)
            yield current
            attrs.resolve_types(current)
            for field in attrs.fields(current):
                todo += [part for part in parts_of(field.type) if attrs.has(part)]


def parts_of(annotation: object) -> Iterator[type]:
    """Yield the classes that an annotation such as `dict[str, Queue] | None` is built of."""
    inner = getattr(annotation, "__args__", ())
    if isinstance(annotation, type) and not inner:
        yield annotation
    for part in inner:
        yield from parts_of(part)


def settings_entry(kind: type) -> str:
    """Return the table of one class of settings."""
    prose, meanings = docstring(kind)
    rows = ["| Name | Type | Default | Meaning |", "| --- | --- | --- | --- |"]
    for field in attrs.fields(kind):
        written = cell(short(inspect.formatannotation(field.type)))
        meaning = cell(meanings.get(field.name, ""))
        rows.append(f"| `{field.name}` | `{written}` | {default_of(field)} | {meaning} |")
    return paragraphs(f"## {kind.__name__}", prose, "\n".join(rows))


def default_of(field: "attrs.Attribute[object]") -> str:
    """Return a field's default as a reader would write it."""
    default = field.default
    if default is attrs.NOTHING:
        return "(must be given)"
    if hasattr(default, "factory"):
        return "(empty)" if default.factory in (dict, list, set) else "(its defaults)"
    return cell(f"`{readable(default)}`")


def readable(value: object) -> str:
    """Return a value as text, durations in seconds: no other number here reaches a million."""
    if isinstance(value, tuple | frozenset) and value:
        parts = map(readable, value)
        return ", ".join(parts if isinstance(value, tuple) else sorted(parts))
    if isinstance(value, int) and value >= rules.SECOND:
        return f"{value / rules.SECOND:g} s"
    if isinstance(value, enum.Enum | Path):
        value = value.value if isinstance(value, enum.Enum) else str(value)
    return repr(value)


# --- state machines --------------------------------------------------------------------------


def states_page() -> str:
    """Return the page of all state machines: theory, diagram, events with their audience."""
    intro = (
        "# State machines\n\nOne section for each kind of stream, drawn from the tables that the "
        "code decides by. A note beside a phase names the events that leave it as it is."
    )
    return paragraphs(intro, *(states_entry(decider) for decider in codec.DECIDERS))


def states_entry(decider: "streams.Decider[Any, Any, Any]") -> str:
    """Return the section of one state machine."""
    module = importlib.import_module(f"livechat_core.{decider.kind}")
    told, _, theory = (inspect.getdoc(module) or "").partition("\n\n")
    rows = ["| Event | Who may see it | What happened |", "| --- | --- | --- |"]
    rows += [
        f"| `{event.__name__}` | {event.audience} | {cell(docstring(event)[0].splitlines()[0])} |"
        for event in decider.events
    ]
    diagram = f"```mermaid\n{tables.diagram(decider)}```"
    heading = f"## {decider.kind}\n\n{told}"
    return paragraphs(heading, diagram, "\n".join(rows), f"```text\n{theory}\n```")


# --- methods ---------------------------------------------------------------------------------


def methods_page() -> str:
    """Return the page of all methods of the wire protocol, from the registry."""
    intro = (
        "# Methods\n\nEvery command and query of the [wire protocol](protocol.md), with who may "
        "use it. Commands also take `id`, the client-made id, and `stream` unless they begin one."
    )
    commands = ["## Commands", *map(method_entry, access.COMMANDS.values())]
    rows = ["| Query | Roles |", "| --- | --- |"]
    rows += [f"| `{query.method}` | {roles_of(query)} |" for query in access.QUERIES.values()]
    return paragraphs(intro, *commands, "## Queries", "\n".join(rows))


def method_entry(entry: access.Access) -> str:
    """Return the section of one command: what it does, who may, and its fields."""
    command: Any = entry.command
    prose, _ = docstring(command)
    rows = ["| Field | Type | Needed |", "| --- | --- | --- |"]
    rows += [
        f"| `{name}` | `{cell(short(inspect.formatannotation(field.type)))}` | "
        f"{'yes' if field.required else 'no'} |"
        for name, field in codec.schema(command).items()
    ]
    told = f"{prose.splitlines()[0]} For {roles_of(entry)}."
    return paragraphs(f"### {entry.method}", told, "\n".join(rows) if len(rows) > 2 else "")


def roles_of(entry: access.Access) -> str:
    """Return the roles of a registry line in words."""
    return ", ".join(sorted(map(str, entry.roles)))


# --- the pages -------------------------------------------------------------------------------

PAGES: dict[str, Callable[[], str]] = {
    "hooks.md": hooks_page,
    "methods.md": methods_page,
    "settings.md": settings_page,
    "states.md": states_page,
}


def stale() -> list[Path]:
    """Return the written pages that differ from what the code says."""
    return [path for path, text in pages() if not path.exists() or path.read_text("utf-8") != text]


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every generated page: where it lies, and its text."""
    for name, page in PAGES.items():
        yield REFERENCE / name, HEAD + page()


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description="Write the generated pages of docs/reference/.")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    check = parser.parse_args().check
    changed = stale()
    for path, text in pages():
        if path in changed:
            print(f"{'stale' if check else 'written'}: {path.relative_to(REFERENCE.parent.parent)}")
            if not check:
                path.write_text(text, encoding="utf-8")
    return 1 if changed and check else 0


if __name__ == "__main__":
    sys.exit(main())
