"""Ways to a store."""

from __future__ import annotations

import pytest

from reelmill import route
from reelmill.errors import ConfigurationError

LINK = "https://s3.example.com/bucket/a%20b?partNumber=1&X-Amz-Signature=s3cr3t"


def test_straight() -> None:
    way = route.to(LINK, {})
    assert (way.dialed, way.secure, way.tunnel) == (("s3.example.com", 443), True, None)
    assert route.target(LINK, way) == "/bucket/a%20b?partNumber=1&X-Amz-Signature=s3cr3t"
    assert route.to("http://[::1]:8333/x", {}).dialed == ("::1", 8333)
    assert "s3cr3t" not in repr(way)


def test_through_a_tunnel() -> None:
    way = route.to(LINK, {"https": "http://ann:p%40ss@proxy:3128"})
    assert (way.dialed, way.tunnel) == (("proxy", 3128), ("s3.example.com", 443))
    assert way.proxy_headers == {"Proxy-Authorization": "Basic YW5uOnBAc3M="}
    assert way.request_headers == {}


def test_a_plain_proxy_sees_whole_addresses() -> None:
    plain = LINK.replace("https", "http")
    way = route.to(plain, {"all": "proxy:3128"})
    assert (way.dialed, way.tunnel) == (("proxy", 3128), None)
    assert route.target(plain, way) == plain


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "s3.inner.example"])
def test_no_proxy_leads_here(host: str) -> None:
    proxies = {"http": "http://proxy:1", "no": "inner.example"}
    assert route.to(f"http://{host}:9/x", proxies).dialed[1] == 9


@pytest.mark.parametrize(
    ("link", "proxies"),
    [
        ("ftp://s3/x", {}),
        ("http://s3:99999/x", {}),
        ("nothing", {}),
        (LINK, {"https": "socks5://proxy:1080"}),
        (LINK, {"https": "http://proxy:x"}),
    ],
)
def test_what_leads_nowhere(link: str, proxies: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        route.to(link, proxies)
