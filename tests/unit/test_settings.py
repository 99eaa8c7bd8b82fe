from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from gate_service.domain.vocabulary import Quarantine
from gate_service.settings import Loaded, Settings, SettingsError, load, masked
from gate_service.settings.model import kinds


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "gate.toml"
    file.write_text(text)
    return file


def origin_of(loaded: Loaded, key: str) -> tuple[object, str]:
    return getattr(loaded.settings, key), loaded.origins[key]


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    file = written(tmp_path, "safety_stock = 3\nqueue_limit = 3\ndrain_ms = 3\n")
    loaded = load({"safety_stock": 1}, {"GATE_SAFETY_STOCK": "2", "GATE_QUEUE_LIMIT": "2"}, file)
    assert origin_of(loaded, "safety_stock") == (1, "flag")
    assert origin_of(loaded, "queue_limit") == (2, "env GATE_QUEUE_LIMIT")
    assert origin_of(loaded, "drain_ms") == (3, f"file {file}")
    assert origin_of(loaded, "grace_ms") == (10_000, "default")


def test_with_nothing_said_everything_is_the_default() -> None:
    loaded = load({}, {}, None)
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {"default"}
    assert list(loaded.origins) == [setting.name for setting in dataclasses.fields(Settings)]


def test_each_default_is_itself_allowed() -> None:
    for key, kind in kinds().items():
        if getattr(Settings(), key) != "":  # a store and files: none is named by default, by not naming one
            assert kind.read(getattr(Settings(), key)) == getattr(Settings(), key)


def test_a_flag_that_was_not_given_and_an_empty_variable_say_nothing() -> None:
    loaded = load({"listen": None}, {"GATE_QUEUE_LIMIT": ""}, None)
    assert loaded.origins["listen"] == loaded.origins["queue_limit"] == "default"


def test_variables_that_an_orchestrator_sets_for_a_service_named_gate_do_no_harm() -> None:
    env = {"GATE_PORT": "tcp://10.0.0.1:50051", "GATE_SERVICE_HOST": "10.0.0.1", "GATE_PORT_50051_TCP_PORT": "50051"}
    assert load({}, env, None).settings == Settings()


@pytest.mark.parametrize("text", ["web=5, store=0", '{"web": 5, "store": 0}'])
def test_buffers_are_read_from_a_variable_as_pairs_or_json(text: str) -> None:
    assert load({}, {"GATE_BUFFERS": text}, None).settings.buffers == {"web": 5, "store": 0}


def test_buffers_are_read_from_a_table_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "[buffers]\nweb = 5\nstore = 0\n")
    assert load({}, {}, file).settings.buffers == {"web": 5, "store": 0}


def test_the_quarantine_policy_becomes_the_word_of_the_domain() -> None:
    assert load({}, {"GATE_QUARANTINE": "all"}, None).settings.quarantine is Quarantine.ALL


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("safety_stock", "-1"),
        ("safety_stock", "1.5"),
        ("safety_stock", "many"),
        ("safety_stock", "1000000000001"),
        ("queue_limit", "0"),
        ("workers", "0"),
        ("workers", "65"),
        ("quarantine", "some"),
        ("log_level", "INFO"),
        ("log_format", "xml"),
        ("authentication", "optional"),
        ("handoffs", " "),
        ("tls_cert", "\t"),
        ("listen", "50051"),
        ("listen", "localhost:"),
        ("listen", "localhost:65536"),
        ("listen", "localhost:-1"),
        ("listen", "::1:50051"),
        ("listen", " localhost:1"),
        ("redis_url", "localhost:6379"),
        ("redis_url", "redis://"),
        ("redis_url", "redis://host:port/0"),
        ("redis_url", "http://host"),
        ("redis_url", "unix://"),
        ("redis_url", "redis+sentinel://host:26379"),
        ("redis_url", "redis+sentinel://host:26379/gate/zero"),
        ("redis_url", "redis+sentinel://host:26379,/gate"),
        ("redis_url", "redis+sentinel://host:26379,other:70000/gate"),
        ("redis_url", "redis+sentinel://host:26379/gate?tls=perhaps"),
        ("redis_url", "redis+sentinel://host:26379/gate?ssl_ca_certs=ca.pem"),
        ("redis_url", "redis+sentinel://host:26379/gate?timeout=1"),
        ("redis_url", "redis+cluster://host:6379/1"),
        ("redis_url", "redis+cluster://host:6379 other:6379"),
        ("redis_url", "redis+cluster://host:6379?sentinel_username=gate"),
        ("redis_url", "redis+cluster://host:6379?tls=true&tls=false"),
        ("redis_url", "redis+cluster://::1:6379"),
        ("redis_url", "redis+cluster://"),
        ("redis_url", "rediss+cluster://host:6379"),
        ("buffers", "web"),
        ("buffers", "web=-1"),
        ("buffers", "web=1=2"),
        ("buffers", "we b=1"),
        ("buffers", "[1]"),
        ("buffers", '{"web": 1'),
        ("buffers", '{"web": true}'),
        ("buffers", '{"web": null}'),
    ],
)
def test_a_bad_value_is_named_with_its_origin_and_what_is_allowed(key: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        load({}, {f"GATE_{key.upper()}": value}, None)
    text = str(error.value)
    shown = masked(value) if key == "redis_url" else value
    assert text.startswith(f"{key} = {shown!r} (env GATE_{key.upper()}) is not allowed: it must be ")
    assert kinds()[key].allowed in text


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("rediss://h:1/0?ssl_ca_cert=ca.pem", "ssl_ca_cert is no option; behind the ? of rediss:// these are: db, "),
        ("redis://h:1/0?db=abc", "db must be the number of a database, 0 to 9999"),
        ("redis://h:1/1?db=2", "db must be the database that stands behind the host, or be left out"),
        ("unix:///run/store.sock?db=-1", "db must be the number of a database, 0 to 9999"),
        ("redis://h:1/0?socket_timeout=x", "socket_timeout is no option; "),
        ("redis://h:1/0?ssl_ca_certs=ca.pem", "ssl_ca_certs is no option of redis://, which does not speak TLS"),
        ("rediss://h:1/0?ssl_ca_certs=", "ssl_ca_certs must be followed by = and a value"),
        ("rediss://h:1/0?ssl_cert_reqs=maybe", "ssl_cert_reqs must be one of required, optional, none"),
        ("redis+sentinel://h:1/gate?tls=true&ssl_cert_reqs=maybe", "ssl_cert_reqs must be one of required, "),
        ("redis+cluster://h:1?tls=true&ssl_check_hostname=off", "ssl_check_hostname must be true or false"),
        ("redis+cluster://h:1?ssl_keyfile=key.pem", "tls must be true where ssl_keyfile is given"),
        ("redis+cluster://h:1?db=1", "db is no option; behind the ? of redis+cluster:// these are: tls, "),
        ("rediss://h:1/0?db=1&db=1", "db must stand there once"),
        ("redis://h:1/xyz", "behind the host stands the number of a database, /0 to /9999"),
        ("redis://h:1/0/1", "behind the host stands the number of a database, /0 to /9999"),
        ("redis://h:1/0#x", "# must be written as %23"),
        ("redis://user:12?secret@h:1/0", "what is special in a user, a password or an option must be percent-encoded"),
        ("redis://h:1/0?pass=secret", "pass is no option; behind the ? of redis:// these are: db, username, password"),
        ("redis://user:secret@h:one/0", "the server is not HOST:PORT"),
    ],
)
def test_a_fault_in_the_address_of_the_store_is_told_by_its_part_and_never_by_a_secret(url: str, why: str) -> None:
    with pytest.raises(SettingsError) as error:
        load({"redis_url": url}, {}, None)
    assert f". Here, {why}" in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://user:pass@h:1/15",
        "redis://h",
        "redis://h/?db=3&username=gate&password=x",
        "rediss://h:1/2?db=2&ssl_ca_certs=/ca.pem&ssl_cert_reqs=none&ssl_check_hostname=False&ssl_password=x",
        "unix:///run/store.sock?db=1",
        "redis+sentinel://a:1,b/gate/2?tls=true&ssl_certfile=c&ssl_keyfile=k&sentinel_username=u&sentinel_password=p",
        "redis+cluster://a:1,[::1]:2?tls=TRUE&ssl_cert_reqs=required",
    ],
)
def test_the_address_of_the_store_may_hold_whatever_is_documented(url: str) -> None:
    assert load({"redis_url": url}, {}, None).settings.redis_url == url


@pytest.mark.parametrize("text", ["safety_stock = true", "safety_stock = 1.0", 'listen = ["a:1"]', "buffers = 5"])
def test_a_value_of_the_wrong_type_in_the_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"\(file .*gate\.toml\) is not allowed"):
        load({}, {}, written(tmp_path, text))


def test_a_bad_value_that_something_stronger_hides_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="safety_stock = -1"):
        load({"safety_stock": 1}, {}, written(tmp_path, "safety_stock = -1"))


def test_an_unknown_key_in_the_file_is_refused_with_the_nearest_known_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"There is no setting 'safety_stok' .*Did you mean safety_stock\?"):
        load({}, {}, written(tmp_path, "safety_stok = 1"))
    with pytest.raises(SettingsError, match=r"There is no setting 'x' .*Known are listen, probe_listen, redis_url, "):
        load({}, {}, written(tmp_path, "x = 1"))


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"The file .*none\.toml cannot be read: No such file or directory\."):
        load({}, {}, tmp_path / "none.toml")
    with pytest.raises(SettingsError, match=r"The file .*gate\.toml is not valid TOML: "):
        load({}, {}, written(tmp_path, "a = = 1"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("redis://host?pass=secret&db=0", "redis://host?pass=***&db=0"),
        ("redis://:secret@host:6379/0", "redis://:***@host:6379/0"),
        ("rediss://user:secret@host/0", "rediss://user:***@host/0"),
        ("redis://user:se/c@r:et@host/0", "redis://user:***@host/0"),
        ("unix://user:secret@/run/store.sock?db=1", "unix://user:***@/run/store.sock?db=1"),
        ("unix:///run/st@re.sock?password=secret&db=1", "unix:///run/st@re.sock?password=***&db=1"),
        ("redis://host?ssl_keyfile_Password=secret", "redis://host?ssl_keyfile_Password=***"),
        ("user:secret@host:6379", "user:***@host:6379"),
        ("redis+sentinel://a:1,b:2,[::1]:3/gate/0", "redis+sentinel://a:1,b:2,[::1]:3/gate/0"),
        ("redis+sentinel://user:secret@a:1,b:2/gate", "redis+sentinel://user:***@a:1,b:2/gate"),
        ("redis+sentinel://a,b/gate?sentinel_password=secret", "redis+sentinel://a,b/gate?sentinel_password=***"),
        ("redis+cluster://:sec@ret@a:1,b:2?tls=true", "redis+cluster://:***@a:1,b:2?tls=true"),
    ],
)
def test_a_password_in_the_address_of_the_store_is_never_shown(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_the_secret_is_in_no_listing_no_error_and_no_repr() -> None:
    loaded = load({"redis_url": "redis://user:secret@host/0"}, {}, None)
    assert loaded.settings.redis_url == "redis://user:secret@host/0"
    assert "secret" not in repr(loaded)
    assert "secret" not in repr(loaded.shown())
    with pytest.raises(SettingsError) as error:
        load({"redis_url": "http://user:secret@host/0"}, {}, None)
    assert "secret" not in str(error.value)


def test_every_setting_is_listed_with_what_it_is_for() -> None:
    shown = load({}, {}, None).shown()
    assert [each.key for each in shown] == list(kinds())
    assert all(each.about.endswith(".") for each in shown)
