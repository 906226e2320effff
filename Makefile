# Targets for people; what decides is .ci/run.
.PHONY: all test race bench accuracy fmt lint golden ci

all: fmt lint test

test:
	go test ./...

race:
	go test -race ./...

# The figures of docs/accuracy.md: costs with allocation counts.
bench:
	go test -run '^$$' -bench . -benchmem -benchtime 0.4s ./internal/hist ./internal/pace ./internal/load ./internal/webhook ./scenarios ./fakeapi ./reports ./internal/keepalive

fmt:
	gofumpt -w $$(git ls-files '*.go')

lint:
	go vet ./...
	staticcheck ./...

# Rewrites the golden files of the reports; review the diff like code.
golden:
	go test ./reports ./scenarios ./results -update

ci:
	bash .ci/run
