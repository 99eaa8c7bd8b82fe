"""Reads a plan from stdin, runs it, writes the report to stdout."""

from __future__ import annotations

import gc
import json
import sys
from dataclasses import asdict

from bench.load.driver import Driver
from bench.load.plan import Plan


def main() -> None:
    """Run one plan. A pause of the collector would be measured as the server's, so there is none."""
    driver = Driver(Plan(**json.load(sys.stdin)))
    gc.disable()
    json.dump(asdict(driver.run()), sys.stdout)


if __name__ == "__main__":
    main()
