# Everything sets up its own environment: needs Python 3.11 or newer with pip and venv, nothing else.
# `make demo` shows the product, `make test` and `make check` are what CI runs.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2

.PHONY: help setup demo test check format bench corpus regen clean fuzz optima mutation

help:
	@echo "make demo    plan, emit and verify the example shop"
	@echo "make test    every test"
	@echo "make check   lint, format, types, layers"
	@echo "make fuzz    plan, emit and verify some hundreds of random models"
	@echo "make optima  compare the optimum with exhaustive search on thousands of models"
	@echo "make mutation inject faults and count who notices"
	@echo "make bench   time whole commands against their budgets"
	@echo "make corpus  run the published designs and write the report beside them"
	@echo "make regen   rewrite the committed outputs, then read the diff"
	@echo "make clean   remove what the others made"

setup: $(READY)

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q dynamodel  # as an installer does for a package that is not editable
	@touch $@

demo: $(READY)
	@$(BIN)/python -m tests.demo

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal  # neighbours share what they have made

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: $(READY)
	DYNAMODEL_FUZZ=300 $(BIN)/python -m pytest tests/fuzz

optima: $(READY)
	DYNAMODEL_OPTIMA=3000 $(BIN)/python -m pytest tests/property/planner/test_optimal.py tests/property/planner/test_optimal_places.py \
		tests/property/planner/test_optimal_collections.py tests/property/planner/test_optimal_sparse.py \
		tests/property/planner/test_optimal_local.py tests/property/planner/test_optimal_forms.py

mutation: $(READY)
	$(BIN)/python -m tests.mutation --workers $(WORKERS)

bench: $(READY)
	$(BIN)/python -m tests.perf

corpus: $(READY)
	$(BIN)/python -m tests.corpus --report

regen: $(READY)
	$(BIN)/python -m tests.regen

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
