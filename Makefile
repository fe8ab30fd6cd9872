# Two commands are enough: `make report` and `make test`. Everything sets itself up in .venv first.
PYTHON ?= python3
BIN    := .venv/bin
# Compiled once, into .venv: the tree stays clean, and no process compiles all packages again.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
export MPLBACKEND := agg
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --group dev

.PHONY: report test lab check refresh edgar mutants lock clean

report: .venv/ready  ## render every notebook to reports/
	$(BIN)/python -m analysis report

test: .venv/ready .venv/edgar/ready  ## run every test, the notebooks' stored outputs included
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile
	.venv/edgar/bin/python -m pytest tests/revenue/filings/test_edgar.py

lab: .venv/ready  ## open the notebooks in JupyterLab, the one with controls first; for this machine alone
	JUPYTER_CONFIG_PATH=$(CURDIR) $(BIN)/python -m analysis lab

check: .venv/ready  ## every fault of every data table, and the style of the code
	$(BIN)/python -m analysis check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

refresh: .venv/ready  ## run the notebooks with their defaults and store the outputs; rewrite data/README.md
	$(BIN)/python -m analysis refresh

edgar: .venv/edgar/ready  ## set up .venv/edgar, for `analysis ingest --edgar`

mutants: .venv/mutants/ready  ## change the code in many places, one at a time, and see whether the tests notice (an hour)
	.venv/mutants/bin/python benchmarks/mutants.py

lock: .venv/ready  ## choose the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --output-file requirements.lock --upgrade
	$(BIN)/uv pip compile $(LOCK) --extra edgar pyproject.toml --output-file requirements-edgar.lock --upgrade
	echo uv | $(BIN)/uv pip compile $(filter-out --group dev,$(LOCK)) - --output-file requirements-uv.lock --upgrade
	echo 'mutmut>=3.8,<4' | $(BIN)/uv pip compile $(filter-out --group dev,$(LOCK)) - --constraint requirements.lock \
	  --output-file requirements-mutants.lock --upgrade

clean:
	rm -rf .venv reports

.venv/ready: requirements.lock requirements-uv.lock Makefile
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed, $(PYTHON) is `$(PYTHON) -V 2>&1`. Try: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv (once, about half a minute)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 10 \
	  --require-hashes -r requirements-uv.lock 2>.venv/setup.log || { \
	  echo "uv could not be installed: no network, or a proxy that pip does not know. Set HTTPS_PROXY or PIP_INDEX_URL" \
	  "and run make again; what pip said is in .venv/setup.log."; exit 1; }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/python -c 'import pathlib, sysconfig; \
	  pathlib.Path(sysconfig.get_path("purelib"), "analysis.pth").write_text("$(CURDIR)\n")'
	@touch $@

# Apart, because edgartools brings pyarrow, with which pandas keeps its texts otherwise and starts slower.
.venv/edgar/ready: .venv/ready requirements-edgar.lock
	@echo "Setting up .venv/edgar"
	@$(BIN)/python -m venv --clear --without-pip .venv/edgar
	@$(BIN)/uv pip install --quiet --python .venv/edgar/bin/python --require-hashes -r requirements-edgar.lock
	@.venv/edgar/bin/python -c 'import pathlib, sysconfig; \
	  pathlib.Path(sysconfig.get_path("purelib"), "analysis.pth").write_text("$(CURDIR)\n")'
	@touch $@

# Apart as well, because nothing but the search for mutants needs it.
.venv/mutants/ready: .venv/ready requirements-mutants.lock requirements.lock
	@echo "Setting up .venv/mutants"
	@$(BIN)/python -m venv --clear --without-pip .venv/mutants
	@$(BIN)/uv pip install --quiet --python .venv/mutants/bin/python --require-hashes \
	  -r requirements.lock -r requirements-uv.lock -r requirements-mutants.lock
	@touch $@
