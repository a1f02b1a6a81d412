"""`livechat bot`: a flow is played in the terminal, checked and drawn (F43)."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from livechat_core.cli import main
from tests.house.files import ROOT

Cli = Callable[..., tuple[int, str, str]]
FLOWS = ROOT / "examples" / "flows"
BAD = """
start = "hello"
person = "persn"
[steps.hello]
say = ""
ends = "close"
[steps.person]
end = "hand_off"
queue = "tax"
"""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run the command in this process; gives its status and both outputs."""

    def run(*arguments: str | Path, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        status = main(["bot", *map(str, arguments)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.toml"
    path.write_text(BAD)
    return path


class TestPlay:
    def test_a_bot_is_talked_to_until_it_ends(self, cli: Cli) -> None:
        """S3-2."""
        status, written, complaint = cli("play", FLOWS / "teachers.toml", typed="2\nyes\n")
        assert (status, complaint) == (0, "")
        assert written.splitlines() == [
            "bot> Hello! I know my way around our pages. What would you like to know?",
            "     1) What do you need from us?",
            "     2) Is it too loud?",
            "     3) Material for lessons",
            "     4) Talk to a person",
            "you> 2",
            (
                "bot> We measure at every show, and ear protection for small ears is in the van, "
                "free of charge."
            ),
            "bot> What we measured: https://drumstory.example/teachers#loud",
            "bot> Did this help?",
            "     1) Yes",
            "     2) No",
            "you> yes",
            "bot> Good to hear. Have a nice day!",
            "--- the chat is closed",
        ]

    def test_what_colleagues_would_learn_is_shown(self, cli: Cli) -> None:
        """S3-3."""
        typed = "Un mariage\n24.12.2027\n"
        options = ("--language", "fr", "--name", "Zoë Li")
        status, written, _ = cli("play", FLOWS / "booking.toml", *options, typed=typed)
        assert status == 0
        assert written.splitlines()[-8:] == [
            "bot> Merci. Je cherche un collègue qui prenne le relais.",
            "--- people take over in booking",
            "    name: Zoë Li",
            "    occasion: A wedding",
            "    date: 24.12.2027",
            "    note: Asked by the booking bot:",
            "          occasion: A wedding",
            "          date: 24.12.2027",
        ]

    def test_nobody_is_there_when_the_desk_is_offline(self, cli: Cli) -> None:
        typed = "human\nz@example.org\n"
        options = ("--available", "offline")
        _, written, _ = cli("play", FLOWS / "booking.toml", *options, typed=typed)
        assert "--- nobody is there\nbot> Nobody from booking is there" in written
        assert "--- the visitor is asked for a message\n    email: z@example.org\n" in written

    def test_all_facts_can_be_given(self, cli: Cli) -> None:
        options = [
            "--question",
            "Can it rain?",
            "--site",
            "a",
            "--queue",
            "b",
            "--email",
            "z@a.example",
        ]
        _, written, _ = cli("play", FLOWS / "rain.toml", *options, typed="yes\n")
        assert "Wooden instruments" in written
        assert written.endswith("--- the chat is closed\n    email: z@a.example\n")
        _, written, _ = cli("play", FLOWS / "night.toml", "--signed-in", typed="DS-1234")
        assert "Good to see you again" in written

    def test_it_ends_well_when_the_input_does(self, cli: Cli) -> None:
        status, written, complaint = cli("play", FLOWS / "teachers.toml", typed="")
        assert (status, complaint) == (0, "")
        assert written.endswith("you> \n--- the visitor has left\n")

    def test_the_installed_command_plays_too(self) -> None:
        command = [sys.executable, "-m", "livechat_core", "bot", "play", str(FLOWS / "rain.toml")]
        done = subprocess.run(
            [*command, "--question", "rain"],
            input="no\nyes\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("you> ") == 2
        assert done.stdout.endswith("--- the chat is closed\n")

    def test_a_bad_flow_is_not_played(self, cli: Cli, bad: Path) -> None:
        status, written, complaint = cli("play", bad)
        assert (status, written) == (1, "")
        assert complaint.count("problem  ") == 4


class TestCheck:
    def test_sound_flows_are_well(self, cli: Cli) -> None:
        status, written, _ = cli("check", *sorted(FLOWS.glob("*.toml")))
        assert status == 0
        assert f"ok       {FLOWS / 'booking.toml'}: 8 steps, en, fr" in written.splitlines()

    def test_all_problems_are_told_with_their_places(self, cli: Cli, bad: Path) -> None:
        status, written, _ = cli("check", FLOWS / "rain.toml", bad)
        assert status == 1
        assert [line.removeprefix(f"problem  {bad}: ") for line in written.splitlines()[1:]] == [
            (
                "steps.hello: no_way_on (none of end, cases, unsolved, choices, ask, to): "
                "The step neither asks, nor goes on, nor ends."
            ),
            (
                "steps.hello.ends: unknown_key (here are say, sorry, links): "
                "There is no such key here."
            ),
            "steps.hello.say: empty_text: There is nothing to read.",
            "person: unknown_step (persn): There is no step of this name.",
        ]

    def test_queues_of_a_desk_count_if_it_is_named(self, cli: Cli, tmp_path: Path) -> None:
        desk = tmp_path / "desk.toml"
        desk.write_text('[queues.support]\nname = "Support"\n')
        status, written, _ = cli("check", FLOWS / "booking.toml", "--settings", desk)
        assert (status, "steps.person.queue: unknown_queue (booking)" in written) == (1, True)
        desk.write_text('[queues.booking]\nname = "Booking"\n')
        assert cli("check", FLOWS / "booking.toml", "--settings", desk)[0] == 0

    def test_a_file_that_cannot_be_read_is_named(self, cli: Cli, tmp_path: Path) -> None:
        status, _, complaint = cli("check", tmp_path / "none.toml")
        assert status == 1
        assert complaint.startswith("livechat: flow_unreadable (path=")


class TestDraw:
    def test_a_flow_is_written_as_mermaid(self, cli: Cli) -> None:
        status, written, _ = cli("draw", FLOWS / "rain.toml")
        assert status == 0
        assert written.startswith("flowchart TD\n")
        assert '    s_rain -->|"Yes"| s_roof' in written.splitlines()

    def test_a_picture_is_written_to_a_file(self, cli: Cli, tmp_path: Path) -> None:
        picture = tmp_path / "rain.svg"
        assert cli("draw", FLOWS / "rain.toml", "--svg", picture) == (0, "", "")
        assert "<title>rain</title>" in picture.read_text(encoding="utf-8")

    def test_what_cannot_be_drawn_or_written_is_said(
        self, cli: Cli, bad: Path, tmp_path: Path
    ) -> None:
        assert cli("draw", bad)[0] == 1
        status, _, complaint = cli("draw", FLOWS / "rain.toml", "--svg", tmp_path / "no" / "a.svg")
        assert (status, "unwritable" in complaint) == (1, True)


def test_wrong_use_is_explained(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["fly"], ["play"], ["play", "a.toml", "--available", "x"]):
        with pytest.raises(SystemExit, match="2"):
            cli(*arguments)
        assert "usage: livechat bot" in capsys.readouterr().err
