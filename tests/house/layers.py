"""The layer picture of CONTRIBUTING.md as data: which module may import what."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath

import attrs

PACKAGE = "livechat_core"

LAYERS: tuple[tuple[str, ...], ...] = (
    ("streams", "errors", "rules", "hours", "tables", "text", "words", "filetypes", "forms"),
    (
        *("visit", "conversation", "presence", "enquiry", "contact"),
        *("job", "ban", "record", "process", "erasure"),
    ),
    (
        *("policy", "ranking", "queues", "routing", "replies", "emoji", "figures"),
        *("access", "codec", "flow", "texts"),
    ),
    ("ports", "settings", "crashpoints", "markup"),
    ("hookspecs", "plugins"),
    (
        *("clock", "floor", "index", "blanking", "givens", "overlay", "states"),
        *("repeats", "turns", "feed", "desk", "router", "reports", "mails", "persons"),
        *("worker", "announcing", "bots", "attachments", "timers", "service", "board"),
        *("whispers", "inbox", "marks", "privacy", "pops", "pageviews", "protocol"),
    ),
    ("blocking", "cli"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
PURE = frozenset(name for name, level in LEVEL.items() if level <= 2)
STRANGERS = 1  # the layer whose modules never import each other
ADAPTERS = ("backends", "notifiers")
EDGES = (*ADAPTERS, "transports", "web", "testing", "demo")

# Only what has no clock, no randomness, no input or output and no state of the process.
PURE_STDLIB = frozenset(
    {
        *("abc", "base64", "binascii", "bisect", "codecs", "collections", "contextlib"),
        *("copy", "datetime"),
        *("decimal", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq", "hmac"),
        *("html", "inspect", "ipaddress", "itertools", "keyword", "math", "operator", "re"),
        *("statistics", "string", "struct", "textwrap", "types", "typing", "unicodedata"),
        "urllib",
    }
)
VALUES = frozenset({"attrs", "typing_extensions"})
OUTSIDE = (
    VALUES,
    VALUES,
    VALUES,
    VALUES,
    VALUES | {"pluggy"},
    VALUES | {"anyio"},
    VALUES | {"anyio"},
)
# Outside systems call us through the transport, but their notifier alone knows what they say.
CALLBACKS = (f"{PACKAGE}.notifiers.slack",)
MSGSPEC = frozenset({"codec", "settings"})
# What the extras of pyproject.toml bring, by import name.
DRIVERS = frozenset(
    {
        *("aiohttp", "coredis", "flask", "flask_sock", "holidays", "httpx2", "jinja2", "jwt"),
        *("maxminddb", "nh3", "opentelemetry", "phonenumbers", "prometheus_client", "psycopg"),
        *("simple_salesforce", "simple_websocket", "slack_sdk"),
    }
)


@attrs.frozen
class Import:
    """One imported thing: `module` as a dotted name, and the name taken out of it, if any."""

    module: str
    name: str
    line: int

    @property
    def root(self) -> str:
        return self.module.partition(".")[0]

    @property
    def place(self) -> str:
        """Return the part of the package: "streams", "backends"; empty for the package itself."""
        return (*self.module.split("."), "")[1]


def is_test_of_pure_layer(path: PurePath) -> bool:
    """Tell whether a test file (relative to tests/) is about a module of layers 0 to 2.

    `conversation/test_offers.py`, `test_conversation.py`, `test_conversation_offers.py` and
    everything under `pure/` are.
    """
    first = path.parts[0].removesuffix(".py").removeprefix("test_")
    return first == "pure" or any(first == name or first.startswith(f"{name}_") for name in PURE)


def exists(folder: Path, dotted: str) -> bool:
    """Tell whether a dotted name is a module below the folder."""
    path = folder.joinpath(*dotted.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def imports(file: Path, folder: Path) -> Iterator[Import]:
    """Yield every import of a file, wherever in it; `folder` is the one that holds the package."""
    parts = file.relative_to(folder).with_suffix("").parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", node.lineno)
        elif isinstance(node, ast.ImportFrom):
            above = parts[: -node.level] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            for alias in node.names:
                deeper = f"{base}.{alias.name}"
                found = exists(folder, deeper)
                yield Import(deeper if found else base, "" if found else alias.name, node.lineno)


def public_names(init: Path) -> frozenset[str]:
    """Return `__all__` of the package, read from its source."""
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return frozenset(ast.literal_eval(node.value))  # type: ignore[attr-defined]
    return frozenset()


def refuse_outside(place: str, found: Import) -> str:
    """Return why a module at this place may not import this foreign module."""
    level = LEVEL.get(place)
    if place in ("testing", "demo"):
        return ""
    if found.root in sys.stdlib_module_names:
        if level is not None and level <= 2 and found.root not in PURE_STDLIB:
            return "layers 0 to 2 import only pure modules of the standard library"
        if found.root == "asyncio" and place not in ("transports", "cli"):
            return "must run on trio too"
        return ""
    if place in ("", "__main__", "web"):
        return "imports nothing foreign"
    if found.root == "nh3":
        return "" if place == "markup" else "only markup knows nh3"
    if found.root == "msgspec":
        return "" if place in MSGSPEC else "only codec and settings know msgspec"
    allowed = OUTSIDE[level] if level is not None else VALUES | {"anyio"} | DRIVERS
    return "" if found.root in allowed else "not among what this layer may import"


def refuse_inside(module: tuple[str, ...], found: Import, public: frozenset[str]) -> str:
    """Return why a module (its parts below the package) may not import this one of ours."""
    place, target = module[0] if module else "", found.place
    if place in ("testing", "demo"):
        return ""
    if place in LEVEL:
        return refuse_core(place, target)
    if place in ADAPTERS:
        return refuse_adapter(module, found)
    if place == "transports":
        own = target == place or is_callback(found)
        return "" if own else refuse_private(found, public)
    if place in ("", "__main__"):
        return "" if target in LEVEL else "only the layers"
    return "imports nothing of ours"


def refuse_core(place: str, target: str) -> str:
    """Apply the numbers of the picture."""
    if target == place or (place == "cli" and target == "demo"):
        return ""
    if target not in LEVEL:
        return "above all layers"
    if LEVEL[target] > LEVEL[place]:
        return f"layer {LEVEL[target]}, above layer {LEVEL[place]}"
    if LEVEL[target] == LEVEL[place] == STRANGERS:
        return "deciders never import each other"
    return ""


def refuse_adapter(module: tuple[str, ...], found: Import) -> str:
    """Let an adapter import layers 0 to 3, hookimpl and its own parts."""
    own = f"{PACKAGE}.{'.'.join(module[:2])}"
    if found.module == own or found.module.startswith(f"{own}."):
        return ""
    if found.name == "hookimpl" or LEVEL.get(found.place, len(LAYERS)) <= 3:
        return ""
    return "an adapter imports layers 0 to 3, hookimpl and its own parts"


def is_callback(found: Import) -> bool:
    """Tell whether a module reads what an outside system sends to a transport."""
    return any(f"{found.module}.".startswith(f"{module}.") for module in CALLBACKS)


def refuse_private(found: Import, public: frozenset[str]) -> str:
    """Let only public names of the package through; some of them are modules."""
    if found.module in {f"{PACKAGE}.{name}" for name in public} and not found.name:
        return ""
    if found.module != PACKAGE:
        return "import public names: from livechat_core import ..."
    return "" if not found.name or found.name in public else f"{found.name} is not a public name"


def private_attributes(file: Path, public: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield uses such as `livechat_core.desk` of names that are not public."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == PACKAGE:
                if attr not in public:
                    yield node.lineno, attr


def faults(folder: Path) -> list[str]:
    """Return every import below `folder`/livechat_core that the picture does not allow."""
    package, found = folder / PACKAGE, []
    public = public_names(package / "__init__.py")
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        place = "" if parts == ("__init__",) else parts[0]
        if place not in LEVEL and place not in (*EDGES, "", "__main__"):
            found.append(f"{file.name}: in no layer of the picture")
            continue
        module = () if place == "" else tuple(part for part in parts if part != "__init__")
        for one in imports(file, folder):
            ours = one.root == PACKAGE
            why = refuse_inside(module, one, public) if ours else refuse_outside(place, one)
            if why:
                found.append(f"{'/'.join(parts)}.py:{one.line}: {one.module} {one.name}: {why}")
        if place == "transports":
            for line, name in private_attributes(file, public):
                found.append(f"{'/'.join(parts)}.py:{line}: livechat_core.{name} is not public")
    return found


def example_faults(examples: Path, public: frozenset[str]) -> list[str]:
    """Return imports of the examples that a user could not write: private names of ours."""
    return [
        f"{file.name}:{one.line}: {one.module} {one.name}: {why}"
        for file in sorted(examples.rglob("*.py"))
        for one in imports(file, examples)
        if one.root == PACKAGE
        and one.place not in ("testing", "transports")
        and (why := refuse_private(one, public))
    ]


def graph(folder: Path) -> dict[str, set[str]]:
    """Return which modules of the layers each of them imports (for a search for circles)."""
    edges: dict[str, set[str]] = {}
    for file in (folder / PACKAGE).rglob("*.py"):
        place = file.relative_to(folder / PACKAGE).with_suffix("").parts[0]
        if place in LEVEL:
            found = {one.place for one in imports(file, folder) if one.root == PACKAGE}
            edges.setdefault(place, set()).update((found & set(LEVEL)) - {place})
    return edges
