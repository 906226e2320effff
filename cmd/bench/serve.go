package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
)

// serveOptions are the flags of bench serve.
type serveOptions struct {
	dir       string
	listen    string
	public    bool
	readyFile string
}

func newServeCmd(e env) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Show the stored runs as web pages",
		Long: `Serve shows the runs under DIR (default results) as web pages until it is
interrupted: the list, each run's report, the comparison of any two, and a run
under way from what it has written so far. It writes nothing, and prints its
address on stdout.`,
		Example: `  bench serve
  bench serve ci-results --listen 127.0.0.1:8080`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.dir = "results"
			if len(args) == 1 {
				o.dir = args[0]
			}
			return runServe(c.Context(), e, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", loopback+":0", "address to listen on; port 0 is any free one")
	f.BoolVar(&o.public, "public", false, "let the pages be reached from other machines")
	f.StringVar(&o.readyFile, "ready-file", "", "also write the address to this file, once it listens")
	return c
}

func runServe(ctx context.Context, e env, o serveOptions) error {
	root, closer, err := e.disk.root(o.dir)
	if err != nil {
		return usageError("'bench run quickstart' makes a first run under results", "open the directory of runs: %s", cleanError(err))
	}
	defer closer.Close()
	options := webOptions{flag: "--listen", address: o.listen, public: o.public}
	server, err := openWeb(options)
	if err != nil {
		return err
	}
	defer server.close()
	running, stop := e.interrupted(ctx)
	defer stop()
	server.serve(newShelf(e, o.dir, root), options)
	if o.readyFile != "" {
		if err := replaceFile(filepath.Clean(o.readyFile), writeBytes([]byte(server.URL+"\n"))); err != nil {
			return failure("choose another place with --ready-file", err)
		}
	}
	if _, err := fmt.Fprintln(e.stdout, server.URL); err != nil {
		return failure("", err)
	}
	<-running.Done()
	return nil
}
