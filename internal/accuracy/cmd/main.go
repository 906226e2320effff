// Command cmd measures load generators, bench among them, against servers whose
// latencies are known, and writes the tables of docs/accuracy.md.
//
//	go run ./internal/accuracy/cmd measure   what make accuracy does
//	go run ./internal/accuracy/cmd soak      what make soak does
//
// It builds the peers that are Go modules outside the tree, and installs those
// that are Debian packages where it may. It runs itself as serve, so that the
// server's cost is not mistaken for a tool's, and as wait, to know how late this
// machine is by itself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"wabench/internal/accuracy"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: measure | soak | serve NAME | wait RATE FOR")

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	switch args[0] {
	case "measure":
		o, err := measureFlags(args[1:])
		if err != nil {
			return err
		}
		return measure(ctx, o)
	case "soak":
		o, err := soakFlags(args[1:])
		if err != nil {
			return err
		}
		return soak(ctx, o)
	case "serve":
		if len(args) != 2 {
			return errUsage
		}
		return serve(args[1], os.Stdin, os.Stdout)
	case accuracy.BareWait:
		if len(args) != 3 {
			return errUsage
		}
		return bareWait(args[1], args[2], os.Stdout)
	}
	return errUsage
}

// page are the flags of what writes sections of a page.
type page struct{ from, to string }

func (p *page) flags(f *flag.FlagSet) {
	f.StringVar(&p.from, "page", "docs/accuracy.md", "the page whose sections are filled")
	f.StringVar(&p.to, "o", "", "where the filled page is written; the page itself if empty")
}
