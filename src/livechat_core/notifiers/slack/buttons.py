"""The ids of our buttons, as Slack sends them back."""

CLAIM = "livechat_claim"
OPEN = "livechat_open"
