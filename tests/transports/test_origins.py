"""Whose page asks: the origins of sites as they are now, also of one that came later."""

import attrs

from livechat_core import Rules, Site
from livechat_core.transports.origins import Origin, Origins

SHOP = Site(name="Shop", origins=("https://shop.example",))


def of(origins: Origins, origin: str) -> Origin:
    return origins.of({"Origin": origin, "Host": "desk.example"})


def test_the_origins_of_sites_may_change_while_it_runs() -> None:
    """A28: sites are records, too."""
    sites = {"shop": SHOP}
    origins = Origins(Rules(sites=sites, public_url="https://desk.example"))

    assert of(origins, "https://SHOP.example") is Origin.SITE
    assert of(origins, "https://drum.example") is Origin.FOREIGN
    sites["drum"] = attrs.evolve(SHOP, origins=("https://drum.example/",))
    del sites["shop"]
    assert of(origins, "https://drum.example") is Origin.SITE
    assert of(origins, "https://shop.example") is Origin.FOREIGN
    assert of(origins, "https://desk.example") is Origin.OWN
