# Every command a person or CI runs. `make` alone prints the list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

STATE := .local
VENV := $(STATE)/venv
LINT_VENV := $(STATE)/lint-venv
# Some 2 GB of packages, so only `make evidence` asks for it.
PROWLER_VENV := $(STATE)/prowler-venv
PYTHON := $(VENV)/bin/python
LINT_PYTHON := $(LINT_VENV)/bin/python
# Tools built from source stay in the user's cache: a fresh clone need not build them again.
CARGO_TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/bedrock-streaming/tools
CARGO_DENY := $(CARGO_TOOLS)/bin/cargo-deny
ARCH ?= x86_64
HOST_ARCH := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
# What `make ask` talks to: the running demo, else the deployed stack that `make ui-config` wrote down.
CONFIG ?= $(firstword $(wildcard $(STATE)/demo/ui/config.json ui/public/config.json))
export CHECKPOINT_DISABLE := 1

.PHONY: help
help: ## Print this list
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

# ---- Try it -------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: setup $(VENV)/ready ui/node_modules/ready ## Run the whole stack on this machine and open the chat; Ctrl-C stops it
	@$(PYTHON) -m demo

.PHONY: demo-stop
demo-stop: ## Stop a demo left running and forget its state
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m demo stop; else echo "demo: nothing to stop"; fi

.PHONY: ask
ask: ## Ask from the terminal: make ask Q="..." (the demo's stack, or CONFIG=path/to/config.json)
	@[ -n "$${Q:-}" ] || { echo 'usage: make ask Q="What is a VPC endpoint?" [CONFIG=ui/public/config.json]' >&2; exit 2; }
	@[ -n "$(CONFIG)" ] || { echo "ask: no demo is running (make demo) and no deployed stack is configured (make ui-config)" >&2; exit 2; }
	@cargo run --quiet --package ask -- --config "$(CONFIG)" -- "$$Q"

# ---- Install ------------------------------------------------------------------------------------------------------

.PHONY: setup
setup: ## Check the tools this needs; name what is missing
	@local/demo/prerequisites.sh

SECOND_OPINION := local/tests/authorization/second-opinion-requirements.txt
$(VENV)/ready: local/pyproject.toml $(SECOND_OPINION) tests/requirements.txt tools/evidence/requirements.txt
	@echo "Python packages → $(VENV)"
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable 'local[dev]' --requirement tests/requirements.txt --requirement tools/evidence/requirements.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $(SECOND_OPINION)
	@touch $@

$(LINT_VENV)/ready: deployment/tests/lint-requirements.txt
	@echo "Security linters → $(LINT_VENV)"
	@python3 -m venv $(LINT_VENV)
	@$(LINT_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(PROWLER_VENV)/ready: tools/evidence/prowler-requirements.txt
	@echo "prowler → $(PROWLER_VENV)"
	@python3 -m venv $(PROWLER_VENV)
	@$(PROWLER_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(CARGO_DENY):
	@echo "cargo-deny → $(CARGO_TOOLS)"
	@cargo install --quiet --locked --version 0.20.2 --root $(CARGO_TOOLS) cargo-deny

%/node_modules/ready: %/package-lock.json
	@echo "npm packages → $(@D)"
	@npm ci --prefix $* --no-progress --loglevel=error
	@touch $@

# ---- Build --------------------------------------------------------------------------------------------------------

.PHONY: package
package: ## Build dist/*.zip as AWS Lambda runs them (ARCH=x86_64 or arm64)
	@tools/package/package.sh --profile release --arch $(ARCH) --out dist

.PHONY: ui-config
ui-config: ui/node_modules/ready ## Write ui/public/config.json from the outputs of deployment/ (ARGS="--oidc-client ID")
	@terraform -chdir=deployment output -json | npm run --silent --prefix ui config -- $(ARGS)

.PHONY: bench
bench: package ## Measure the functions against the blog's algorithm; write docs/performance.md
	@cargo run --quiet --release --package bench

.PHONY: redrive
redrive: $(VENV)/ready ## List the questions in the dead-letter queues (ARGS="--replay" or "--discard" acts on them)
	@$(PYTHON) tools/redrive/redrive.py $(ARGS)

.PHONY: docs
docs: $(VENV)/ready ## Rewrite the generated tables in docs/
	@$(PYTHON) tools/evidence/documents.py

.PHONY: prove
prove: $(VENV)/ready tests/browser/node_modules/ready ## Take each permission of each profile away, and see what fails (ARGS="sample", ARGS=--write)
	@tools/package/package.sh --profile dev --arch $(HOST_ARCH) --out $(STATE)/dist
	@$(PYTHON) tools/prove/prove.py $(ARGS)

.PHONY: evidence
evidence: $(VENV)/ready $(LINT_VENV)/ready $(PROWLER_VENV)/ready $(CARGO_DENY) ui/node_modules/ready package prove ## Write evidence/ for an auditor (PLAN=plan.json: your own plan)
	@PATH="$(CARGO_TOOLS)/bin:$$PATH" $(PYTHON) tools/evidence/collect.py --architecture $(ARCH) $(if $(PLAN),--plan $(PLAN))

# ---- Check --------------------------------------------------------------------------------------------------------

.PHONY: fmt
fmt: ## Format everything (the only target that rewrites sources)
	@cargo fmt --all
	@terraform fmt -recursive deployment
	@terraform fmt sample.tfvars
	@$(VENV)/bin/ruff format $(PYTHON_SOURCES)

PYTHON_SOURCES := local tests tools deployment/tests
SECURITY_TESTS := deployment/tests/test_policies.py deployment/tests/test_checkov.py
INSTALLED := $(VENV)/ready $(LINT_VENV)/ready $(CARGO_DENY) $(addsuffix /node_modules/ready,ui deployment/api tests/browser)

# Two lanes for two cores; what times real answers then has the machine to itself. Installed first, as lanes share packages.
.PHONY: test
test: setup ## Run every check there is, one closing line per suite
	@$(MAKE) --no-print-directory -j 4 $(INSTALLED)
	@tests/run.sh test-format,test-rust,test-ui test-deployment,test-security,test-local,test-docs then test-e2e

.PHONY: test-format
test-format: $(VENV)/ready ## Formatting, nothing rewritten
	@cargo fmt --all --check
	@terraform fmt -check -diff -recursive deployment
	@terraform fmt -check -diff sample.tfvars
	@$(VENV)/bin/ruff format --check --quiet $(PYTHON_SOURCES)

.PHONY: test-rust
test-rust: $(CARGO_DENY) ## Lints, licences, unit, property and process tests of the functions and tools
	@cargo clippy --quiet --workspace --all-targets --locked -- -D warnings
	@$(CARGO_DENY) --log-level error check bans licenses sources
	@tools/package/test.sh
	@cargo nextest run --workspace --locked --no-fail-fast --status-level fail --final-status-level fail

.PHONY: test-deployment
test-deployment: $(LINT_VENV)/ready deployment/api/node_modules/ready ## Plans, refusals, resolvers and the contract, on a mocked provider
	@npm run --silent --prefix deployment/api lint
	@npm test --silent --prefix deployment/api
	@$(LINT_PYTHON) -m pytest -q deployment/tests $(addprefix --ignore=,$(SECURITY_TESTS))

.PHONY: test-security
test-security: $(LINT_VENV)/ready ## checkov on everything, parliament on every policy
	@$(LINT_PYTHON) -m pytest -q $(SECURITY_TESTS)

.PHONY: test-local
test-local: $(VENV)/ready ## Lints and tests of local AWS
	@$(VENV)/bin/ruff check --quiet $(PYTHON_SOURCES)
	@cd local && ../$(PYTHON) -m mypy
	@cd local && ../$(PYTHON) -m pytest -q

.PHONY: test-ui
test-ui: ui/node_modules/ready ## Types, lints, components, accessibility and bundle size of the UI
	@npm run --silent --prefix ui check

.PHONY: test-docs
test-docs: $(VENV)/ready ## What the documents name exists; what is generated is current; no source is too long
	@$(PYTHON) -m pytest -q tests/docs

.PHONY: test-e2e
test-e2e: $(VENV)/ready tests/browser/node_modules/ready ui/node_modules/ready ## Deploy, chat, break, look, destroy: the whole stack on local AWS
	@tools/package/package.sh --profile dev --arch $(HOST_ARCH) --out $(STATE)/dist
	@npm run --silent --prefix tests/browser check
	@npm run --silent --prefix ui build
	@$(PYTHON) -m pytest -q tests/e2e
