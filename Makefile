# Reelmill: everything starts here. Needs Python 3.11 or newer and a network that reaches the
# package indexes; all else is set up by the first command, inside this folder.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
WORKERS ?= 2
SOAK_SECONDS ?= 120
# For a second look at what has failed: --last-failed
LAST_FAILED ?=

# A file name reaches the program through the environment, untouched: neither make nor a shell
# looks into it, so blanks, quotes, `$` and a leading dash are nothing special.
override REELMILL_DEMO_FILE := $(value FILE)
export REELMILL_DEMO_FILE
unexport FILE
override FILE :=

.PHONY: help setup demo run test test-media test-e2e test-players test-web test-slow soak cluster-test bench check fmt lock web clean

help: ## this list
	@echo "make demo                  one real transcode end to end, and what came out"
	@echo "make demo FILE=video.mkv   the same with a file of yours"
	@echo "make run                   the stack with its web app, until Ctrl-C"
	@echo "make test                  the tests, but not those below"
	@echo "make test-media            real films through the runner: every codec, every option; some minutes"
	@echo "make test-e2e              whole installations: bad input, kill -9, outages; some minutes"
	@echo "make test-players          every packaging in hls.js, dash.js and Shaka Player; about two minutes"
	@echo "make test-web              the web app in Chromium, against a real stack; some minutes"
	@echo "make test-slow             the slow ones: an hour, most of it waiting"
	@echo "make soak                  two minutes of kill -9 at random; SOAK_SECONDS=3600 for longer"
	@echo "make cluster-test          the tests on a real Kubernetes, brought up here as root"
	@echo "make bench                 every promise about speed beside its peer; about an hour"
	@echo "make bench NAME=scan       one of them: jobs split ladder cut launch watch live_jobs scan assets ..."
	@echo "make check                 format, lint, types, floors, exported schemas, web app"
	@echo "make fmt                   put the format right"
	@echo "make web                   build the web app"
	@echo "make lock                  newest versions into requirements/*.txt"
	@echo "make clean                 remove what was built; data in .reelmill stays"
	@echo
	@echo "Settings: PYTHON=/path/to/python3, REELMILL_HOME, REELMILL_PORT, REELMILL_S3_PORT"

setup: ## .tools and .venv; nothing to do when the lock files did not change
	@python=$$(sh scripts/find-python.sh) && "$$python" scripts/bootstrap.py

demo: setup
	@$(PY) -m local demo

run: setup web
	@$(PY) -m local run

web: setup
	@$(PY) scripts/web.py build

# A file of tests stays in one process, for what its tests share.
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test: setup
	@$(PY) -m pytest $(PARALLEL) -m "not (slow or cluster or media or e2e or players or web)" $(LAST_FAILED)

test-media: setup
	@$(PY) -m pytest $(PARALLEL) -m "media and not slow" $(LAST_FAILED) tests/runner

test-e2e: setup
	@$(PY) -m pytest $(PARALLEL) -m "e2e and not slow" $(LAST_FAILED) tests/e2e

test-players: setup
	@$(PY) -m pytest -n 0 -m "players and not slow" $(LAST_FAILED) tests/players

test-web: setup
	@$(PY) -m pytest $(PARALLEL) -m "not slow" $(LAST_FAILED) tests/web

test-slow: setup
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile -m slow

soak: setup
	@REELMILL_CHAOS_SECONDS=$(SOAK_SECONDS) $(PY) -m pytest -n 0 -rP tests/e2e/test_chaos.py -m "not slow"

cluster-test: setup
	@$(PY) -m tests.cluster prepare
	@$(PY) -m pytest -n 0 -m cluster --timeout 900 --durations 10 $(LAST_FAILED) tests/deploy tests/cluster

bench: setup
	@$(PY) -m bench $(NAME)

check: setup
	@sh scripts/check.sh

fmt: setup
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

lock:
	@sh scripts/lock.sh

clean:
	@rm -rf .tools .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .grimp_cache \
		web/node_modules web/dist demo-output test-artifacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
