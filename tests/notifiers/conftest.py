"""What the tests of the notifiers share: a local Slack over real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from livechat_core.demo.slack_workspace import CHANNEL_ID, TEAM_ID
from livechat_core.notifiers.slack.notifier import SlackNotifier
from livechat_core.notifiers.slack.settings import SlackSettings
from tests.demo.outside import SECRET, TOKEN, Slack, running_slack


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Slack]:
    with running_slack(tmp_path / "slack") as slack:
        yield slack


@pytest.fixture
def settings(slack: Slack) -> SlackSettings:
    return SlackSettings(
        token=TOKEN,
        signing_secret=SECRET,
        channel=CHANNEL_ID,
        base_url=f"{slack.url}api/",
        team=TEAM_ID,
    )


@pytest.fixture
def notifier(settings: SlackSettings) -> SlackNotifier:
    return SlackNotifier(settings)
