# Everything here works from a fresh clone. `make` alone tells what there is.
# npm brings the project's own Node.js (package "node"): the machine's only has to run npm.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

SETUP_DONE := node_modules/.pathkeeper-setup
JEST_FLAGS ?=

.PHONY: help setup build controlplane test demo bench lint format generate check clean

help: ## Tell what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(SETUP_DONE) ## Install the packages of package-lock.json, where they are not yet

# A node_modules that is a link belongs to another working copy, and `npm ci` would empty it.
$(SETUP_DONE): package.json package-lock.json
	@command -v npm >/dev/null || { \
	  echo 'npm is missing: install Node.js with npm (any version from 20 on; https://nodejs.org)' >&2; exit 1; }
	@if [ -L node_modules ]; then echo 'node_modules is a link: left as it is'; else npm ci --loglevel=error; fi
	@case "$$(node --version 2>/dev/null)" in v2[6-9].*|v[3-9][0-9].*) ;; *) \
	  echo "Node.js 26 did not come with the packages (found: $$(node --version 2>&1)): did npm skip the install script of package 'node'?" >&2; \
	  exit 1;; esac
	@[ -L node_modules ] || touch $@

build: setup ## Compile TypeScript to build/
	@npm run --silent build

controlplane: build ## Find, download or build kube-apiserver, etcd, kubectl, kube-controller-manager and helm
	@node build/test/controlplane/obtain.js

test: controlplane ## Run all tests, those on a real API server too
	@npm run --silent test -- $(JEST_FLAGS)

demo: controlplane ## Show what Pathkeeper does, on a real API server; KEEP=1 leaves it running
	@npm run --silent demo

bench: controlplane ## Measure
	@npm run --silent bench

lint: setup ## Lint, with types
	@npm run --silent lint

format: setup ## Format the code
	@npm run --silent format

generate: setup ## Write the generated files
	@npm run --silent generate

check: setup ## Everything that CI checks
	@npm run --silent check

clean: ## Remove what was compiled (the control plane's programs stay in the user's cache)
	rm -rf build
