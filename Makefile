# make run   starts Trellis          make test   runs all checks and tests
# Works on a bare Debian 12 with Python 3.11: everything else is fetched into .venv, nothing is needed beforehand.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
ROOT_WITH_APT := $(shell [ "$$(id -u)" = 0 ] && command -v apt-get)
CHROMIUM ?= $(shell command -v chromium-headless-shell || command -v chromium)
CATALOGUES := $(wildcard runtime/translations/*/LC_MESSAGES/messages.po)
APT_INSTALL = apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends
export PIP_DISABLE_PIP_VERSION_CHECK = 1
unexport PYTHONDONTWRITEBYTECODE   # each process that is started would compile everything anew

.DEFAULT_GOAL := help
.PHONY: help run install install-dev translations browser test lint sizes lock clean

help: ## say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: install ## start web, worker, scheduler and the embedded queue; Ctrl-C stops them all
	@exec $(BIN)/trellis up

test: install-dev browser lint ## run all checks and tests
	@CHROMIUM="$(or $(CHROMIUM),/usr/bin/chromium-headless-shell)" $(BIN)/pytest -q -n 3 --dist worksteal

lint: install-dev ## ruff, and mypy in strict mode on the files that hold ideas only
	@$(BIN)/ruff check .
	@$(BIN)/python -m tests.architecture pure | xargs $(BIN)/mypy --follow-imports=silent

sizes: install-dev ## how large files and functions are
	@$(BIN)/python -m tests.architecture sizes

lock: install-dev ## choose versions anew, with their hashes
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.11 \
	    --extra build -o requirements.lock pyproject.toml
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.11 \
	    --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove what was fetched and built; your data in var/ stays
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

install: .venv/installed translations
install-dev: .venv/installed-dev translations

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Trellis needs Python 3.11 or later: apt install python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Trellis needs Python 3.11 or later; $(PYTHON) is older."; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	    [ -n "$(ROOT_WITH_APT)" ] && $(APT_INSTALL) python3-venv \
	    || { echo "Python's venv module is missing: apt install python3-venv"; exit 1; }; \
	fi
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@$(BIN)/pip install -q --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	@$(BIN)/pip install -q --require-hashes -r requirements-dev.lock
	@touch $@

translations: $(CATALOGUES:.po=.mo)

%.mo: %.po | .venv/installed
	@$(BIN)/pybabel -q compile -i $< -o $@

browser:
ifeq ($(CHROMIUM),)
	@if [ -n "$(ROOT_WITH_APT)" ]; then $(APT_INSTALL) chromium-headless-shell fonts-noto-cjk; \
	else echo "No Chromium here: browser tests will be skipped. As root: apt install chromium-headless-shell"; fi
endif
