from __future__ import annotations

import pytest
from redis.asyncio.connection import SSLConnection, parse_url

from gate_service.store import urls


def kwargs(url: str) -> dict[str, object]:
    """Give what the client library reads out of a URL that was made for it."""
    read: dict[str, object] = dict(parse_url(url))
    return read | {"tls": True} if read.pop("connection_class", None) is SSLConnection else read


def test_a_url_with_sentinels_names_them_and_what_they_watch() -> None:
    url = urls.parse("redis+sentinel://a:1,b,[::1]:3/the.gate-1/2")
    assert (url.scheme, url.hosts) == (urls.SENTINEL, (("a", 1), ("b", 26_379), ("::1", 3)))
    assert (url.master, url.database) == ("the.gate-1", 2)
    assert kwargs(url.of_server("10.0.0.1", 7)) == {"host": "10.0.0.1", "port": 7, "db": 2}
    assert kwargs(url.of_sentinel("::1", 3)) == {"host": "::1", "port": 3}


@pytest.mark.parametrize("end", ["", "/", "/0"])
def test_a_url_of_a_cluster_names_some_of_its_servers(end: str) -> None:
    url = urls.parse(f"redis+cluster://a,b:1{end}")
    assert (url.scheme, url.hosts, url.master, url.database) == (urls.CLUSTER, (("a", 6_379), ("b", 1)), "", 0)


def test_servers_and_sentinels_have_users_and_passwords_of_their_own() -> None:
    query = "sentinel_username=w%40tch&sentinel_password=%3Asecret%2F"
    url = urls.parse(f"redis+sentinel://us%40er:p%3A%2Fw@a:1/gate?{query}")
    server = {"username": "us@er", "password": "p:/w", "host": "h", "port": 1, "db": 0}
    assert kwargs(url.of_server("h", 1)) == server
    assert kwargs(url.of_sentinel("h", 1)) == {"username": "w@tch", "password": ":secret/", "host": "h", "port": 1}
    only_password = urls.parse("redis+sentinel://:pw@a:1/gate?sentinel_password=x")
    assert kwargs(only_password.of_server("h", 1)) == {"password": "pw", "host": "h", "port": 1, "db": 0}
    assert kwargs(only_password.of_sentinel("h", 1)) == {"password": "x", "host": "h", "port": 1}


def test_nobody_sees_a_password_who_looks_at_a_url() -> None:
    url = urls.parse("redis+sentinel://user:secret@a:1/gate?sentinel_password=secret&tls=true&ssl_password=secret")
    assert "secret" not in repr(url)


def test_with_tls_every_server_and_every_sentinel_is_spoken_to_so() -> None:
    url = urls.parse("redis+sentinel://a:1/gate?tls=true&ssl_ca_certs=/etc/ca%201.pem&ssl_check_hostname=false")
    tls = {"tls": True, "ssl_ca_certs": "/etc/ca 1.pem", "ssl_check_hostname": False}
    assert kwargs(url.of_server("h", 1)) == {"host": "h", "port": 1, "db": 0} | tls
    assert kwargs(url.of_sentinel("h", 1)) == {"host": "h", "port": 1} | tls
    assert "tls" not in kwargs(urls.parse("redis+cluster://a:1?tls=no").of_server("h", 1))


@pytest.mark.parametrize("url", ["redis+sentinel://user:secret@a:1", "redis+cluster://:secret@a:b", "redis://a:1"])
def test_what_is_wrong_with_a_url_is_told_without_a_part_of_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*(secret|a:)).+$"):
        urls.parse(url)
