"""Where a request comes from, as the browser says, and what that is good for (A26, A28).

Cookies count only for the host's own pages. Pages of other sites that embed the chat carry the
visitor's token in a header or in the first frame; all other pages are turned away.
"""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from livechat_core import Rules


class Origin(StrEnum):
    """Whose page asks.

    OWN: the host's. SITE: a site's that embeds the chat. NONE: no page at all, or one of the host's
    that need not say so. FOREIGN: anybody else's.
    """

    OWN = "own"
    SITE = "site"
    NONE = "none"
    FOREIGN = "foreign"


class Origins:
    """The origins that a desk knows.

    Args:
        rules: The public address, and sites with their origins, which may change at run time.
    """

    def __init__(self, rules: Rules) -> None:
        self._own = _origin(rules.public_url)
        self._sites = rules.sites

    def of(self, headers: Mapping[str, str]) -> Origin:
        """Return whose page sent a request with these headers."""
        origin = headers.get("Origin")
        if origin is None:
            # Browsers leave it out where a page loads or gets something of its own origin.
            asked = headers.get("Sec-Fetch-Site", "none")
            return Origin.NONE if asked in ("none", "same-origin") else Origin.FOREIGN
        origin = origin.lower()
        # Behind a proxy the scheme may be another one inside than outside, so the host decides.
        if origin == self._own or urlsplit(origin).netloc == headers.get("Host", "").lower() != "":
            return Origin.OWN
        known = (_origin(one) for site in self._sites.values() for one in site.origins)
        return Origin.SITE if origin in known else Origin.FOREIGN


def _origin(address: str) -> str:
    parts = urlsplit(address.lower())
    return f"{parts.scheme}://{parts.netloc}"
