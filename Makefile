# What people type. The build itself is Meson's (meson.build).
SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c
BUILD = build
VERSION = $(shell git describe --always --dirty 2>/dev/null || echo unknown)

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) build.ninja >$(BUILD)/setup.log 2>&1 || { cat $(BUILD)/setup.log; exit 1; }
	@ninja -C $(BUILD) --quiet | { grep -v '^ninja: no work to do' || :; }

$(BUILD)/build.ninja:
	@tools/install-deps build
	@mkdir -p $(BUILD)
	@meson setup $(BUILD) >$(BUILD)/setup.log 2>&1 || { cat $(BUILD)/setup.log; exit 1; }

# Tests need cmocka, which a plain build does not.
$(BUILD)/with-tests: | $(BUILD)/build.ninja
	@tools/install-deps test
	@meson setup --reconfigure -Dtests=enabled $(BUILD) >$(BUILD)/setup.log 2>&1 || \
		{ cat $(BUILD)/setup.log; exit 1; }
	@touch $@

run: build
	@$(BUILD)/honu run -- sh -c 'echo hello from pid $$$$ on $$(hostname); id; ls /'

check: $(BUILD)/with-tests build
	@tools/check-tests --build $(BUILD)

check-all: $(BUILD)/with-tests build
	@tools/check-tests --build $(BUILD) --all

lint:
	@tools/lint

bench: build
	@tools/install-deps bench
	@bench/run

install: build
	@meson install -C $(BUILD) --no-rebuild

dist:
	@git archive --prefix=honu-$(VERSION)/ -o honu-$(VERSION).tar.gz HEAD
	@echo honu-$(VERSION).tar.gz

clean:
	@rm -rf build build-*

.NOTPARALLEL:
.PHONY: build run check check-all lint bench install dist clean
