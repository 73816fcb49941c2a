# Two commands to begin with: `make app` and `make test`. They need Python 3.11 to 3.13, git and
# make, install into .venv and nowhere else, and install again only when a requirements file changes.

SHELL  := /bin/bash
VENV   := .venv
PY     := $(VENV)/bin/python
APP    := $(VENV)/.app-installed
DEV    := $(VENV)/.dev-installed
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
            $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
            && echo $$p && break; done)

WORKSPACE := $(abspath $(or $(SECOND_READER_HOME),workspace))
DEMO      := $(WORKSPACE)/demo
# What the browser may open: your own roots, ./data when there is one, and the demo.
ROOTS     := $(if $(SECOND_READER_DATA),$(SECOND_READER_DATA):)$(if $(wildcard data),$(CURDIR)/data:)$(DEMO)

T ?= tests
export TF_CPP_MIN_LOG_LEVEL ?= 2
.DELETE_ON_ERROR:
.PHONY: all app demo test check format bench bench-train bench-viewer bench-worklist picture dev clean help

all: $(APP)  ## .venv with what the app needs
	@echo "Ready: 'make app' opens it, 'make help' lists the rest."

app: $(APP) $(DEMO)  ## the app with a demo study, on a free local port from 8501 on
	SECOND_READER_HOME="$(WORKSPACE)" SECOND_READER_DATA="$(ROOTS)" $(PY) -m streamlit run app.py

demo: $(DEMO)  ## the demo studies alone

# In their folders' order: xdist would put files of few tests last, which are the longest ones, and
# one core would wait for the other.
test: $(DEV)  ## every test, on two cores; T=tests/readers for a part
	$(PY) -m pytest $(if $(filter tests,$(T)),-n 2 --dist loadfile --no-loadscope-reorder) $(T)

check: $(DEV)  ## lint, format, types and layers
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(DEV)  ## put imports and layout right
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(APP)  ## slices a second in every engine and precision, a whole process, growth; ARGS="--only memory"
	$(PY) -m benchmarks.engines $(ARGS)

bench-train: $(APP)  ## training: the step alone, the whole pipeline, the pipeline alone; DATA=folder for real slices
	$(PY) -m benchmarks.training $(addprefix --data ,$(DATA))

bench-viewer: $(DEV)  ## frames a second and seconds to open a study, in Chromium
	$(PY) -m benchmarks.viewer

bench-worklist: $(DEV)  ## seconds until ten thousand studies are listed, searched and sorted, in Chromium
	$(PY) -m benchmarks.worklist

picture: $(DEV)  ## the README's picture: the demo study in the viewer
	$(PY) -m docs.picture docs/viewer.png

dev: $(DEV)  ## .venv with what tests and checks need too

clean:  ## remove .venv and caches; the workspace stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(PY):
	@test -n "$(PYTHON)" || { echo "Expected Python 3.11, 3.12 or 3.13, found none of them." \
	  "Install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(APP): requirements.txt | $(PY)
	@echo "Installing what the app needs: some minutes the first time."
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt requirements-quantise.txt requirements.txt | $(PY)
	@echo "Installing what the app, its tests and checks need: some minutes the first time."
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(APP)

$(DEMO): | $(APP)
	@echo "Making the demo studies in $@."
	@rm -rf $@.part
	@$(PY) -m seg_core data phantom --quiet --out $@.part
	@mv $@.part $@
