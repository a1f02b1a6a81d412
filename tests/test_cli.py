"""The command `livechat`, against real stores, a real mail host, a local Slack and a real desk."""

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path

import anyio
import pytest

from livechat_core import BlockingDesk, Desk, Plugins, settings, visit
from livechat_core.cli import doctor, main
from livechat_core.demo.mail_server import MailServer
from tests.demo.outside import SECRET, TOKEN, running_slack
from tests.transports.served import serving

Cli = Callable[..., tuple[int, str, str]]
SECRET_PAGE = "https://shop.example/a-page-that-tells-a-lot"  # noqa: S105
GOOD = """
[desk]
store = "sqlite:///chat.db"
[sites.shop]
name = "Shop"
[staff.ana]
name = "Ana"
[[notifiers]]
notifier = "team"
[erm]
path = "erm.db"
"""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the command in this process; gives its status and what it has written to both outputs."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        status = main(list(map(str, arguments)))
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a settings file of a desk with everything inside."""
    path = tmp_path / "desk.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def desk(file: Path) -> Iterator[BlockingDesk]:
    with BlockingDesk(lambda: Desk(settings.load(file), Plugins(entry_points=False))) as desk:
        yield desk


def arrive(desk: BlockingDesk, name: str) -> None:
    page = visit.Page(site="shop", url=SECRET_PAGE, title="Shop")
    desk.dispatch(f"visit/{name}", visit.Arrive(page=page))


# --- the command itself -----------------------------------------------------------------------


def test_wrong_use_is_explained(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["fly"], ["tail"], ["doctor"], ["demo", "--port", "x"]):
        with pytest.raises(SystemExit, match="2"):
            cli(*arguments)
        assert "usage: livechat" in capsys.readouterr().err


def test_an_error_is_one_line_with_code_and_facts(cli: Cli, tmp_path: Path) -> None:
    status, written, complaint = cli("doctor", "--settings", tmp_path / "none.toml")

    assert (status, written) == (1, "")
    assert complaint.startswith("livechat: settings_unreadable (path=")
    assert complaint.count("\n") == 1


def test_the_demo_without_its_parts_says_what_to_install(tmp_path: Path) -> None:
    program = "import sys; sys.modules['aiosmtpd'] = None; from livechat_core.cli import main; "
    command = f"sys.exit(main(['demo', '--no-browser', '--data', {str(tmp_path / 'data')!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", program + command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert 'pip install "livechat-core[demo]"' in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_bug_is_shown_whole(cli: Cli, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "load", fail)
    with pytest.raises(ZeroDivisionError):
        cli("doctor", "--settings", file)


# --- tail -------------------------------------------------------------------------------------


def test_tail_shows_each_event_on_a_line(cli: Cli, desk: BlockingDesk, tmp_path: Path) -> None:
    arrive(desk, "one")
    arrive(desk, "two")
    store = f"sqlite:///{tmp_path}/chat.db"
    status, written, complaint = cli("tail", "--store", store, "--once")

    assert (status, complaint) == (0, "")
    lines = written.splitlines()
    pattern = r" *(\d+)  (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)  (\S+)  (\S+)  (\S+)"
    rows = [match.groups() for line in lines if (match := re.fullmatch(pattern, line))]
    assert len(rows) == len(lines) == 3
    assert [int(row[0]) for row in rows] == [1, 2, 3]
    assert rows[1][2:] == ("visit/one", "visit.Arrived", "system:desk")
    assert "a-lot" not in written

    _, after, _ = cli("tail", "--store", store, "--once", "--after", "2")
    assert after.splitlines() == lines[2:]
    _, whole, _ = cli("tail", "--store", store, "--once", "--data")
    assert whole.count(SECRET_PAGE) == 2


def heard() -> None:
    """Let a child be interrupted, also where this process was started in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_tail_follows_the_journal_live(desk: BlockingDesk, file: Path) -> None:
    arrive(desk, "before")
    command = [sys.executable, "-m", "livechat_core", "tail", "--settings", str(file)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heard,  # noqa: PLW1509 - nothing of this process holds a lock in the child
    ) as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        while "visit/before" not in tail.stdout.readline():
            pass
        arrive(desk, "live")
        assert "visit/live" in tail.stdout.readline()
        tail.send_signal(signal.SIGINT)
        assert tail.wait(10) == 130
        assert tail.stderr.read() == ""


def test_tail_makes_no_store(cli: Cli, file: Path, tmp_path: Path) -> None:
    for arguments in (["--settings", file], ["--store", f"sqlite:///{tmp_path}/other.db"]):
        status, _, complaint = cli("tail", *arguments, "--once")
        assert (status, "store_missing" in complaint) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["desk.toml"]

    assert "store_in_memory" in cli("tail", "--store", "memory:")[2]
    assert "unknown_store" in cli("tail", "--store", "paper:")[2]


# --- doctor and plugins -----------------------------------------------------------------------


def told(written: str) -> dict[str, tuple[str, str]]:
    """Return what the doctor says about each part."""
    rows = (line.split(maxsplit=2) for line in written.splitlines())
    return {name: (state, text) for state, name, text in rows}


def test_a_desk_in_good_health(cli: Cli, file: Path, desk: BlockingDesk) -> None:
    arrive(desk, "one")
    status, written, complaint = cli("doctor", "--settings", file)

    found = told(written)
    assert {state for state, _ in found.values()} == {"ok"}, written
    assert (status, complaint) == (0, "")
    assert found["settings"][1] == "1 sites, 1 queues, 1 staff"
    assert re.search(r"opens, schema \d+, 2 events", found["store"][1])
    assert found["erm"][1] == "embedded answers"
    assert set(found) == {"settings", "plugins", "store", "notifiers", "erm"}


def test_a_desk_that_was_never_started(cli: Cli, file: Path, tmp_path: Path) -> None:
    status, written, _ = cli("doctor", "--settings", file)

    assert status == 0
    assert "will be made at the first start" in told(written)["store"][1]
    assert not (tmp_path / "chat.db").exists()


def test_what_is_outside_is_asked(cli: Cli, file: Path, tmp_path: Path) -> None:
    mail = MailServer(tmp_path / "mail")
    mail.start()
    try:
        with running_slack(tmp_path / "slack") as slack:
            file.write_text(
                f"{GOOD}[smtp]\nhost = '127.0.0.1'\nport = {mail.port}\nstarttls = false\n"
                f"[slack]\ntoken = '{TOKEN}'\nchannel = 'C1'\nsigning_secret = 's'\n"
                f"base_url = '{slack.url}api/'\n"
            )
            status, written, _ = cli("doctor", "--settings", file)
            assert status == 0, written
            found = told(written)
            assert found["mail"] == ("ok", f"127.0.0.1:{mail.port} answers 250")
            assert found["slack"][1] == "the token is good for Live chat in Demo workspace"

            file.write_text(file.read_text().replace(TOKEN, "xoxb-wrong"))
            status, written, _ = cli("doctor", "--settings", file)
            assert (status, told(written)["slack"][0]) == (1, "problem")
            assert "invalid_auth" in written
    finally:
        mail.stop()
    status, written, _ = cli("doctor", "--settings", file)
    assert {name for name, (state, _) in told(written).items() if state == "problem"} == {
        "mail",
        "slack",
    }


@pytest.mark.parametrize(
    ("change", "part", "words"),
    [
        ('adapter = "acme"', "erm", "there is no adapter of this name"),
        ("[[notifiers]]\nnotifier = 'pager'", "notifiers", "nobody is there by the name of pager"),
        ("[slack]\ntoken = 'x'", "notifiers", "bad_setting"),
        ("[smtp]\nport = 'x'", "mail", "bad_setting"),
    ],
)
def test_a_problem_is_named_and_the_rest_is_looked_at(
    cli: Cli, file: Path, change: str, part: str, words: str
) -> None:
    file.write_text(f"{GOOD}{change}\n")
    status, written, _ = cli("doctor", "--settings", file)

    found = told(written)
    assert status == 1
    assert found[part][0] == "problem"
    assert words in found[part][1]
    assert found["plugins"][0] == "ok"


def test_a_store_of_a_newer_version_is_a_problem(
    cli: Cli, file: Path, desk: BlockingDesk, tmp_path: Path
) -> None:
    arrive(desk, "one")
    desk.close()
    with closing(sqlite3.connect(tmp_path / "chat.db")) as database:
        database.execute("PRAGMA user_version = 999")
    status, written, _ = cli("doctor", "--settings", file)

    assert status == 1
    assert "schema_newer" in told(written)["store"][1]


def test_a_plugin_that_lacks_an_extra_is_named_with_the_command_to_install_it(
    cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "lacking.py").write_text("import slack_sdk.none_such\n")
    (tmp_path / "broken.py").write_text("import no_such_module_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "slack_sdk", None)
    monkeypatch.setattr("livechat_core.plugins.BUILT_IN", ("lacking", "broken"))
    wanted = ["attrs>=25.1", "slack-sdk>=3.47; extra == 'slack'", 'PyJWT>=2; extra == "jwt"']
    monkeypatch.setattr(metadata, "requires", lambda _: wanted)

    status, written, _ = cli("plugins")
    assert status == 1
    lines = written.splitlines()
    assert any(
        line.startswith("problem  lacking:") and line.endswith('pip install "livechat-core[slack]"')
        for line in lines
    )
    assert any("no_such_module_at_all" in line and "pip" not in line for line in lines)
    assert 'pip install "livechat-core[slack]"' in cli("doctor", "--settings", file)[1]
    assert doctor.extra_of("pyjwt.api") == "jwt"


def test_an_extra_is_not_guessed_where_the_package_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def requires(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    assert doctor.extra_of("slack_sdk") == ""


def test_plugins_lists_what_is_loaded(cli: Cli) -> None:
    status, written, _ = cli("plugins")

    lines = written.splitlines()
    for name in ("backends.sqlite", "backends.erm_sqlite", "notifiers.slack", "notifiers.team"):
        assert f"ok       livechat_core.{name}" in lines
    assert status == (1 if any(line.startswith("problem") for line in lines) else 0)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_callback_of_a_running_desk_is_tried(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    slack = {"token": "x", "channel": "C1", "signing_secret": SECRET, "team": "T1"}
    (tmp_path / "desk").mkdir()
    async with serving(tmp_path / "desk", {"slack": slack}) as desk:

        def ask(secret: str, url: str) -> tuple[str, str]:
            rows = [f"{name} = '{value}'" for name, value in slack.items()]
            text = "\n".join([GOOD, "[slack]", *rows, f"base_url = '{desk.url}/'"])
            file.write_text(text.replace(SECRET, secret))
            command = ["doctor", "--settings", str(file), "--callback", url]
            assert main(command) == 1  # it is no real Slack
            return told(capsys.readouterr().out)["callback"]

        async def look(secret: str, url: str) -> tuple[str, str]:
            return await anyio.to_thread.run_sync(ask, secret, url)

        assert (await look(SECRET, f"{desk.url}/slack"))[0] == "ok"
        assert "another signing secret" in (await look("other", f"{desk.url}/slack"))[1]
        assert "answers 404" in (await look(SECRET, f"{desk.url}/none"))[1]
        assert "no web address" in (await look(SECRET, "file:///etc/passwd"))[1]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://desk:hunter2@db/shop?schema=x", "postgresql://desk:***@db/shop?schema=x"),
        ("postgresql://desk@db/shop", "postgresql://desk@db/shop"),
        ("sqlite:///chat.db", "sqlite:///chat.db"),
    ],
)
def test_no_password_is_shown_A76(address: str, shown: str) -> None:
    assert doctor._without_password(address) == shown
