# Two commands do everything: `make brief` (the main job) and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
BENCH_STAMP := .venv-bench/.installed
OUT ?= brief
PORT ?= 8000
# pytest-xdist workers: the machine's cores, so that a plain `make test` uses them all
JOBS ?= auto

.PHONY: bench-office help setup setup-dev brief test test-fast check bench validate office clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Two Fronts and what it needs into $(VENV) (once; a few minutes) ..."
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --no-deps --require-hashes -r requirements.lock
	$(BIN)/python tools/link_source.py
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	@echo "Installing what the tests need ..."
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(RUN_STAMP) ## install into .venv from the lock file

setup-dev: $(DEV_STAMP) ## the same, with the tools of the tests

brief: setup ## the main job: the brief for Nanjing as of 18 February 2020
	$(BIN)/twofronts brief nanjing --as-of 2020-02-18 --out $(OUT)

test: setup-dev ## every test (browser and PostgreSQL tests skip where those are missing)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -n $(JOBS) -m interpreted

test-fast: setup-dev ## the quick run for every day (under 90 s)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m "not slow and not browser and not postgres"

check: setup-dev ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(BENCH_STAMP): requirements-bench.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

bench: setup-dev $(BENCH_STAMP) ## speed and memory against the floors and against Covasim, same run
	$(BIN)/python -m benchmarks

validate: setup-dev ## against published results and other programs; writes docs/validation
	$(BIN)/python -m validation

bench-office: setup-dev $(BENCH_STAMP) ## the office under load, on a seeded database (PostgreSQL and SQLite)
	$(BIN)/python -m benchmarks.office

office: setup ## the web office with a demo city, at PORT
	$(BIN)/twofronts office serve --demo --port $(PORT)

clean: ## remove what the targets made
	rm -rf $(VENV) .venv-bench brief .pytest_cache .mypy_cache .ruff_cache
