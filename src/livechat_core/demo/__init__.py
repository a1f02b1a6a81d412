"""The demo, with local stand-ins for the outside systems: Slack, a mail server, an ERM's pages."""
