"""Random clients against real gates and real stores, faults in between, and a checker with the ledger as its witness.

`python -m tests.robustness.chaos --seconds 300 --seed 7` runs all of it; `run.run_short` is what other code calls.
"""
