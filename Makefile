# The targets that a user calls. Each does the set-up that it needs; what is up to date is not built again.
#
#   make              the tool, the runtime and the sandbox's libc
#   make demo         Lua in a sandbox, compared with native Lua
#   make test         everything above and all tests; the last line counts them
#   make programs     real programs, built by their own build systems with CC=tbx-cc
#   make verify-programs  the same at six levels of optimisation, built and verified; build/verify/report.txt
#   make damage       damaged images of all programs: refused, or shown to be harmless; build/damage/report.txt
#                     (PLACES=60 a kind of damage; a run that was cut off goes on where it was)
#   make examples     builds what stands in examples/, and shows the one that decodes PNG files
#   make bench        native against sandboxed speed; build/bench/results.json
#   make install      the tool, the host library, manual pages, completions, licences: DESTDIR= PREFIX=/usr/local
#   make licences     the licences of what is linked in: build/licences
#   make dist         the sources of HEAD: build/dist/tme-box-VERSION.tar.gz
#   make soak         ten minutes of sandboxes made, called, ended and freed by threads: SECONDS=600
#   make tsan         the host library under the thread sanitizer
#   make valgrind     what of it valgrind can run
#   make bench-runtime  what entering, making and resetting sandboxes costs; build/bench/runtime.json
#   make bench-workers  an HTTP server with a sandbox a tenant, under load; build/bench/workers.json
#   make test-autoconf  GNU hello from Debian's source package, by its own configure script with CC=tbx-cc
#   make test-node    commands, driver and verifier under Node.js 22, 24 and 26: NODE='22 24 26'
#   make conformance  LLVM's own test files through the front end, judged by LLVM 19
#   make code-generation  what LLVM tests its code generator with, instrumented, compiled and verified: ONLY=atomic
#   make producers    IR of clang 16, 19 and 22, rustc and flang through the front end
#   make bench-ir     the IR front end beside LLVM's; build/bench/ir.json (SCALE=1: 1 to 500 MB)
#   make test-random  random programs, native against sandboxed: SEED=1 N=200
#   make attack       programs written to break out: each contained, and each able to reach its goal unconfined
#   make fuzz         the host runtime under libFuzzer: TARGET=loader|calls|library|regions|pools|verdict|options TIME=60
#   make mutations    damaged IR by the million through the front end: SEED=1 N=1000000
#   make man          manual pages and shell completions: build/man, build/completion
#   make docs         the parser's reference, build/docs/index.html
#   make verifier-property  the verifier's claims against a single-stepped processor: SEED=1 N=200 images
#   make verifier-programs  the same claims in real programs, stepped in their sandboxes: STEPS=1000000 ONLY=lua WAY=clang-22.O2
#   make verifier-mutants  and in functions of real programs with an instruction changed, where it accepts that: SEED=1 N=200
#   make verifier-decoder  the verifier's decoder against LLVM's: SEED=1 N=200 samples and all built programs
#   make verifier-memory  what the verifier learns from instructions against the decoder asked anew: SEED=1 N=200 of each opcode
#   make verifier-readers  the verifier's reader of image files against the loader's: SEED=1 N=200 thousand damaged files
#   make verifier-effort  what images that are made to be slow cost the verifier: N=200 kilobytes of code each
#   make test-kernel  the kernel module, in an emulated machine: docs/hardware.md
#   make reference    the documents that are made from the tables of commands, options and diagnostics
#   make lint         types, lint and format
#   make clean        removes what was built; sources fetched from Debian stay

SHELL = /bin/sh
MAKEFLAGS += --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: all setup setup-test setup-random setup-fuzz tool host sysroot demo test programs verify-programs damage bench conformance code-generation test-random mutations attack fuzz docs lint format clean verifier-property verifier-programs verifier-mutants verifier-decoder verifier-memory verifier-readers verifier-effort

SEED ?= 1
N ?= 200
# Programs are built by makes of their own, which must not see our flags.
ALONE = MAKEFLAGS= MFLAGS= MAKELEVEL=
JEST = NODE_OPTIONS=--experimental-vm-modules node_modules/.bin/jest

SOURCES := $(shell find src -type f) package.json package-lock.json $(wildcard scripts/*.js)

C_SOURCES = $(shell find conformance runtime test integrations attacks fuzz examples -name '*.c' -o -name '*.h' -o -name '*.cpp' -o -name '*.hpp' -o -name '*.cc')

all: tool host sysroot

setup:
	@scripts/setup.sh

setup-test:
	@scripts/setup.sh test

setup-random:
	@scripts/setup.sh random

tool: dist/tme-box.cjs.code dist/types/ir/index.d.ts

# The types of the package's parser, tme-box/llvm-ir-parser.
dist/types/ir/index.d.ts: $(shell find src/text src/ir -name '*.ts') tsconfig.json tsconfig.build.json | setup
	node_modules/.bin/tsc -p tsconfig.build.json
	@touch $@

dist/tme-box.cjs.code: $(SOURCES) | setup
	node scripts/bundle.js

# The documents that are made from the tables of commands, options and diagnostics.
.PHONY: reference
reference: setup
	@scripts/ts.sh packaging/reference.ts --write

# Manual pages and completions, made from the tables that --help is made of.
.PHONY: man
man: build/man/tme-box.1

build/man/tme-box.1: $(SOURCES) CHANGELOG.md runtime/host/tmebox.h runtime/host/tmebox-memory.h $(shell find packaging -name '*.ts') | setup
	@$(ALONE) scripts/ts.sh packaging/documents.ts
	@touch $@

host: | setup
	@$(MAKE) -s -C runtime/host

sysroot: tool
	@bin/tme-box build-sysroot

demo: all
	@$(ALONE) programs/demo.sh

# Jest is called last and alone, so that its count is the last line.
test: setup-test all man
	@$(ALONE) $(JEST)

programs: setup-test all
	@$(ALONE) scripts/ts.sh programs/matrix.ts

verify-programs: setup-test all
	@$(ALONE) scripts/ts.sh programs/verify.ts

damage: tool host
	@$(ALONE) scripts/ts.sh damage/damage.ts $(if $(PLACES),--places=$(PLACES))

bench: setup-test all
	@$(ALONE) scripts/ts.sh bench/bench.ts

# The tool, the host library, manual pages, completions and licences: DESTDIR= PREFIX=/usr/local
.PHONY: install
install: PREFIX ?= /usr/local
install: all man licences
	@packaging/install.sh '$(DESTDIR)' '$(PREFIX)'
	@$(ALONE) $(MAKE) -s -C runtime/host install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

.PHONY: licences
licences: tool sysroot
	@$(ALONE) scripts/ts.sh packaging/licences.ts

.PHONY: dist
dist:
	@packaging/dist.sh

.PHONY: examples
examples: setup-test all
	@$(ALONE) $(MAKE) -s -C examples/png run
	@$(ALONE) $(MAKE) -s -C examples/workers

.PHONY: soak
soak: host
	@$(ALONE) $(MAKE) -s -C runtime/host soak $(if $(SECONDS),SECONDS=$(SECONDS))

.PHONY: tsan valgrind
tsan valgrind: host
	@scripts/setup.sh $@
	@$(ALONE) $(MAKE) -s -C runtime/host $@

.PHONY: bench-runtime
bench-runtime: host
	@$(ALONE) $(MAKE) -s -C runtime/host bench
	@$(ALONE) scripts/ts.sh bench/runtime.ts

.PHONY: bench-workers setup-workers
setup-workers:
	@scripts/setup.sh workers

bench-workers: setup-workers all
	@$(ALONE) $(MAKE) -s -C examples/workers
	@$(ALONE) scripts/ts.sh bench/workers.ts

.PHONY: test-autoconf
test-autoconf: setup-test all
	@$(ALONE) integrations/autoconf/test.sh

.PHONY: test-node
test-node: NODE = 22 24 26
test-node: setup-test all man
	@$(ALONE) scripts/test-node.sh $(NODE)

conformance: setup-test
	@scripts/ts.sh conformance/conformance.ts $(if $(FOLDER),--folder=$(FOLDER))

code-generation: setup-test all
	@$(ALONE) scripts/ts.sh conformance/code-generation.ts $(if $(ONLY),--only=$(ONLY))

.PHONY: producers
producers: setup-test
	@scripts/setup.sh producers
	@$(ALONE) scripts/ts.sh conformance/producers.ts

.PHONY: bench-ir
bench-ir: setup-test tool
	@$(ALONE) scripts/ts.sh bench/ir.ts $(if $(SCALE),--scale)

test-random: setup-random all
	@$(ALONE) scripts/ts.sh programs/random.ts --seed=$(SEED) --count=$(N)

# The module and its test build need kernel headers (setup.sh kernel) and an emulator; nothing else does.
.PHONY: test-kernel
test-kernel:
	@scripts/setup.sh kernel
	@$(ALONE) scripts/ts.sh test/kernel/run.ts

attack: setup-test all
	@$(ALONE) scripts/ts.sh attacks/run.ts $(ONLY)

fuzz: setup-fuzz
	@$(MAKE) -C fuzz TARGET=$(or $(TARGET),loader) TIME=$(or $(TIME),60)

setup-fuzz:
	@scripts/setup.sh fuzz

mutations: N = 1000000
mutations: setup-test
	@$(ALONE) scripts/ts.sh test/ir/mutations/main.ts --seed=$(SEED) --count=$(N)

docs: setup
	node_modules/.bin/typedoc

verifier-property: setup-test
	@$(ALONE) scripts/ts.sh test/verifier/property/run.ts --seed=$(SEED) --count=$(N)

verifier-programs: setup-test all
	@$(ALONE) scripts/ts.sh test/verifier/stepping/run.ts $(if $(STEPS),--steps=$(STEPS)) $(if $(ONLY),--only='$(ONLY)') $(if $(WAY),--way=$(WAY))

verifier-mutants: setup-test
	@$(ALONE) scripts/ts.sh test/verifier/stepping/run-mutants.ts --seed=$(SEED) --count=$(N) $(if $(ONLY),--only='$(ONLY)') $(if $(WAY),--way=$(WAY))

verifier-decoder: setup-test
	@$(ALONE) scripts/ts.sh test/verifier/decoder/run.ts --seed=$(SEED) --count=$(N)

verifier-memory: setup
	@$(ALONE) scripts/ts.sh test/verifier/decoder/run-memory.ts --seed=$(SEED) --count=$(N)

verifier-readers: setup-test
	@$(ALONE) scripts/ts.sh test/host/run-readers.ts --seed=$(SEED) --count=$(N)

verifier-effort: setup-test
	@$(ALONE) scripts/ts.sh test/verifier/effort/run.ts --count=$(N)

lint: setup
	node_modules/.bin/tsc -p tsconfig.json
	node_modules/.bin/tsc -p tsconfig.test.json
	node_modules/.bin/tsc -p tsconfig.page.json
	node_modules/.bin/eslint .
	node_modules/.bin/prettier --check .
	@command -v clang-format-22 >/dev/null || { echo 'C not checked: apt-get install clang-format-22' >&2; exit 1; }
	clang-format-22 --dry-run -Werror $(C_SOURCES)

format: setup
	node_modules/.bin/prettier --write .
	clang-format-22 -i $(C_SOURCES)

clean:
	rm -rf dist coverage build/host build/sysroot build/cache build/programs build/verify build/damage build/bench build/random build/conformance build/scripts build/e2e
