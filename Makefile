# `make run` is all that is needed to read the paper; the rest is for those who change it.
#   make run PORT=8001     DATABASE_URL=… and BROADSHEET_HOME=… are honoured too

PYTHON = python3
BOOTSTRAP = $(PYTHON) -m config.bootstrap

.PHONY: run test lint lock clean has-python

run: has-python
	@$(BOOTSTRAP) run

# ARGS goes to pytest: make test ARGS="tests/papers -x". Each process has a database server of its own (tests/conftest.py),
# and more than four wait for each other's browsers more than they gain. A process is given few tests at a time, so that
# all end together.
test: has-python
	@$(BOOTSTRAP) dev
	@.venv/bin/python -m pytest --numprocesses logical --maxprocesses 4 --maxschedchunk 4 $(ARGS)

lint: has-python
	@$(BOOTSTRAP) dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/python manage.py makemigrations --check --dry-run
	BROADSHEET_URL=https://papers.example.org SECRET_KEY=`.venv/bin/python -c 'import secrets; print(secrets.token_hex(32))'` \
	    .venv/bin/python manage.py check --deploy --fail-level WARNING

# Pins for every system that we serve, with hashes and without the address of an index.
COMPILE = .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
    --system-certs --python-version 3.11

lock: has-python
	@$(BOOTSTRAP) dev
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) --group embedder --no-deps --output-file requirements-embedder.txt
	$(COMPILE) --group bench --constraints requirements-embedder.txt --output-file requirements-bench.txt
	$(COMPILE) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt

# The data in .broadsheet stays: it is not ours to throw away.
clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

has-python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	    echo "Python 3.11 or newer is needed, and there is no $(PYTHON) on the PATH."; exit 1; }
