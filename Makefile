# Every target works from nothing: it makes what it needs, and installs only into folders of its own here.
.DEFAULT_GOAL := help
.PHONY: help demo test test-full test-newest mutants faults races hostile fuzz bench bench-quick bench-check check environments clean
# Python keeps what it has compiled: the tests start it hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

# The first that runs and is new enough makes .venv.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
NEWEST ?= $(PYTHON)
TESTS ?= tests
BIN := .venv/bin
JOBS := 2
# Without npm the tests of editors are skipped, and say so.
EDITOR := $(if $(shell command -v npm 2>/dev/null),.node/.stamp)

help: ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /\1 - /p' Makefile

demo: .venv/.stamp ## the tour: a realistic registry is validated, changed, released, locked, verified, broken
	PATH="$(CURDIR)/$(BIN):$$PATH" sh example-registry/demo

test: .venv/.stamp $(EDITOR) ## the tests, with coverage
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup --cov --cov-report= --cov-fail-under=0 $(TESTS)
	$(BIN)/coverage report
	$(BIN)/coverage report --include='plmctl/core/*,plmctl/rules/*' --fail-under=100

test-full: .venv/.stamp ## generated tests with all that they can draw; takes about ten minutes
	PLMCTL_FULL=1 $(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup tests/properties tests/core/test_document_properties.py \
		tests/store/test_against_dvc.py

test-newest: .venv-newest/.stamp ## the quick tests on another Python: make test-newest NEWEST=python3.13
	.venv-newest/bin/python -m pytest -q -n $(JOBS) --dist loadgroup -m "not slow" $(TESTS)

mutants: .venv/.stamp ## change the reader and the verifier of locks, one thing at a time: some test must fail; takes an hour
	$(BIN)/python -m tests.mutation $(MUTANTS)

faults: .venv/.stamp ## kill commands 10,000 times, at any step; PLMCTL_FAULTS=N times
	$(BIN)/python -m tests.faults

races: .venv/.stamp ## four clones push a release at the same time, 200 times
	PLMCTL_RACES=200 $(BIN)/python -m pytest -q -n0 tests/faults/test_races.py

fuzz: .venv/.stamp ## a million inputs of each target, as tests/fuzz/targets has them; takes hours; FUZZ='--inputs 1000 --seed 2'
	$(BIN)/python -m tests.fuzz $(FUZZ)

hostile: .venv/.stamp ## weigh every hostile file: CPU time and memory of the real command, the worst five
	$(BIN)/python -m tests.hostile

bench: .venv-bench/.stamp ## measure every command beside its peers, and write benchmarks/results.json; takes hours
	.venv-bench/bin/python -m benchmarks

bench-quick: .venv-bench/.stamp ## the same with 1,000 manifests, in minutes; writes nothing
	.venv-bench/bin/python -m benchmarks --quick

bench-check: .venv-bench/.stamp ## what got worse since benchmarks/results.json
	.venv-bench/bin/python -m benchmarks --check

check: .venv/.stamp ## style, types, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

environments: .venv/.stamp $(EDITOR)

# An old pip takes long to choose, and works. Of the largest packages, which one test needs, Python itself compiles
# the modules that it imports.
define filled
$(1)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip || true
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[$(2)]'
	$(1)/bin/python -m compileall -qq -j 0 -x '/(anthropic|litellm|openai)/' $(1)/lib || true
	touch $@
endef

clean: ## everything that was made here
	rm -rf .venv .venv-newest .venv-bench .node benchmarks/.work .mutants.jsonl .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.stamp: pyproject.toml
	$(if $(PYTHON),,$(error Python 3.11 or newer is needed: none of python3.11, python3 ... runs))
	$(PYTHON) -m venv .venv
	$(call filled,.venv,dev)

.venv-newest/.stamp: pyproject.toml
	$(NEWEST) -m venv --clear .venv-newest
	$(call filled,.venv-newest,test)

.venv-bench/.stamp: pyproject.toml
	$(if $(PYTHON),,$(error Python 3.11 or newer is needed: none of python3.11, python3 ... runs))
	$(PYTHON) -m venv --clear .venv-bench
	$(call filled,.venv-bench,benchmark)

# What editors start to check YAML against a schema. No script of a package runs, and no address is written down.
.node/.stamp:
	npm install --loglevel error --prefix .node --no-audit --no-fund --no-package-lock --ignore-scripts \
		--fetch-retries 1 --fetch-timeout 30000 yaml-language-server@1.25.0 && touch $@ \
		|| echo "npm cannot install yaml-language-server: the tests of editors are skipped"
