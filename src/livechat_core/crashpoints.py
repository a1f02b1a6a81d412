"""Named places at which a test may end the process, to prove that nothing is lost there (G1).

A place costs one look at a global. Nothing but a test installs a hook.
"""

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def here(name: str) -> None:
    """Tell the hook, if there is one, that the process has come to this place."""
    if _hook is not None:
        _hook(name)


def install(hook: Callable[[str], None] | None) -> None:
    """Call ``hook`` with the name of every place passed from now on; none ends it."""
    global _hook  # noqa: PLW0603 - the one switch of the whole process
    _hook = hook
