# make chat   sets everything up and opens the chat;  make test   sets up what the tests need and runs them
PYTHON ?= python3
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin

.PHONY: chat test test-slow lint evals lock clean check-python
.DELETE_ON_ERROR:

chat: $(VENV)/.installed
	@$(BIN)/python -m assistant chat --port $(PORT)

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest

test-slow: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -m slow

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

evals: $(VENV)/.installed-dev
	@$(BIN)/python -m evals run

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed and '$(PYTHON)' is not: install it, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing: install it (Debian, Ubuntu: apt install python3-venv) and run make again."; exit 1; }

$(BIN)/python: | check-python
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

# The stamps are written last: an interrupted installation is simply done again.
$(VENV)/.installed: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing (a minute or two, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml build.in -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  --extra dev --extra evals -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV)
