from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer.main

from gate_service.cli import main
from tests.cli.driving import GATE, Commands, clean_env, run

SLOW = ("grpc", "redis", "google.protobuf", "structlog", "uvloop", "asyncio", "fulfillment_gate", "rich.console")

EVERY_COMMAND = "import sys; from gate_service.cli import loading, main; [*loading.Commands(main.COMMANDS).values()]"


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 typer's own
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands(typer.main.get_command(main.app)))


def test_the_commands_are_these() -> None:
    assert {" ".join(path) for path in ALL} == {
        "dev",
        "serve",
        "status",
        "doctor",
        "reconcile",
        "report",
        "buffers",
        "buffer simulate",
        "archive",
        "verify",
        "balance",
        "restore",
        "recover",
        "config show",
        "catalog errors",
        "catalog forget",
        "catalog import",
        "catalog list",
        "catalog merge",
        "catalog resolve",
        "catalog show",
        "catalog unknown",
        "handoffs apply",
        "handoffs changes",
        "handoffs check",
        "handoffs graph",
        "handoffs schema",
        "handoffs show",
        "handoffs token",
        "handoffs validate",
        "handoffs violations",
        "stock receive",
        "stock return",
        "stock move",
        "stock hold place",
        "stock hold lift",
        "stock hold list",
        "stock adjust",
        "stock approve",
        "stock proposals",
        "stock merge",
        "stock get",
        "stock list",
        "incoming announce",
        "incoming amend",
        "incoming list",
        "incoming show",
        "transfer",
        "counts due",
        "counts start",
        "counts submit",
        "counts accuracy",
        "channels quota set",
        "channels quota list",
        "check",
        "reserve",
        "confirm",
        "release",
        "reservation",
        "wave authorize",
        "pick report",
        "ship",
        "shortages",
        "unmatched list",
        "unmatched resolve",
        "snapshot submit",
        "snapshot list",
        "snapshot show",
        "findings",
        "finding ack",
        "variance list",
        "variance show",
        "variance explain",
        "variance ack",
        "variance resolve",
        "variance accept",
        "variance reopen",
        "variance assign",
        "variance note",
        "feeds",
        "deliveries",
        "ledger",
        "demo",
        "replay",
    }


@pytest.mark.parametrize("missing", ["typer", "redis"])
def test_without_the_extra_it_says_in_one_sentence_what_to_install(missing: str, tmp_path: Path) -> None:
    import_blocked = f"import sys; sys.modules[{missing!r}] = None"
    started = f"{import_blocked}; import gate_service.__main__ as gate; sys.argv = ['gate', 'dev']; gate.main()"
    ended = subprocess.run(
        [sys.executable, "-c", started],
        cwd=tmp_path,
        env=clean_env(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        f"The command line needs pip install 'fulfillment-gate[server]': {missing} is not installed."
    ]


@pytest.mark.parametrize("path", ALL)
def test_every_command_and_every_option_says_what_it_is_for(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert command.help
    unsaid = [parameter.name for parameter in command.params if not getattr(parameter, "help", None)]
    assert unsaid == []


@pytest.mark.parametrize(("path", "name"), [(("stock", "return"), "return_id"), (("counts", "submit"), "count_id")])
def test_a_name_that_is_no_key_says_so_and_what_is_one(path: tuple[str, ...], name: str) -> None:
    (told,) = (getattr(parameter, "help", "") for parameter in ALL[path].params if parameter.name == name)
    assert "A reference and no key: told twice it is booked twice" in told
    assert "--event-document or --operation-id" in told


def test_the_options_of_all_that_change_something_are_the_same() -> None:
    mutations = (
        "stock receive",
        "stock return",
        "stock move",
        "stock hold place",
        "stock hold lift",
        "stock adjust",
        "stock approve",
        "stock merge",
        "incoming announce",
        "incoming amend",
        "transfer",
        "counts submit",
        "channels quota set",
        "unmatched resolve",
        "reserve",
        "confirm",
        "release",
        "wave authorize",
        "pick report",
        "ship",
    )
    caller = {"target", "system", "actor", "token_file", "tls_ca", "client_cert", "client_key", "timeout_s", "output"}
    event = {f"event_{name}" for name in ("document", "type", "line", "action", "number", "system")}
    shared = {*caller, "location", "operation_id", *event}
    for name in mutations:
        assert shared <= {parameter.name for parameter in ALL[tuple(name.split())].params}, name


def test_help_comes_without_what_only_calls_need() -> None:
    script = f"{EVERY_COMMAND}; print([name for name in {SLOW!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"gate {version('fulfillment-gate')}\n"


def test_a_shell_can_complete_commands_and_choices() -> None:
    env = {"_GATE_COMPLETE": "complete_bash", "COMP_WORDS": "gate st", "COMP_CWORD": "1"}
    assert run(env=env).stdout.split() == ["status", "stock"]
    env = {"_GATE_COMPLETE": "complete_bash", "COMP_WORDS": "gate wave authorize --atomicity o", "COMP_CWORD": "4"}
    assert run(env=env).stdout.split() == ["order"]


def test_a_fault_of_the_command_line_ends_with_70(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise KeyError("fault")

    monkeypatch.setattr(main, "app", broken)
    monkeypatch.setenv("GRPC_VERBOSITY", "NONE")
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 70


def on_a_terminal(args: tuple[str, ...], env: Mapping[str, str]) -> str:
    """Run a command whose stdout is a terminal, and give what it wrote there."""
    controller, terminal = pty.openpty()
    try:
        environment = clean_env({"TERM": "xterm-256color", **env})
        subprocess.run([*GATE, *args], stdout=terminal, stderr=subprocess.DEVNULL, env=environment, check=True)
        os.close(terminal)
        written = b""
        while part := _read(controller):
            written += part
        return written.decode()
    finally:
        os.close(controller)


def _read(controller: int) -> bytes:
    try:
        return os.read(controller, 65_536)
    except OSError:  # what Linux says at the end of a terminal
        return b""


def test_colour_is_for_terminals_and_not_for_those_who_do_not_want_it(stocked: Commands) -> None:
    args = ("stock", "get", "MUG", "--target", stocked.target, "-l", stocked.location)
    coloured = re.compile(r"\x1b\[[0-9;]*3[0-9]")
    assert coloured.search(on_a_terminal(args, {}))
    assert not coloured.search(on_a_terminal(args, {"NO_COLOR": "1"}))
    assert "\x1b" not in run(*args).stdout
