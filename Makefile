# Two commands do all the set-up on a fresh machine with Python 3.11 or newer:
#   make demo   installs the core and makes albums of the sample library
#   make test   installs everything, then checks everything

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
ALBUMS := demo-albums
# pip must not take the settings of the person's other projects; versions are pinned for everybody.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-slow lint types laws tests format clean

demo: $(VENV)/core
	@echo "Teaching the 16 landmarks of the sample world, from five photos each ..."
	@$(BIN)/landmarq teach --folders demo/references --landmarks demo/landmarks.csv --library $(ALBUMS) -o $(ALBUMS)/pack
	@echo "Making albums of its 242 photos ..."
	@$(BIN)/landmarq albums demo/photos --pack $(ALBUMS)/pack -o $(ALBUMS)
	@echo "Your own photos:  $(BIN)/landmarq albums ~/Pictures"

test: $(VENV)/all lint types laws tests

test-slow: $(VENV)/all
	$(BIN)/python -m pytest -q -m slow

lint: $(VENV)/all
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/all
	$(BIN)/mypy

laws: $(VENV)/all
	$(BIN)/lint-imports

tests: $(VENV)/all
	$(BIN)/python -m pytest -q

format: $(VENV)/all
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

$(BIN)/python:
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/core: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing landmarq's core: a minute or two ..."
	@$(INSTALL) -e '.[heic]'
	@touch $@

$(VENV)/all: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing landmarq with all extras: some minutes ..."
	@$(INSTALL) -e '.[heic,onnxruntime,train,serve,evaluate,search,quantise,local,scale,dev]'
	@touch $@ $(VENV)/core

clean:
	rm -rf $(VENV) $(ALBUMS)
