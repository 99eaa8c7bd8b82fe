from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped] # it ships no types
import pytest

from gate_service.domain.durability import Fsync
from gate_service.domain.handoffs import HandoffMap
from gate_service.handoffs import read
from gate_service.settings import Authentication, Mode, Settings, load
from tests.deploy import manifest

FIRST_WITH_GRPC_PROBES = "1.27"
STORE_ADVICE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}


def settings_in_the_cluster() -> Settings:
    """Read the environment as the container will."""
    env = manifest.config() | {"GATE_REDIS_URL": "redis://store:6379/0"}
    return load({}, env, None).settings


@pytest.mark.parametrize("version", [FIRST_WITH_GRPC_PROBES, kubernetes_validate.latest_version()])
def test_each_resource_is_known_to_kubernetes_and_has_no_unknown_field(version: str) -> None:
    for resource in manifest.resources():
        kubernetes_validate.validate(dict(resource), version, strict=True)


def test_no_resource_names_a_namespace() -> None:
    assert [r["metadata"]["name"] for r in manifest.resources() if "namespace" in r["metadata"]] == []


def test_the_rollout_never_takes_a_gate_away_before_its_successor_is_ready() -> None:
    spec = manifest.only("Deployment")["spec"]
    assert spec["replicas"] >= 2
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}


def test_a_disruption_takes_one_gate_at_a_time_and_an_unready_one_blocks_no_node() -> None:
    budget = manifest.only("PodDisruptionBudget")["spec"]
    assert budget["maxUnavailable"] == 1 < manifest.only("Deployment")["spec"]["replicas"]
    assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_every_selector_finds_the_pods() -> None:
    labels = manifest.only("Deployment")["spec"]["template"]["metadata"]["labels"]
    services = [r["spec"]["selector"] for r in manifest.resources() if r["kind"] == "Service"]
    spreads = [spread["labelSelector"]["matchLabels"] for spread in manifest.pod()["topologySpreadConstraints"]]
    others = [
        manifest.only("Deployment")["spec"]["selector"]["matchLabels"],
        manifest.only("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        manifest.only("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ]
    assert len(services) == 2
    assert len(spreads) == 2
    for selector in [*services, *spreads, *others]:
        assert selector.items() <= labels.items()


def test_the_pod_meets_the_restricted_standard() -> None:
    pod, gate = manifest.pod(), manifest.container()
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert gate["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    assert {kind for volume in pod["volumes"] for kind in volume.keys() - {"name"}} == {"configMap", "secret"}


def test_no_service_of_the_namespace_can_become_a_setting() -> None:
    assert manifest.pod()["enableServiceLinks"] is False


def test_kubernetes_waits_longer_than_a_gate_takes_to_stop() -> None:
    patience_s = manifest.pod()["terminationGracePeriodSeconds"]
    for settings in (Settings(), settings_in_the_cluster()):
        assert patience_s * 1000 > settings.drain_ms + settings.grace_ms + settings.store_timeout_ms


def test_readiness_looks_at_the_store_and_liveness_does_not() -> None:
    assert manifest.probe("readiness").service == ""
    assert manifest.probe("liveness").service == "liveness"
    assert manifest.probe("startup").service == "liveness"


def test_a_lost_store_makes_a_gate_unready_long_before_liveness_could_end_it() -> None:
    ready, live = manifest.probe("readiness"), manifest.probe("liveness")
    assert ready.period_s * ready.failure_threshold < live.period_s * live.failure_threshold


def test_every_port_is_the_one_the_gate_listens_on() -> None:
    gate, settings = manifest.container(), settings_in_the_cluster()
    calls, probes = manifest.port("grpc"), manifest.port("probes")
    services = [r["spec"]["ports"] for r in manifest.resources() if r["kind"] == "Service"]
    assert gate["args"] == ["serve", "--listen", f"0.0.0.0:{calls}"]
    assert settings.probe_listen == f"0.0.0.0:{probes}"
    assert {manifest.probe(name).port for name in ("startup", "readiness", "liveness")} == {probes}
    assert {(p["port"], p["targetPort"]) for ports in services for p in ports} == {(calls, "grpc")}
    (rule,) = manifest.only("NetworkPolicy")["spec"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": calls}]


def test_the_handoff_map_is_a_sound_one_and_stands_where_the_gate_looks() -> None:
    settings = settings_in_the_cluster()
    folder, _, name = settings.handoffs.rpartition("/")
    volume = manifest.volumes()[folder]
    assert "subPath" not in volume["mount"]  # else a change would not reach the pod
    text = manifest.only("ConfigMap", volume["configMap"]["name"])["data"][name]
    assert read(text).systems
    assert settings.authentication is Authentication.REQUIRED


def test_callers_are_checked_and_their_secrets_are_not_in_the_file() -> None:
    assert "fgt_" not in manifest.MANIFEST.read_text()
    assert not any(system.tokens for system in shipped_map().systems.values())


def test_tls_can_be_taken_in_without_anything_else_than_its_three_settings() -> None:
    prepared = dict(re.findall(r"^  # (GATE_TLS_\w+): (\S+)$", manifest.MANIFEST.read_text(), re.MULTILINE))
    assert prepared.keys() == {"GATE_TLS_CERT", "GATE_TLS_KEY", "GATE_TLS_CLIENT_CA"}
    secret = manifest.volumes()["/etc/gate/tls"]["secret"]
    assert secret["optional"] is True
    assert {path.rpartition("/")[0] for path in prepared.values()} == {"/etc/gate/tls"}


def shipped_map() -> HandoffMap:
    """Give the map that the file ships."""
    return read(manifest.only("ConfigMap", "fulfillment-gate-handoffs")["data"]["handoffs.yaml"])


def test_the_headless_service_gives_callers_every_address() -> None:
    headless = {
        r["metadata"]["name"]: r["spec"].get("clusterIP") for r in manifest.resources() if r["kind"] == "Service"
    }
    assert headless == {"fulfillment-gate-headless": "None", "fulfillment-gate": None}


def test_every_variable_of_the_config_map_is_a_setting_and_has_its_default() -> None:
    known = {f"GATE_{field.name.upper()}" for field in fields(Settings)}
    assert manifest.config().keys() <= known
    differs = {
        field.name
        for field in fields(Settings)
        if getattr(settings_in_the_cluster(), field.name) != getattr(Settings(), field.name)
    }
    assert differs == {"redis_url", "log_format", "handoffs", "probe_listen", "mode", "durability"}


def test_a_store_that_may_lose_an_order_is_refused() -> None:
    settings = settings_in_the_cluster()
    assert settings.mode is Mode.PRODUCTION
    assert settings.durability.fsync is Fsync.ALWAYS
    assert settings.accept_risk == ""


def test_the_address_of_the_store_comes_from_a_secret() -> None:
    (variable,) = manifest.container()["env"]
    assert variable["name"] == "GATE_REDIS_URL"
    assert variable["valueFrom"].keys() == {"secretKeyRef"}
    assert "GATE_REDIS_URL" not in manifest.config()


def test_the_file_says_what_the_store_must_be_set_to() -> None:
    assert STORE_ADVICE.items() <= manifest.store_advice().items()


def test_the_image_is_the_version_of_the_project() -> None:
    project = tomllib.loads(Path(manifest.ROOT, "pyproject.toml").read_text())["project"]
    assert manifest.container()["image"] == f"{project['name']}:{project['version']}"


def test_what_reconciles_is_as_confined_as_a_gate_and_no_call_is_sent_to_it() -> None:
    template = manifest.only("Deployment", manifest.RECONCILE)["spec"]["template"]
    (reconcile,), gate = template["spec"]["containers"], manifest.container()
    assert reconcile["args"] == ["reconcile"]
    assert [reconcile[name] for name in ("image", "envFrom", "env", "securityContext")] == [
        gate[name] for name in ("image", "envFrom", "env", "securityContext")
    ]
    assert template["spec"]["securityContext"] == manifest.pod()["securityContext"]
    assert template["spec"]["automountServiceAccountToken"] is False
    labels = template["metadata"]["labels"]
    assert manifest.only("Deployment", manifest.RECONCILE)["spec"]["selector"]["matchLabels"] == labels
    selectors = [r["spec"]["selector"] for r in manifest.resources() if r["kind"] == "Service"]
    assert not any(selector.items() <= labels.items() for selector in selectors)
    closed = manifest.only("NetworkPolicy", manifest.RECONCILE)["spec"]
    assert closed == {"podSelector": {"matchLabels": labels}, "policyTypes": ["Ingress"]}
