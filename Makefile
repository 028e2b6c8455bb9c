# Two commands: `make demo` shows what cognitoken does, `make test` runs every test. Both set up what they need inside
# this folder (.venv, .r-library, target); only R, Python and a C compiler come from the system.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
export PYTHON

venv := $(CURDIR)/.venv
# On Windows, the programs of a virtual environment are elsewhere.
venv_programs := $(venv)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
r_library := $(CURDIR)/.r-library

# Everything finds this project's own tools first, and nothing of the user's.
export PATH := $(venv_programs):$(CURDIR)/target/debug:$(PATH):$(HOME)/.cargo/bin
export R_LIBS := $(r_library)
export CARGO_TARGET_DIR := $(CURDIR)/target
export COGNITOKEN_R_TARGET := $(CURDIR)/target
export COGNITOKEN_R_PROFILE := dev
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export VIRTUAL_ENV := $(venv)
unexport PYTHONPATH PYTHONHOME CONDA_PREFIX

files = $(shell find $(1) -type f -not -name '*.pyc' -not -name '*.so' -not -name '*.o' 2>/dev/null)
rust_files := Cargo.toml Cargo.lock core/Cargo.toml surface/Cargo.toml cli/Cargo.toml $(call files,core/src surface/src cli/src)
python_files := python/Cargo.toml python/pyproject.toml $(call files,python/src)
r_files := r/DESCRIPTION r/NAMESPACE r/configure $(call files,r/R r/src/rust/src) $(wildcard r/src/*.c r/src/*.in r/src/rust/Cargo.*)

# Tools that talk a lot are only heard when they fail.
to_log = >target/$(@D).log 2>&1 || { cat target/$(@D).log; exit 1; }

# The dot files below are stamps: each rests in the folder that it speaks of, and goes with it.

.PHONY: help
help: ## Say what there is
	@echo "cognitoken: Amazon Cognito tokens for Python, R and the shell"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: build ## Sign in, look, verify and refresh in the shell, in Python and in R, against a local Cognito
	@python demo/local_cognito.py run -- demo/run.sh

# A job in the background of a script ignores Ctrl-C and hands that on; some tests press it. Only GNU's env can mend it.
with_ctrl_c = $(shell env --default-signal=INT true 2>/dev/null && echo env --default-signal=INT)

.PHONY: test
test: build $(if $(PARTS),,job-runners) ## Run every test: Rust, Python, R, examples; PARTS="Python R" runs some parts of them
	@setup/prerequisites.sh tests
	@$(with_ctrl_c) setup/test.sh $(PARTS)

.PHONY: test-newest
test-newest: build ## Run the R tests with Debian 13 and the newest versions, and the Python tests with the newest (root on Debian)
	@tests/newest/run.sh

.PHONY: cross
cross: .venv/.tools ## Build for Windows and arm64, run it under wine and qemu, check for macOS (Debian); PLATFORM=windows takes one
	@setup/prerequisites.sh cross
	@tests/platforms/run.sh $(PLATFORM)

.PHONY: check
check: build ## Formatting and lints of all languages
	@setup/check.sh

.PHONY: packages
packages: packaging-tools ## What is handed out: built into target/packages, checked, and used far from here
	@echo "Building them side by side, which takes some minutes; what each says follows when it is done"
	@$(MAKE) -j 2 --output-sync=target wheel static-command r-tarball sdist

# What is built side by side cannot install what it wants at the same time.
.PHONY: packaging-tools
packaging-tools: .venv/.tools
	@setup/prerequisites.sh packages
	@setup/prerequisites.sh r-tarball
	@. packaging/tools.sh

.PHONY: wheel
wheel: ## The Python wheel; TARGET=aarch64-unknown-linux-musl: for that platform, INTERPRETER=python3.14t: for that Python alone
	@setup/prerequisites.sh packages
	@packaging/wheel.sh "$(TARGET)" "$(INTERPRETER)"

.PHONY: sdist
sdist: ## The source distribution for Python
	@setup/prerequisites.sh packages
	@packaging/sdist.sh

.PHONY: r-tarball
r-tarball: .venv/.tools ## The R package with all crates in it, checked as CRAN does; OPTIONS=--no-tests leaves its tests out
	@setup/prerequisites.sh r-tarball
	@packaging/r-tarball.sh $(OPTIONS)

.PHONY: static-command
static-command: ## The command for any Linux, in one file; TARGET=aarch64-unknown-linux-musl: for that processor
	@setup/prerequisites.sh packages
	@packaging/static-command.sh "$(TARGET)"

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZ_SECONDS, 60 unless said otherwise; TARGET=decode runs one
	@setup/prerequisites.sh
	@setup/fuzz.sh $(TARGET)

.PHONY: version
version: ## The version; VERSION=0.2.0 writes it into every place, RUST=1.96 the oldest Rust
	@$(PYTHON) packaging/version.py $(if $(VERSION)$(RUST),set $(VERSION) $(RUST:%=--rust %))

.PHONY: check-version
check-version: ## Whether every place has the same version; TAG=v0.2.0: and that tag, with a date in the changelog
	@$(PYTHON) packaging/version.py check $(TAG:%=--tag %)

.PHONY: crates
crates: ## The crates for crates.io, each built from its package alone
	@packaging/crates.sh

.PHONY: command-archive
command-archive: ## The command for macOS or Windows; TARGET=x86_64-apple-darwin: for that processor
	@packaging/command-archive.sh $(TARGET)

.PHONY: publish-crates
publish-crates: ## Upload the crates to crates.io, with CARGO_REGISTRY_TOKEN
	@cargo publish --locked --package cognitoken --package cognitoken-surface --package cognitoken-cli

.PHONY: publish-github
publish-github: ## Make a release of TAG on GitHub with every file of FOLDER, with GH_TOKEN
	@packaging/publish-github.sh $(TAG) $(FOLDER)

.PHONY: bench
bench: target/.prerequisites ## Measure this project and its peers in one run; ROW=srp measures one row; TREE=... NAME=... another checkout
	@BENCH_TREE=$(TREE) BENCH_NAME=$(NAME) benchmarks/run.sh $(ROW)

.PHONY: build
build: command python-package r-package ## Build the command, the Python package and the R package for development

.PHONY: command
command: target/.prerequisites
	@test -x target/debug/cognitoken || echo "Building the command; the first time takes some minutes"
	@cargo build --quiet --locked --package cognitoken-cli

.PHONY: python-package
python-package: .venv/.package

.PHONY: r-package
r-package: .r-library/.package

target/.prerequisites: setup/prerequisites.sh
	@setup/prerequisites.sh
	@mkdir -p $(@D) && touch $@

.venv/.tools: requirements-dev.txt target/.prerequisites
	@echo "Installing the tools into .venv"
	@test -x $(venv_programs)/python || $(PYTHON) -m venv $(venv)
	@$(venv_programs)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

.venv/.package: $(rust_files) $(python_files) .venv/.tools | command
	@echo "Building the Python package"
	@maturin develop --locked --manifest-path python/Cargo.toml $(to_log)
	@touch $@

.PHONY: job-runners
job-runners: target/job-runners/.tools

# No bytecode: most of what comes with Airflow is never imported.
target/job-runners/.tools: requirements-jobs.txt target/.prerequisites
	@echo "Installing Airflow and Snakemake for the tests of the examples"
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@grep '^pip==' $< | xargs $(@D)/bin/python -m pip install --quiet
	@$(@D)/bin/python -m pip install --quiet --no-compile --requirement $<
	@touch $@

.r-library/.package: $(rust_files) $(r_files) target/.prerequisites | command
	@echo "Building the R package"
	@mkdir -p $(r_library)
	@R CMD INSTALL --library=$(r_library) r $(to_log)
	@touch $@

.PHONY: clean
clean: ## Remove everything that the targets above made
	rm -rf .venv .r-library target benchmarks/.venv benchmarks/.r-library benchmarks/node/node_modules r/src/*.o r/src/*.so r/src/Makevars r/src/Makevars.win
	find benchmarks demo examples python r tests \( -name __pycache__ -o -name node_modules -o -name '*.so' -o -name '.*_cache' \) -prune -exec rm -rf {} +
