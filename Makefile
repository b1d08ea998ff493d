# hoidap: `make run` opens the chat, `make test` runs every test; both set up what is missing.

PYTHON ?= python3.11
PORT ?= 7860
WORKERS ?= 2
BUNDLE ?= build/hoidap-bundle
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
HOIDAP := $(BIN)/hoidap

# Native code for this machine's CPU, without the parts that are never loaded (images, downloads).
export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF -DCMAKE_PROJECT_llama.cpp_INCLUDE=$(CURDIR)/llama-lean.cmake
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test screens setup models seeds bundle bench peers check lint clean

run: models seeds  ## set up, index seeds/, open the chat on 127.0.0.1:7860
	@$(HOIDAP) ui --port $(PORT)

test: setup-dev models test-models lint  ## the whole test suite
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile

screens: setup-dev  ## every scenario of the screen at both widths in both themes; pictures in build/screens
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --all-looks tests/ui -k "screen or hostile"

setup: $(STAMP)

setup-dev: $(VENV)/.installed-dev

models: $(STAMP)
	@$(HOIDAP) models pull

test-models: $(STAMP)
	@$(HOIDAP) models pull qwen2.5-coder-0.5b

seeds: $(STAMP) models
	@$(HOIDAP) ingest seeds

bundle: setup-dev models  ## everything for a machine without a network, in one folder
	@nice $(BIN)/python -m bundle.build $(BUNDLE)

bench: setup-dev models  ## every figure of docs/performance.md into build/bench; SECTIONS="start search" for some
	@$(BIN)/python -m bench $(SECTIONS)

peers: setup-dev  ## the environments of the four systems that `make bench SECTIONS=peers` compares with
	@$(BIN)/python -m bench.peers.environments

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy

check:
	@PYTHON="$(PYTHON)" sh .ci/check

$(STAMP): pyproject.toml llama-lean.cmake | check
	@echo "Đang cài đặt vào $(VENV) (lần đầu mất vài phút)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c "import torch" 2>/dev/null || $(BIN)/pip install --quiet torch==2.13.0
	@$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(STAMP)
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@sh .ci/browser
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
