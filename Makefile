# Targets for people; what decides is .ci/run.
.PHONY: all test race bench accuracy accuracy-quick soak memory fmt lint golden ci alike

all: fmt lint test

test:
	go test ./...

race:
	go test -race ./...

# The figures of docs/accuracy.md: costs with allocation counts.
bench:
	go test -run '^$$' -bench . -benchmem -benchtime 0.4s ./internal/hist ./internal/pace ./internal/load ./internal/webhook ./scenarios ./fakeapi ./reports ./internal/keepalive ./internal/multiplex ./cmd/bench

# The tables of docs/accuracy.md: bench beside its peers, and all beside the truth, on a machine that does nothing else. It builds or installs
# the peers first; after that it takes eleven minutes, and make bench.
accuracy:
	go run ./internal/accuracy/cmd measure

# That it works, with the peers that are quickly had, into a file that git ignores.
accuracy-quick:
	mkdir -p bin
	go run ./internal/accuracy/cmd measure -quick -bare -tools "bench,bench --busy-wait,vegeta" -o bin/accuracy.md

# Ten minutes of the soak in real time, into docs/accuracy.md.
soak:
	go run ./internal/accuracy/cmd soak

# Two targets that are alike, compared a hundred times in virtual time: what is
# called different is so by chance.
alike:
	go test ./internal/load -run Alike -v -alike 100 -timeout 10m

# Ten million hits in an hour of virtual time: what the process occupies after each five minutes. Takes some minutes of CPU.
memory:
	go test -tags memory -run TenMillion -v -timeout 20m ./internal/load

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
