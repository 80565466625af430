# The commands people type. Needs Python 3.11 or newer, git and make; everything else comes from the locks.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes
LINK := $(PIP) install --quiet --no-build-isolation --no-deps --editable .
SOURCES := setup.cfg pyproject.toml
CODE := portal services tests $(wildcard bench)
# How many tests run side by side; 0 runs them one after the other.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test check races bench browser translations format lock clean

help:
	@echo "make run      start the portal with demo data on http://127.0.0.1:8000"
	@echo "make test     check, then every test on SQLite, PostgreSQL and in a browser"
	@echo "make check    style, types, import rules, translations"
	@echo "make races    the long form of the races for one slot"
	@echo "make bench    what the portal costs against a bare page and a bare insert"
	@echo "make format   put the code into the house style"
	@echo "make lock     choose newer versions of the dependencies and lock them"
	@echo "make clean    remove what was installed and compiled (never the instance folder)"
	@echo "Another Python: make PYTHON=python3.13 run"

run: .venv/runtime.stamp
	$(BIN)/portal translations compile
	$(BIN)/portal run --demo

test: check browser translations
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: .venv/development.stamp
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/portal translations check

races: .venv/development.stamp
	$(BIN)/python -m pytest -m race --long --timeout 0 --durations 0 tests

bench: .venv/development.stamp translations
	$(BIN)/python -m bench.run

translations: .venv/development.stamp
	$(BIN)/portal translations compile

format: .venv/development.stamp
	$(BIN)/ruff check --fix --quiet $(CODE) || true
	$(BIN)/ruff format $(CODE)

# Debian's chromium, since the tests never download a browser. Without it the journeys are skipped, except where CI
# is true: there they fail.
browser:
	@if [ -n "$$PORTAL_TEST_CHROMIUM" ] || command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; \
	elif [ "$$CI" = true ]; then \
		echo "chromium is missing, and only root can install it here" >&2; exit 1; \
	else \
		echo "No chromium found: the tests in a browser are skipped. Install it (apt-get install chromium" \
			"fonts-noto-cjk) or name one in PORTAL_TEST_CHROMIUM." >&2; \
	fi

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements/runtime.txt $(SOURCES) | .venv/bin/python
	$(INSTALL) --requirement requirements/runtime.txt
	$(LINK)
	@touch $@

.venv/development.stamp: requirements/development.txt $(SOURCES) | .venv/bin/python
	$(INSTALL) --requirement requirements/development.txt
	$(LINK)
	@touch .venv/runtime.stamp $@

UV_LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate setup.cfg requirements/build.in

lock: .venv/development.stamp
	$(UV_LOCK) --output-file requirements/runtime.txt
	$(UV_LOCK) --extra development --constraint requirements/runtime.txt --output-file requirements/development.txt

clean:
	rm -rf .venv build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find portal services tests templates translations -name __pycache__ -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete
