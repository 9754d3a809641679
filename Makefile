# On a fresh machine with Python 3.11 to 3.13 and make: `make lab` or `make test`.
# Without make (Windows): the README says the same in three lines.

PYTHON ?= python3
BROWSER ?= yes
SHELL := bash
.SHELLFLAGS := -o pipefail -c
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup lab test quick lint bench equality docs pictures published case studies notebooks

setup: $(STAMP)  ## make .venv with everything in it

$(STAMP): pyproject.toml constraints.txt
	@echo "[1/3] making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@echo "[2/3] installing salessim and what it needs (about 140 packages, some minutes the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check \
		--constraint constraints.txt --editable ".[lab,cluster,fast,test,dev]" | awk ' \
		/^Collecting/ { if (++n % 20 == 0) print "      " n " packages looked up"; fflush() } \
		/^ *(Downloading|Using cached) .*whl / { if (++m % 20 == 0) \
			print "      " m " of about 140 packages here"; fflush() } \
		/^Installing collected/ { print "      putting them in place"; fflush() } \
		/^ERROR/ { print; fflush() }'
	@echo "[3/3] looking whether it runs"
	@$(BIN)/python -c "import salessim as ss; ss.simulate(ss.Scenario.load('small-team')).kpi"
	@touch $(STAMP)
	@echo "ready: $(VENV)"

lab: $(STAMP)  ## open JupyterLab on the first notebook; BROWSER=no opens no browser
	@$(BIN)/salessim lab $(if $(filter no,$(BROWSER)),--no-browser)

test: $(STAMP)  ## every test, notebooks and browser included
	@echo "[1/2] tests of the package (two processes)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile
	@echo "[2/2] the notebooks, cell by cell against their stored outputs"
	@$(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout 300 \
		--nbval-sanitize-with tests/nbval.cfg notebooks

quick: $(STAMP)  ## the tests that take under a minute together
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

lint: $(STAMP)  ## format, rules, types, directions of imports
	@$(BIN)/ruff format --check salessim tests benchmarks
	@$(BIN)/ruff check salessim tests benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)  ## speed and memory beside others, as ratios of one run (ten minutes)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
		--constraint constraints.txt --editable ".[bench]"
	@$(BIN)/python -m benchmarks

equality: $(STAMP)  ## both engines over 2,000 random scenarios (some minutes)
	@TWIN_EXAMPLES=2000 $(BIN)/python -m pytest tests/test_twin.py

docs: $(STAMP)  ## write the generated pages of docs/ again
	@$(BIN)/python -c "from salessim.run.kpis import definitions_page as page; print(page(), end='')" \
		> docs/kpis.md
	@$(BIN)/python -c "from salessim.scenario.reference import reference_page as page; print(page(), end='')" \
		> docs/scenario.md

pictures: $(STAMP)  ## draw the pictures of docs/plots.md again
	@$(BIN)/python -m benchmarks.gallery

published: $(STAMP)  ## the presets' figures beside published ones (some minutes)
	@$(BIN)/python -m benchmarks.published > docs/published.md

case: $(STAMP)  ## productivity with support against without, 100 replications (some minutes)
	@$(BIN)/python -m benchmarks.support_case

studies: $(STAMP)  ## what studies promise: coverage, false verdicts, shared luck, speed, search
	@$(BIN)/python -m benchmarks.studies

notebooks: $(STAMP)  ## run the notebooks and store their outputs
	@$(BIN)/jupyter nbconvert --to notebook --execute --inplace notebooks/*.ipynb
