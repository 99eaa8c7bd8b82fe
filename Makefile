# Everything a newcomer needs. `make help` lists it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PORT ?= 50051
BENCH_SECONDS ?= 5
CHAOS_SECONDS ?= 300
CHAOS_SEED ?= 0
DRIFT_SEED ?= 0
PROTOS := $(wildcard protos/fulfillment_gate/v1/*.proto)

# The tests start hundreds of processes: what one of them compiled is kept for the next, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install run demo test test-stores test-long chaos checks drift-score bench proto lock format clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

install: .venv/.installed ## set everything up: .venv/bin/gate exists after it

.venv/.installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: install ## start the gate on its embedded store
	$(BIN)/gate dev --listen 127.0.0.1:$(PORT)

demo: install ## the story in a minute
	$(BIN)/gate demo

# Neighbours stay together until a process has nothing left, so that what they share is started once.
test: install ## all tests that CI runs, under 10 minutes on 2 cores
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

test-stores: install ## the whole contract on each other store: Debian's Redis, Sentinels, a cluster
	for store in redis sentinel cluster; do \
	  echo "==> $$store" && GATE_TEST_STORE=$$store $(BIN)/pytest tests/contract -n auto --maxprocesses 4 || exit 1; \
	done

test-long: install ## the same properties, for much longer
	GATE_TEST_PROFILE=long $(BIN)/pytest tests/contract tests/robustness --timeout=3600

chaos: install ## real gates and stores while things break; every answer held to the ledger
	$(BIN)/python -m tests.robustness.chaos --seconds $(CHAOS_SECONDS) --seed $(CHAOS_SEED)

checks: install ## style, types, layers, contract, generated code, deployment files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code
	scripts/check-generated
	$(BIN)/hadolint Dockerfile
	$(BIN)/kubernetes-validate --strict deploy/kubernetes.yaml

drift-score: install ## how well causes of drift are named, in a month of real orders; DRIFT_SEED changes the faults
	DRIFT_SEED=$(DRIFT_SEED) $(BIN)/python -m tests.drift

bench: install ## figures side by side with a bare server and a bare store
	$(BIN)/python -m bench --seconds $(BENCH_SECONDS)

proto: install ## generate the Python of the contract
	scripts/generate
	$(BIN)/python scripts/generate_sdk.py

lock: ## renew requirements/*.txt from pyproject.toml
	scripts/lock

format: install ## write the code as the checks want it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/buf format --write

clean: ## remove what was made
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
