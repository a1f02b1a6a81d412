"""What brought a visitor: campaign parameters and the page before, and nothing else (F55)."""

from urllib.parse import parse_qsl, urlsplit

from .. import text
from ..errors import LivechatError
from .values import Campaign

MOST = 100
_PARAMETERS = {
    "utm_source": "source",
    "utm_medium": "medium",
    "utm_campaign": "name",
    "utm_term": "term",
    "utm_content": "content",
}
"""The only parameters that are looked at, and what they are called here."""


def campaign_of(url: str, referrer: str, own: tuple[str, ...] = ()) -> Campaign:
    """Return what an address and the page before say, cleaned and cut; what is odd says nothing.

    Args:
        url: The address of the page on which the visitor arrived.
        referrer: The page before, as the browser tells it.
        own: Origins of the desk's own sites: to come from there is no arrival from outside.
    """
    query = url[: text.LONGEST].partition("#")[0].partition("?")[2]
    found = {
        _PARAMETERS[name]: text.shortened(text.clean_title(value), MOST)
        for name, value in reversed(parse_qsl(query))
        if name in _PARAMETERS
    }
    return Campaign(**found, referrer=_referrer(referrer, own))


def _referrer(address: str, own: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(text.clean_url(address))
    except LivechatError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc}"
    if not parts.netloc or origin in (one.lower().rstrip("/") for one in own):
        return ""
    return text.shortened(f"{origin}{parts.path}", 300)
