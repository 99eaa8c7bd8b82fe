"""Measures the gate side by side with a bare server and a bare store, and prints a table and one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench import archiving, catalog, comparing, durable, memory, throughput, waves
from bench.bare import BareError
from bench.load.driver import LoadError
from bench.processes import StartError
from bench.report import Results
from bench.site import RESERVE, PartFailedError, Site, opened
from bench.table import machine, show
from gate_service.embedded.errors import EmbeddedStoreError

PARTS: Final = (
    "throughput",
    "more",
    "client",
    "latency",
    "bare_store",
    "waves",
    "memory",
    "catalog",
    "durable",
    "archive",
    "compare",
)
_ROUNDS: Final = 5
_MEMORY_COUNT: Final = 50_000
_CATALOG_COUNT: Final = 100_000


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each part, warm-up and set-up apart")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often the parts take turns within it")
    parser.add_argument(
        "--memory-count", type=int, default=_MEMORY_COUNT, help="SKUs and reservations for the memory part"
    )
    parser.add_argument("--catalog-count", type=int, default=_CATALOG_COUNT, help="items for the catalog part")
    parser.add_argument(
        "--compare-count", type=int, help="rows, SKUs and entries for the compare part; default: by --seconds"
    )
    parser.add_argument("--data-dir", type=Path, help="where the stores keep their files; default: a temporary folder")
    parser.add_argument(
        "--parts", default=",".join(PARTS), help=f"which of {','.join(PARTS)}; latency needs throughput"
    )
    parser.add_argument("--markdown", action="store_true", help="print the tables as docs/bench.md holds them")
    return parser.parse_args()


def measure(site: Site, wanted: argparse.Namespace) -> Results:
    """Run the parts that are wanted, one after the other."""
    parts = set(wanted.parts.split(","))
    rounds, seconds = wanted.rounds, wanted.seconds
    saturated = throughput.saturate(site, rounds, seconds) if "throughput" in parts else {}
    half = throughput.median_rate(saturated[RESERVE]) / 2 if saturated else 0.0
    compare_count = wanted.compare_count or comparing.count_for(seconds)
    return Results(
        saturated=saturated,
        plain=throughput.ask_plainly(site, rounds, seconds) if "client" in parts else {},
        more=throughput.ask_for_more(site, rounds, seconds) if "more" in parts else {},
        paced=throughput.pace(site, rounds, seconds, half) if half and "latency" in parts else {},
        script=throughput.call_script(site, rounds, seconds) if "bare_store" in parts else {},
        waves=waves.measure(site, rounds, seconds) if "waves" in parts else None,
        memory=memory.measure(site, wanted.memory_count) if "memory" in parts else None,
        catalog=catalog.measure(site.folder, wanted.catalog_count) if "catalog" in parts else None,
        archived=archiving.measure(site, seconds) if "archive" in parts else None,
        durable=durable.measure(site, rounds, seconds) if "durable" in parts else None,
        compared=comparing.measure(site.folder, compare_count) if "compare" in parts else None,
    )


def main() -> int:
    """Measure and print; give 1 where a part could not be measured. A missed target is a figure like any other."""
    wanted = options()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="gate-bench-", dir=wanted.data_dir) as folder,
            opened(Path(folder)) as site,
        ):
            where = machine(site.places[RESERVE].direct().version(), site.folder)
            found = measure(site, wanted)
    except (BareError, EmbeddedStoreError, LoadError, OSError, PartFailedError, StartError) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    show(found.rows(), found.costs(), markdown=wanted.markdown)
    print(where)
    print(json.dumps(found.object()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
