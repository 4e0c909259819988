# Everything runs in .venv, made by `make setup` from the project's own files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo full test lint docs bench soak clean

setup: $(STAMP)

$(STAMP): setup.cfg pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing snowpact and its dependencies into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup
	@$(BIN)/python tool/demo.py

full: setup
	@$(BIN)/python tool/full.py

test: setup
	@$(BIN)/pytest -q -n auto --dist loadfile -m "not soak"

lint: setup
	@$(BIN)/ruff check tool tests bench
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tool/docs.py --check

docs: setup
	@$(BIN)/python tool/docs.py

bench: setup
	@$(BIN)/python bench/run.py

soak: setup
	@$(BIN)/pytest -q -m soak
	@$(BIN)/pytest -q -n auto --dist loadfile -m "not soak" --hypothesis-profile=search

clean:
	rm -rf $(VENV) build *.egg-info .snowpact
