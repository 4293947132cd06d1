# The two commands of the README: `make reports` and `make test`. Everything else is for developers.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: reports test test-browser lint lab lock messages clean

reports: $(INSTALLED)  ## the demo study's 18-month wave, to reports/
	$(BIN)/lokus run data/raw/demo --wave 18

test: $(INSTALLED) lint  ## everything that runs without a browser
	$(BIN)/python -m pytest -m "not browser"

test-browser: $(INSTALLED)  ## the pages in headless Chromium, which must be installed
	$(BIN)/python -m pytest -m browser

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: $(INSTALLED)  ## JupyterLab on the notebooks, with the demo study's tables in place
	test -d data/processed/demo/wave-18 || $(BIN)/lokus run data/raw/demo --wave 18
	$(BIN)/jupyter lab --notebook-dir=. notebooks

# --compile makes fresh processes import three times faster where PYTHONDONTWRITEBYTECODE is set.
$(INSTALLED): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"Lokus needs Python 3.11 or later, found {v.major}.{v.minor}. Say which: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

lock:  ## pyproject.toml -> requirements.txt; needs uv
	uv pip compile --universal --generate-hashes --python-version 3.11 --all-extras --no-emit-index-url \
		--no-annotate --custom-compile-command "make lock" pyproject.toml -o requirements.txt

clean:  ## everything generated, nothing written by hand
	rm -rf .venv data/processed reports
