"""deploy/kubernetes.yaml as the tests read it, so that they follow the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

ROOT: Final = Path(__file__).parents[2]
MANIFEST: Final = ROOT / "deploy" / "kubernetes.yaml"

GATE: Final = "fulfillment-gate"
RECONCILE: Final = "fulfillment-gate-reconcile"

Resource = Mapping[str, Any]


class Probe(NamedTuple):
    """One gRPC probe as the kubelet makes it: Check of `service` at `port`, within `timeout_s`, every `period_s`."""

    port: int
    service: str
    timeout_s: float
    period_s: float
    failure_threshold: int


def resources() -> list[Resource]:
    """Give every resource of the file, in its order."""
    return list(yaml.safe_load_all(MANIFEST.read_text()))


def only(kind: str, name: str | None = None) -> Resource:
    """Give the one resource of this kind, or of this kind and name; where there are several, that of the gate."""
    found = [resource for resource in resources() if resource["kind"] == kind]
    if name is None and len(found) > 1:
        name = GATE
    (resource,) = [resource for resource in found if name in (None, resource["metadata"]["name"])]
    return resource


def pod() -> Resource:
    """Give the spec of the pod."""
    spec: Resource = only("Deployment")["spec"]["template"]["spec"]
    return spec


def container() -> Resource:
    """Give the one container of the pod."""
    (gate,) = pod()["containers"]
    return dict(gate)


def config() -> dict[str, str]:
    """Give what the ConfigMap sets in the environment."""
    (source,) = container()["envFrom"]
    return dict(only("ConfigMap", source["configMapRef"]["name"])["data"])


def volumes() -> dict[str, Resource]:
    """Give each volume of the pod by the folder in which the container finds it."""
    by_name = {volume["name"]: volume for volume in pod()["volumes"]}
    return {mount["mountPath"]: by_name[mount["name"]] | {"mount": mount} for mount in container()["volumeMounts"]}


def port(name: str) -> int:
    """Give the container's port of this name."""
    (found,) = [each["containerPort"] for each in container()["ports"] if each["name"] == name]
    return int(found)


def store_advice() -> dict[str, str]:
    """Give what the head of the file says the store must be set to."""
    return dict(re.findall(r"^#   ([a-z-]+) +([a-z]+)", MANIFEST.read_text(), re.MULTILINE))


def probe(name: str) -> Probe:
    """Give the `startup`, `readiness` or `liveness` probe."""
    raw = container()[f"{name}Probe"]
    call = raw["grpc"]
    return Probe(
        call["port"],
        call.get("service", ""),
        raw.get("timeoutSeconds", 1),
        raw.get("periodSeconds", 10),
        raw.get("failureThreshold", 3),
    )
