# Fresh machine: git, make and Python 3.11 or newer are enough. Node comes from the locked Python packages.
# `make demo` runs the main job, `make test` all checks; both set everything up first.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
# Another Python: make PYTHON=/path/to/python3.13
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

DEPENDENCIES := $(VENV)/.dependencies
EDITABLE := $(VENV)/.editable
NODE_MODULES := node_modules/.installed

# The folder of the real Node: `node` and `npm` in $(BIN) are Python scripts that start it.
NODE_FOLDER = $(dir $(shell $(BIN)/python -c 'from planner.bundled import node_binary; print(node_binary())'))
CDK = PATH="$(NODE_FOLDER):$$PATH" JSII_NODE="$(NODE_FOLDER)node" CDK_DISABLE_CLI_TELEMETRY=true node_modules/.bin/cdk

WORKLOAD ?= examples/support-assistant.yaml

.PHONY: help setup demo test lint format types pytest golden bench check-prices catalog wheel lock clean
.DEFAULT_GOAL := help

help:
	@echo 'make setup    .venv with the fmplan command, and the CDK command in node_modules'
	@echo 'make demo     plan and synthesize $(WORKLOAD)'
	@echo 'make test     ruff, mypy and pytest with branch coverage'
	@echo 'make lint     ruff and mypy only;  make format  let ruff write'
	@echo 'make golden   pytest that rewrites the expected files (look at the diff!)'
	@echo 'make bench    speed, against other tools in the same run'
	@echo 'make check-prices  compare prices of tokens with other packages, write docs/price-check.md (network)'
	@echo 'make catalog  compile the YAML of catalogue, assumptions and price sources to JSON'
	@echo 'make wheel    dist/fmplan-*.whl'
	@echo 'make lock     lock the newest versions that pyproject.toml allows'
	@echo 'make clean    remove what the others made'

setup: $(EDITABLE) $(NODE_MODULES)

# Each stamp is written last, so that an interrupted installation is done again.
$(DEPENDENCIES): requirements.lock
	@if [ -z "$(PYTHON)" ]; then echo 'make: Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3' >&2; exit 1; fi
	@echo 'Installing locked Python packages into $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(EDITABLE): pyproject.toml $(DEPENDENCIES)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation --editable . \
	  >$(VENV)/editable.log 2>&1 || { cat $(VENV)/editable.log >&2; exit 1; }
	@touch $@

$(NODE_MODULES): package.json package-lock.json .npmrc $(DEPENDENCIES)
	@echo 'Installing the locked CDK command into node_modules'
	@PATH="$(NODE_FOLDER):$$PATH" $(BIN)/npm ci --loglevel error --no-progress >/dev/null
	@touch $@

demo: setup
	@$(BIN)/fmplan plan $(WORKLOAD)
	@$(BIN)/fmplan plan $(WORKLOAD) --format json -o plan.json
	@$(BIN)/fmplan plan $(WORKLOAD) --format markdown -o report.md
	@rm -rf cdk.out
	@$(CDK) synth --quiet -c plan=plan.json
	@echo
	@echo 'Decision and bill: plan.json, report.md'
	@echo 'Annotated template: '"$$(ls cdk.out/*.template.json | paste -sd ' ')"

test: lint pytest

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

pytest: setup
	$(BIN)/python -m pytest --cov --cov-report=term

golden: setup
	$(BIN)/python -m pytest --update-golden

bench: setup
	$(BIN)/python -m tests.benchmarks.run

# One wheel for every machine: only its price file is read, nothing is installed.
check-prices: setup
	@rm -rf $(VENV)/price-check
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
	  --platform manylinux_2_28_x86_64 --python-version 3.11 --implementation cp --abi abi3 \
	  -r tests/price_check/requirements.txt -d $(VENV)/price-check
	$(BIN)/python -m tests.price_check --wheels $(VENV)/price-check

catalog: setup
	$(BIN)/python -m planner.catalog.compile
	$(BIN)/python -m planner.assumptions
	$(BIN)/python -m planner.price_book

# build/ goes first: setuptools would pack what an earlier build left there.
wheel: setup
	@rm -rf build dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@ls dist

# Every file of a release is locked, so that the lock holds for Linux and macOS and for all Pythons that we support.
lock: setup
	$(BIN)/pip-compile --quiet --upgrade --extra cdk --extra dev --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) node_modules build dist cdk.out *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
