# astara: every target works on a fresh clone with Go and Node; nothing is
# downloaded but packages. Plain targets, slow things apart.
SHELL := /bin/bash
GO ?= go
export CGO_ENABLED := 0
# -trimpath: the same sources give the same binary wherever they stand.
GOFLAGS_BUILD := -trimpath
CASE ?= caucasus

.PHONY: run build serve test race bench lint fuzz explore basemap solver web webtest e2e screenshots clean

## run: answer the flagship case and write its report to out/$(CASE)
run: build
	bin/astara answer $(CASE) --out out/$(CASE)
	@echo "The report: out/$(CASE)/report.html. The same in a browser, to ask further: make serve"

## build: the command, in bin/astara
build: basemap solver web
	$(GO) build $(GOFLAGS_BUILD) -o bin/astara ./cmd/astara

## serve: the web app over the shipped cases
serve: build
	bin/astara serve

## test: all tests; those that need something outside skip with a line
test: basemap solver web webtest
	$(GO) test -timeout 20m ./... ./internal/testdata

## race: the packages that share memory between goroutines, under the race
## detector (needs a C compiler)
RACE := ./internal/par ./internal/lp ./internal/atomicfile ./formula ./freight ./freight/assign ./world ./report
race: basemap solver
	CGO_ENABLED=1 $(GO) test -race -timeout 15m $(RACE)

## bench: how fast; never part of the tests. The app is measured in chromium over
## the flagship, where there is one
bench: build
	node web/e2e/bench.mjs bin/astara
	$(GO) run ./cmd/assignbench
	$(GO) run ./cmd/energybench
	$(GO) test -run '^$$' -bench . -benchtime 1x -count 3 ./...

## lint: formatting, vet and staticcheck
lint: basemap solver
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "gofmt needed:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

## fuzz: half a minute on every fuzz target
fuzz:
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p 2>/dev/null | grep '^Fuzz'); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 30s $$p || exit 1; \
	  done; done

## explore: property tests on a great many new cases
CASES ?= 2000
explore: basemap solver
	$(GO) test -timeout 4h $$(grep -rl --include=*_test.go --exclude-dir=node_modules '"pgregory.net/rapid"' . | xargs -n 1 dirname | sort -u) -rapid.checks=$(CASES)

## basemap: coastlines and borders for maps and checks, from npm, never committed
ATLAS := internal/atlas/dist/countries-50m.json
basemap: $(ATLAS)

$(ATLAS): basemap/package-lock.json
	npm ci --prefix basemap --ignore-scripts --no-audit --no-fund
	cp basemap/node_modules/world-atlas/countries-50m.json $@

## solver: HiGHS as WebAssembly, from npm, never committed
SOLVER := internal/lp/dist/names.json
solver: $(SOLVER)

$(SOLVER): internal/lp/highs/package-lock.json internal/lp/highs/main.go
	npm ci --prefix internal/lp/highs --ignore-scripts --no-audit --no-fund
	$(GO) run ./internal/lp/highs

## web: the web app, built from web/ with npm, never committed
WEB := web/dist/index.html
WEB_SOURCES := web/index.html web/package-lock.json web/tsconfig.json web/vite.config.ts $(shell find web/src web/public -type f 2>/dev/null)
web: $(WEB)

web/node_modules/.package-lock.json: web/package-lock.json
	npm ci --prefix web --ignore-scripts --no-audit --no-fund

$(WEB): $(WEB_SOURCES) web/node_modules/.package-lock.json
	npm run --silent --prefix web build
	find web/dist -mindepth 1 ! -name README.txt -delete
	cp -R web/build/. web/dist/

## webtest: unit tests of the web app; some read the numbers of Go again
webtest: basemap solver web/node_modules/.package-lock.json
	npm test --silent --prefix web

## e2e: every part of the web app in a browser, over a small case that the program
## solves first (needs chromium)
e2e: build
	node web/e2e/parts.mjs bin/astara

## screenshots: README's picture of the app, from the flagship, which is solved or
## taken from the user's cache (needs chromium)
screenshots: build
	node web/e2e/screenshots.mjs bin/astara docs/img

clean:
	rm -rf bin out web/build
