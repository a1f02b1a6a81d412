"""The command `livechat`: the demo, a look at a desk's surroundings, its journal live, bots."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from ..errors import ConfigurationError, LivechatError
from . import bot, doctor, tail

HINTS = {
    "database_encoding": "make the database anew with ENCODING 'UTF8'",
    "folder_foreign": "there are other files in it; name a new folder with --data",
    "folder_in_use": "another demo is running there; name another folder with --data",
    "missing_extra": "install what is named there",
    "postgres_too_old": "take a newer server",
    "port_in_use": "name another port with --port",
    "schema_newer": "a newer version of livechat_core has written it",
    "store_address": "write it as postgresql://user@host/database?schema=name",
    "secret_readable_by_others": "take the rights from others: chmod 600",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for a problem, 2 for a wrong use."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _leave_quietly()
    except (LivechatError, BaseExceptionGroup) as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        hint = HINTS.get(refusal.code)
        print(f"livechat: {refusal}" + (f": {hint}" if hint else ""), file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="livechat", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = verbs.add_parser("demo", help="serve the demo on this computer")
    demo.add_argument("--port", type=int, default=8765, help="0 takes a spare one")
    demo.add_argument("--data", type=Path, default=Path("livechat-demo"), metavar="DIR")
    demo.add_argument("--no-browser", action="store_true")
    demo.add_argument("--settings", type=Path, metavar="FILE", help="laid over the demo's own")
    demo.set_defaults(run=_demo)

    asked = verbs.add_parser("doctor", help="look whether a desk can run with these settings")
    asked.add_argument("--settings", type=Path, required=True, metavar="FILE")
    asked.add_argument("--callback", metavar="URL", help="where Slack sends presses of buttons")
    asked.set_defaults(run=doctor.run)

    listed = verbs.add_parser("plugins", help="list what is loaded, and what failed and why")
    listed.set_defaults(run=doctor.list_plugins)

    watched = verbs.add_parser("tail", help="watch the journal of a desk live")
    where = watched.add_mutually_exclusive_group(required=True)
    where.add_argument("--settings", type=Path, metavar="FILE")
    where.add_argument("--store", metavar="URL", help="such as sqlite:///chat.db")
    until = watched.add_mutually_exclusive_group()
    until.add_argument("--once", action="store_true", help="show what is there and end")
    until.add_argument("--follow", action="store_true", help="go on for ever (the default)")
    watched.add_argument("--after", type=int, metavar="POSITION", help="begin behind it")
    watched.add_argument("--data", action="store_true", help="show personal data too")
    watched.set_defaults(run=tail.run)

    bot.add(verbs)
    return parser


def _demo(options: argparse.Namespace) -> int:
    try:
        from ..demo import app
    except ImportError as error:
        install = 'pip install "livechat-core[demo]"'
        raise ConfigurationError("missing_extra", extra="demo", install=install) from error
    app.run(
        app.Options(
            port=options.port,
            data=options.data,
            browser=not options.no_browser,
            settings=options.settings,
        )
    )
    return 0


def _refusal(error: BaseException) -> LivechatError | None:
    """Return the one error of ours that is in it; else it is a bug, to be shown whole."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error if isinstance(error, LivechatError) else None


def _leave_quietly() -> NoReturn:
    """End after the reader of our output has gone, as other commands do."""
    sys.stderr.close()
    raise SystemExit(141)
