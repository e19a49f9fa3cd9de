# Everything there is to type. `make run` and `make test` set up what they need by themselves.
#   make run     the whole service on this machine; Ctrl-C ends it      make check   style, types, layers, templates
#   make test    the whole suite; ARGS="-k door" picks some             make bench   the figures of benchmarks/
#   make lock    pin the dependencies anew                              make vendor  fetch static/vendor and the font anew
#   make words   bring the English catalogue up to the templates
# PYTHON=/path/to/python chooses the interpreter; it is 3.11 or newer.

MAKEFLAGS += --no-print-directory
export PYTHON
ARGS ?=

.PHONY: help run test check bench lock vendor words environment
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | head -n 7

run:
	@sh scripts/environment run
	@exec .venv/bin/conference run

environment:
	@sh scripts/environment dev

test: environment
	@sh scripts/machine
	@exec .venv/bin/python -m pytest --numprocesses auto --dist worksteal --quiet $(ARGS)

check: environment
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet . || { .venv/bin/ruff format --check .; exit 1; }
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo >.venv/lint-imports.log 2>&1 || { cat .venv/lint-imports.log; exit 1; }
	@.venv/bin/djlint --lint --quiet templates
	@echo "checked: style, types, layers, templates"

bench: environment
	@sh scripts/machine
	@exec .venv/bin/python -m benchmarks $(ARGS)

lock:
	@sh scripts/lock

vendor:
	@sh scripts/environment tools
	@.venv-tools/bin/python scripts/vendor.py
	@.venv-tools/bin/python scripts/rare_font.py

words: environment
	@.venv/bin/python scripts/words.py
