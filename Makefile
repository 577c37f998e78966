# What there is to do here. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# A bundle for each language, which has a folder with its texts.
languages := $(notdir $(wildcard app/src/i18n/??))
product := target/dist/product/languages
gallery := target/dist/gallery/index.html

# With these features a build shares all its dependencies with the tests.
as_tests := tokio/test-util,rustix/default

# What goes into the browser.
web_sources := .cargo/config.toml Cargo.toml Cargo.lock Trunk.toml scripts/style scripts/minify.mjs scripts/livekit.mjs scripts/compress.mjs end2end/package-lock.json app/Cargo.toml app/index.html app/room.html \
  $(shell find app/src style public -type f 2>/dev/null)

stage := scripts/stage
# The tools of scripts/setup: for everything, and for the browser's part with its own compiler.
env := . scripts/env &&
web := . scripts/env web &&

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## install what is missing
	@scripts/setup

.PHONY: run
run: ## build everything and start the demo on http://127.0.0.1:3000
	@scripts/setup build
	@$(MAKE) program
	@exec target/release/anslut serve --demo

.PHONY: bundle
bundle: $(product) ## the product's bundles for the browser: two a language, the second for the built-in room

$(product): $(web_sources)
	@rm -rf $(@D)
	@$(web) for language in $(languages); do \
	  trunk --quiet build --locked --release --cargo-profile web --features hydrate,$$language \
	    --dist $(@D)/$$language; \
	  trunk --quiet build --locked --release --cargo-profile web --features room,$$language \
	    --dist $(@D)/$$language-room app/room.html; \
	  node scripts/minify.mjs $(@D)/$$language $(@D)/$$language-room; \
	  node scripts/livekit.mjs $(@D)/$$language-room; \
	done
	@node scripts/compress.mjs $(@D)
	@echo $(languages) >$@

.PHONY: gallery
gallery: ## the designers' gallery on http://127.0.0.1:8080, reloading when a file is saved
	@scripts/setup build
	@$(web) trunk serve

.PHONY: gallery-dist
gallery-dist: $(gallery) ## the gallery as files, for the browser tests

$(gallery): $(web_sources)
	@$(web) trunk --quiet build --locked

# ---------------------------------------------------------------------------------------------------------

.PHONY: test
test: ## every check there is; the exit status is the verdict
	@rm -f target/stages
	@$(stage) 'set-up' scripts/setup test
	@$(stage) 'set-up of the tools' $(MAKE) test-setup
	@$(stage) 'format' $(MAKE) format-check
	@$(stage) 'prose' $(MAKE) lint-prose
	@$(MAKE) -j2 --output-sync=target stage-bundle stage-lint-server stage-gallery stage-lint-browser stage-docs
	@$(stage) 'Rust tests' $(MAKE) test-rust
	@$(stage) 'backup and restore' $(MAKE) test-backup
	@$(stage) 'papers' $(MAKE) test-docs
	@$(stage) 'calendar entries' $(MAKE) test-calendars
	@$(stage) 'browser tests' $(MAKE) test-browser-only
	@echo; echo 'All checks passed:'; sed 's/^/  /' target/stages

.PHONY: stage-bundle stage-gallery stage-lint-server stage-lint-browser stage-docs
stage-bundle: ; @$(stage) 'bundle' $(MAKE) bundle
# Not beside each other: both have the style joined in the same place.
stage-gallery: stage-bundle ; @$(stage) 'gallery' $(MAKE) gallery-dist
stage-lint-server: ; @$(stage) 'lints: server' $(MAKE) lint-server
stage-lint-browser: ; @$(stage) 'lints: pages in the browser' $(MAKE) lint-browser
# After the server's lints, which compile the same dependencies.
stage-docs: stage-lint-server ; @$(stage) 'Rust documentation' $(MAKE) docs

# Modules of server/tests/http that run again: on PostgreSQL, and with codes by SMS.
again_on_postgres := bankid booking cancelling changes code e_id_limits get_is_safe happy_path inviting limits listing \
  message_texts outbox races reminders sessions setback statements strangers
again_by_sms := code happy_path indistinguishable limits outbox races strangers

.PHONY: test-rust
# The bundle is in the program that is built along with the tests: the browser tests take the same one.
# A filter is any part of a test's name: `limits::` is in `e_id_limits::` too.
test-rust: bundle ## the Rust tests, beside a PostgreSQL server of their own
	@run='cargo test'; if command -v cargo-nextest >/dev/null; then run='cargo nextest run --status-level fail'; fi; \
	run="$$run --locked -p app -p server -p sfu --features server/embed,server/demo --no-fail-fast"; \
	scripts/postgres $$run; \
	ANSLUT_TEST_DATABASE=postgres scripts/postgres $$run --test http -- $(again_on_postgres:%=%::); \
	ANSLUT_TEST_METHOD=sms-code $$run --test http -- $(again_by_sms:%=%::) --skip e_id_limits::

.PHONY: soak
soak: bundle ## the program killed 500 times under load, to see that nothing acknowledged is lost
	@ANSLUT_ROUNDS=$${ANSLUT_ROUNDS:-500} scripts/postgres cargo test --locked --release -p app -p server \
	  --features server/embed,server/demo --test durability -- --nocapture --test-threads=1 outlive either

.PHONY: program
program: bundle
	@cargo build --locked --release -p server --features embed,demo

# With ANSLUT_URL, the address of a running demo, nothing is built.
.PHONY: test-browser
test-browser: $(if $(ANSLUT_URL),,bundle gallery-dist) ## the browser tests (ARGS='-g code' for some; ANSLUT_URL=http://127.0.0.1:3000 for stories on a running demo)
	@$(if $(ANSLUT_URL),,cargo build --locked -p server --features embed,demo,$(as_tests))
	@$(MAKE) test-browser-only

# These take the program as it was built last by the tests.
test-backup test-docs test-calendars test-browser-only: export ANSLUT_PROGRAM ?= $(CURDIR)/target/debug/anslut
.PHONY: test-backup
test-backup: ## backup and restore, on the built program, with both databases
	@scripts/postgres scripts/backup-test

.PHONY: test-docs
test-docs: ## the papers: links, metrics, the API guide's examples, the testers' story and clients of the description, on the built program
	@$(env) node scripts/check-docs.mjs
	@$(env) node scripts/clients.mjs

.PHONY: test-setup
test-setup: ## how Trunk and wasm-bindgen are installed: from a release, or compiled
	@node --test --test-reporter=dot scripts/setup-test.mjs

.PHONY: test-calendars
test-calendars: ## the calendar entries that the built program mails, as four other programs read them
	@$(env) "$$ANSLUT_TOOLS/python/bin/python" scripts/calendars.py

.PHONY: test-browser-only
test-browser-only:
	@$(env) cd end2end && tsc --noEmit && playwright test $(ARGS)

.PHONY: fmt
fmt: ## format the Rust code
	@cargo fmt --all

.PHONY: format-check
format-check:
	@cargo fmt --all --check

.PHONY: openapi
openapi: ## write the API's description, docs/openapi.json, anew
	@ANSLUT_RENEW_OPENAPI=1 cargo test --locked --quiet -p server --features demo --test http openapi::the_description

.PHONY: configuration
configuration: ## write the configuration's example, the tables of keys in docs/operations/configure.md, and the gallery's accents
	@ANSLUT_RENEW_CONFIGURATION=1 cargo test --locked --quiet -p server --features demo --lib config::tests::the_documents

.PHONY: messages
messages: ## write the messages that the gallery shows anew
	@ANSLUT_RENEW_MESSAGES=1 cargo test --locked --quiet -p server --features demo --lib messages::render::tests::gallery::the_messages

.PHONY: lint
lint: lint-prose lint-server lint-browser ## all lints, as errors

.PHONY: lint-prose
lint-prose: ## spelling, and the worst prose
	@scripts/spell
	@node scripts/check-prose.mjs

# Each by itself: what renders on the server, hydrates and mounts must never be compiled together.
.PHONY: lint-server lint-browser
# The second run is for the program without the demo.
lint-server:
	@cargo clippy --locked -p app -p server -p sfu -p test-support --all-targets --features server/demo -- -D warnings
	@cargo clippy --locked -p server --features $(as_tests) -- -D warnings
lint-browser:
	@$(web) for features in $(languages:%=hydrate,%) $(languages:%=room,%) csr; do \
	  env -u RUSTC cargo clippy --locked -p app --features $$features $$(clippy_target) -- -D warnings; \
	done

.PHONY: docs
docs: ## the Rust documentation, without a broken link
	@RUSTDOCFLAGS='--cfg erase_components -D warnings' cargo doc --locked --quiet --no-deps -p app -p server -p sfu -p test-support --features server/demo

# ---------------------------------------------------------------------------------------------------------

.PHONY: package
package: ## a Debian package of the program without the demo, checked
	@scripts/setup package
	@$(MAKE) bundle
	@scripts/package

.PHONY: size
size: ## what a first visit weighs, against the limits
	@scripts/setup build
	@$(MAKE) program
	@$(env) node scripts/size.mjs

.PHONY: bench
bench: ## what whole ways and the upkeep of 500 rooms cost, how soon waiting rooms change, how well 500 open identifications are followed, and what built-in rooms cost
	@scripts/setup build
	@$(MAKE) program
	@if scripts/postgres --find; then export ANSLUT_TEST_FSYNC=on; beside=scripts/postgres; fi; \
	$${beside:-} cargo bench --locked --quiet -p server --features embed,demo --bench ways --bench leases --bench lobbies --bench orders
	@$(MAKE) bench-rooms

.PHONY: bench-rooms
bench-rooms: ## what built-in rooms cost, and how soon people see each other in them
	@scripts/setup test
	@$(MAKE) program
	@cargo bench --locked --quiet -p sfu --bench forward
	@cargo bench --locked --quiet -p server --features embed,demo --bench rooms
	@$(env) cd end2end && ANSLUT_FIGURES=yes ANSLUT_PROGRAM=$(CURDIR)/target/release/anslut \
	  playwright test --project=figures --reporter=line
	@$(env) cd end2end && ANSLUT_PROGRAM=$(CURDIR)/target/release/anslut \
	  playwright test meetings/servers.spec.ts -g 'back in picture' --repeat-each=5 --retries=0 --reporter=line \
	  | node figures/back.mjs

.PHONY: lighthouse
lighthouse: ## Lighthouse's scores for the first step on a phone
	@scripts/setup lighthouse
	@$(MAKE) program
	@$(env) node scripts/lighthouse.mjs

.PHONY: audit
audit: ## licences, bans, sources and known weaknesses of the dependencies
	@scripts/audit
