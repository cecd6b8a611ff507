# One verb a chore; `make help` lists them. CI calls the same verbs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export CHECKPOINT_DISABLE := 1

# What npm installs follows from the lock file; what the compiler writes follows from the sources.
STAMP := node_modules/.novacron-installed

.PHONY: help setup build package check near quick test test-services test-all soak guest test-qemu test-cloud-init test-host deploy-test upgrade release demo bench bench-qemu load sim chaos acceptance walk conformance e2e bench-dashboard screenshots generate run fmt clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | column -t -s '|'

$(STAMP): package-lock.json
	@echo 'installing dependencies: a few minutes; 10 to 15 where better-sqlite3 has no prebuilt binary and is compiled'
	npm ci --no-audit --no-fund --foreground-scripts
	touch $@

setup: $(STAMP) build ## install dependencies and build everything

build: $(STAMP) ## compile and bundle
	npx tsc -b
	node provider/build/bundle.mjs
	node server/cli/build/bundle.mjs
	node server/dashboard/build/build-dashboard.mjs

check: build ## types, style, arrows between rings, circles of folders, imports of scripts, dead code
	node test/support/run-checks.mjs

near: $(STAMP) ## unit suites that reach what you changed, in seconds: make near [BASE=commit]
	npx tsc -b
	@node test/support/run-near.mjs $(ARGS)

quick: build ## checks and unit suites, in four minutes
	node test/support/run-tests.mjs checks unit -- $(ARGS)

test: build ## what a machine with Node and Terraform can prove; ends with `N passed, N failed`
	node test/support/run-tests.mjs checks unit scenarios acceptance -- $(ARGS)

test-services: build ## what needs PostgreSQL, NATS, QEMU, networks, Chromium: suites without their program are left out
	node test/support/run-tests.mjs services quiet -- $(ARGS)
	$(MAKE) e2e

test-all: guest test test-services deploy-test ## everything

soak: build ## properties, seeds and fuzzing with many more runs: make soak [ARGS=path]
	NOVACRON_SOAK=1 node test/support/run-tests.mjs unit scenarios -- $(ARGS)

demo: setup ## the main job on this machine: init, plan, apply, drift, refusal, destroy: make demo [HYPERVISOR=qemu]
	node test/demo/run-demo.mjs $(if $(HYPERVISOR),--hypervisor $(HYPERVISOR))

guest: $(STAMP) ## make the small Linux that the tests of QEMU boot, from Debian's packages
	node test/support/guest/make-guest.mjs

# Guests of tests wait much of the time: two suites a core use the machine better than one.
test-qemu: WORKERS ?= $(shell expr 2 '*' $$(nproc))
test-qemu: build guest ## the suites that run QEMU, in software: make test-qemu [WORKERS=n] [ARGS=…]
	node test/support/run-tests.mjs -- server/agent/src/drivers/qemu server/agent/src/qemu-agent test/integration/networks \
	  test/integration/two-hosts test/integration/qemu- test/docs/install-a-host --maxWorkers=$(WORKERS) $(ARGS)

# The disk is there during this run only, so that no other run has the suite: it boots a Debian.
test-cloud-init: build guest ## cloud-init in a Debian that boots in software: five minutes
	node test/support/guest/make-cloud-image.mjs
	trap 'node test/support/guest/make-cloud-image.mjs remove' EXIT; \
	  node test/support/run-tests.mjs -- server/agent/src/drivers/qemu/guest/real-cloud-init $(ARGS)

test-host: guest release ## follow the guide for a host on a Debian with systemd: make test-host [CHECK=name]
	node test/host/run-test-host.mjs $(if $(CHECK),"$(CHECK)")

deploy-test: package ## execute image, packages, manifests, rules and dashboards: make deploy-test [CHECK=name]
	node test/deploy/run-deploy-test.mjs $(if $(CHECK),"$(CHECK)")

upgrade: setup ## the last release and this commit on one fleet, forward and back under load: make upgrade [BASE=commit]
	$(if $(BASE),BASE=$(BASE)) node test/upgrade/run-upgrade.mjs

acceptance: setup ## only the tests that run the real terraform
	node test/support/run-tests.mjs -- test/acceptance provider/src/test-kit $(ARGS)

bench: setup ## print figures as JSON lines: make bench [ONLY=name,name…]
	@node test/bench/run-bench.mjs $(if $(ONLY),--only $(ONLY)) $(if $(DATA),--data $(DATA))

bench-qemu: setup guest ## figures of machines that run with QEMU, in software: make bench-qemu [ONLY=name]
	@node test/bench/run-bench.mjs --qemu $(if $(ONLY),--only $(ONLY))

load: setup ## a longer mixed load: make load [READS=n] [CREATES=n] (a second) [MINUTES=n]
	@node test/bench/run-load.mjs $(if $(READS),--reads $(READS)) $(if $(CREATES),--creates $(CREATES)) $(if $(MINUTES),--minutes $(MINUTES))

sim: setup ## whole servers on virtual time, with their costs: make sim [SEED=name] [RUNS=n] [DAYS=n], or [SUITE=healing] [INCIDENTS=n] [RESULTS=file] [MINUTES=n], or [SUITE=scaling|controllers] [DAYS=n]
	@$(if $(SUITE),SUITE=$(SUITE)) $(if $(INCIDENTS),INCIDENTS=$(INCIDENTS)) $(if $(FAULTS),FAULTS=$(FAULTS)) $(if $(DATA),DATA=$(DATA)) $(if $(FENCE),FENCE=$(FENCE)) $(if $(RESULTS),RESULTS=$(RESULTS)) $(if $(MINUTES),MINUTES=$(MINUTES)) $(if $(RACK),RACK=$(RACK)) $(if $(SEED),SEED=$(SEED)) $(if $(RUNS),RUNS=$(RUNS)) $(if $(DAYS),DAYS=$(DAYS)) node test/simulation/run-simulation.mjs

chaos: setup ## kill a server at random moments: make chaos [SEED=name] [KILLS=200]
	$(if $(SEED),SEED=$(SEED)) $(if $(KILLS),KILLS=$(KILLS)) node test/integration/kills/run-chaos.mjs

walk: setup ## files that one operation runs through: make walk OPERATION=vm.create [INPUT=json] [DENIED=1]
	@node test/walk/run-walk.mjs

conformance: setup ## run OPA's cases, or a directory of policies with tests: make conformance CASES=dir [FLOOR=file]
	node server/rego/dist/conformance/conformance-main.js $(CASES) $(if $(FLOOR),--floor $(FLOOR)) $(ARGS)

e2e: build ## the dashboard in the system's Chromium, against real servers with simulated fleets
	npx playwright test --config server/dashboard/test/playwright.config.cjs $(ARGS)

bench-dashboard: setup ## figures of the dashboard in the system's Chromium: make bench-dashboard [ONLY=words of a test]
	FIGURES=1 npx playwright test --config server/dashboard/test/playwright.config.cjs $(if $(ONLY),-g "$(ONLY)")

screenshots: build ## pictures of the dashboard's pages: make screenshots [DIR=folder]
	SCREENSHOTS=$(or $(DIR),$(CURDIR)/server/dashboard/dist/screenshots) npx playwright test --config server/dashboard/test/playwright.config.cjs

generate: build ## regenerate what is generated and committed
	node provider/build/generate-proto.mjs
	node provider/dist/documentation/print-documentation.js docs/provider
	node server/rego/build/generate-runtime.mjs
	node server/dist/config/reference/print-configuration.js > docs/reference/configuration.md
	node server/dist/transports/reference/print-reference.js docs/reference
	node server/dist/transports/reference/print-policy-input.js server/contract/src/gen
	node server/dist/transports/graphql/print-schema.js > docs/reference/schema.graphql
	node server/dashboard/build/generate-metadata.mjs
	node server/deploy/build/write-dashboards.mjs
	node constructs/build/generate-bindings.mjs
	node constructs/build/write-api.mjs
	node test/tidy/complete-lock.mjs

package: build ## the files of a release, in dist/release of provider, constructs and server/cli
	node provider/dist/install/package-provider.js
	node provider/build/standalone.mjs
	node constructs/build/package-constructs.mjs
	node server/cli/build/package-npm.mjs
	node server/cli/build/package-vscode.mjs

release: package ## packages, provider, image context, SBOM and checksums in build/out/release: make release [RELEASE_KEY_FILE=file]
	node server/deploy/release/make-release.mjs $(if $(RELEASE_KEY_FILE),--key-file "$(RELEASE_KEY_FILE)")

run: setup ## start a server: make run ARGS='--listen 127.0.0.1:7480'
	npx novacron server $(ARGS)

fmt: $(STAMP) ## format and sort imports
	npx biome check --write .

clean: ## remove what was built
	rm -rf server/dist server/*/dist provider/dist constructs/dist test/dist test/support/dist node_modules
