# On a new machine with make and Python 3.11, 3.12, or 3.13: `make lab` or `make test`.
# Without make (Windows): see the three lines in the README.

PYTHON ?= python3
BROWSER ?= yes
SHELL := bash
.SHELLFLAGS := -o pipefail -c
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup lab test quick lint bench equality model docs pictures published case studies
.PHONY: outlook notebooks panels

setup: $(STAMP)  ## create .venv with everything installed

$(STAMP): pyproject.toml constraints.txt
	@echo "[1/3] creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@echo "[2/3] installing salessim and its dependencies (about 160 packages; takes a few minutes the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check \
		--constraint constraints.txt --editable ".[lab,cluster,fast,test,dev]" | awk ' \
		/^Collecting/ { if (++n % 20 == 0) print "      " n " packages found"; fflush() } \
		/^ *(Downloading|Using cached) .*whl / { if (++m % 20 == 0) \
			print "      " m " of about 160 packages downloaded"; fflush() } \
		/^Installing collected/ { print "      installing them"; fflush() } \
		/^ERROR/ { print; fflush() }'
	@echo "[3/3] checking that it runs"
	@$(BIN)/python -c "import salessim as ss; ss.simulate(ss.Scenario.load('small-team')).kpi"
	@touch $(STAMP)
	@echo "ready: $(VENV)"

lab: $(STAMP)  ## open JupyterLab with the first notebook; BROWSER=no prints the address instead
	@$(BIN)/salessim lab $(if $(filter no,$(BROWSER)),--no-browser)

test: $(STAMP)  ## all tests, including the notebooks and the browser tests
	@echo "[1/2] testing the package (two processes)"
	@SALESSIM_EXAMPLES=100 EXPLAIN_EXAMPLES=25 $(BIN)/python -m pytest -n 2 --dist loadfile
	@echo "[2/2] testing the notebooks, cell by cell, against their stored outputs"
	@$(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout 300 \
		--nbval-sanitize-with tests/nbval.cfg notebooks

quick: $(STAMP)  ## the fast tests (under a minute in all)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

lint: $(STAMP)  ## formatting, style rules, types, direction of imports
	@$(BIN)/ruff format --check salessim tests benchmarks
	@$(BIN)/ruff check salessim tests benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)  ## speed and memory compared with other libraries (10 minutes)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
		--constraint constraints.txt --editable ".[bench]"
	@$(BIN)/python -m benchmarks

equality: $(STAMP)  ## check that both engines agree on 2,000 random scenarios (a few minutes)
	@TWIN_EXAMPLES=2000 $(BIN)/python -m pytest tests/test_twin.py
	@echo "the same with every index checked, 200 scenarios"
	@NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(VENV)/checked TWIN_EXAMPLES=200 \
		$(BIN)/python -m pytest tests/test_twin.py -k nobody_chose

model: $(STAMP)  ## record the SimPy model's sources, once the compiled engine has the same edits
	@$(BIN)/python -c "from salessim.source import record; record()"

docs: $(STAMP)  ## regenerate the generated pages in docs/
	@$(BIN)/python -c "from salessim.run.kpis import definitions_page as page; print(page(), end='')" \
		> docs/kpis.md
	@$(BIN)/python -c "from salessim.scenario.reference import reference_page as page; print(page(), end='')" \
		> docs/scenario.md

pictures: $(STAMP)  ## redraw docs/plots.md and its pictures
	@$(BIN)/python -m benchmarks.gallery

panels: $(STAMP)  ## take the pictures of the notebooks' panels in a browser (needs Chromium)
	@$(BIN)/python -m benchmarks.panels

published: $(STAMP)  ## compare the presets with published figures (a few minutes)
	@$(BIN)/python -m benchmarks.published > docs/published.md

case: $(STAMP)  ## productivity with and without support, 100 replications (a few minutes)
	@$(BIN)/python -m benchmarks.support_case

studies: $(STAMP)  ## measure what studies promise: coverage, false verdicts, variance reduction, speed, search
	@$(BIN)/python -m benchmarks.studies

outlook: $(STAMP)  ## what outlook promises: ranges, chances, time (a few minutes)
	@$(BIN)/python -m benchmarks.outlook

expected: $(STAMP)  ## what loads, observed rates and the bottleneck promise (about 15 minutes)
	@$(BIN)/python -m benchmarks.expected

notebooks: $(STAMP)  ## run the notebooks and save their outputs
	@$(BIN)/jupyter nbconvert --to notebook --execute --inplace notebooks/*.ipynb
