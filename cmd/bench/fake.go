package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"wabench/fakeapi"
)

// fakeOptions are the flags of bench fake.
type fakeOptions struct {
	fakeapi.Options
	readyFile string
	caFile    string
}

func newFakeCmd(e env) *cobra.Command {
	var o fakeOptions
	c := &cobra.Command{
		Use:   "fake",
		Short: "Run the fake platform on its own, for any client",
		Long: `Fake runs the fake platform until it is interrupted. Once it listens it prints
one JSON line on stdout: its address, ids and credentials. Profiles are
` + joinWords(fakeapi.Profiles()) + `,
or a file.`,
		Example: `  bench fake
  bench fake --profile cloud-standard --webhook http://127.0.0.1:8080/hook --app-secret s3cret`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runFake(c.Context(), e, o) },
	}
	f := c.Flags()
	f.StringVar(&o.Listen, "listen", "127.0.0.1:0", "address to listen on; port 0 is any free one")
	f.StringVar(&o.Profile, "profile", "instant", "profile, or the path of a profile file")
	f.Uint64Var(&o.Seed, "seed", 1, "decides all that is left to chance")
	f.StringVar(&o.Token, "token", "", "access token that clients must send")
	f.StringVar(&o.PhoneNumberID, "phone-number-id", "", "the business number's id")
	f.StringVar(&o.WABAID, "waba-id", "", "the account's id")
	f.StringVar(&o.Webhook, "webhook", "", "address that status webhooks go to")
	f.StringVar(&o.VerifyToken, "verify-token", "", "check the webhook address by the platform's handshake with this token")
	f.StringVar(&o.AppSecret, "app-secret", "", "secret that signs the webhooks")
	f.BoolVar(&o.TLS, "tls", false, "serve HTTPS with a certificate of its own authority, whose PEM is written to a file")
	f.StringArrayVar(&o.TLSNames, "tls-name", nil, "another host name or address that the certificate of --tls covers, beside localhost and graph.facebook.com; may be repeated")
	f.StringVar(&o.caFile, "ca-file", "bench-fake-ca.pem", "where --tls writes its authority's certificate")
	f.StringVar(&o.readyFile, "ready-file", "", "also write the line to this file, once it listens")
	f.BoolVar(&o.AllowRemote, "allow-remote", false, "open the control routes to other machines")
	return c
}

func runFake(ctx context.Context, e env, o fakeOptions) error {
	profile, err := loadProfile(e, o.Profile)
	if err != nil {
		return err
	}
	o.Behaviour = profile
	server, err := fakeapi.Open(o.Options)
	if err != nil {
		return failure("choose another address with --listen", err)
	}
	defer server.Close()
	info := server.Info()
	if o.TLS {
		if err := replaceFile(o.caFile, writeBytes(server.CertificateAuthority())); err != nil {
			return failure("choose another place with --ca-file", err)
		}
		info.CA = e.disk.absolute(o.caFile)
	}
	line, err := json.Marshal(info)
	if err != nil {
		return failure("", err)
	}
	running, stop := e.interrupted(ctx)
	defer stop()
	if o.readyFile != "" {
		if err := replaceFile(filepath.Clean(o.readyFile), writeBytes(append(line, '\n'))); err != nil {
			return failure("choose another place with --ready-file", err)
		}
	}
	if _, err := fmt.Fprintf(e.stdout, "%s\n", line); err != nil {
		return failure("", err)
	}
	<-running.Done()
	return nil
}

// loadProfile returns a shipped profile, or that of a file.
func loadProfile(e env, name string) (*fakeapi.Profile, error) {
	if slices.Contains(fakeapi.Profiles(), name) {
		return fakeapi.LoadProfile(name)
	}
	text, err := e.disk.read(name, scenarioLimit)
	if notExist(err) {
		return nil, usageError("profiles are "+joinWords(fakeapi.Profiles())+", or a file", "there is no profile %s", name)
	}
	if err != nil {
		return nil, usageError("", "read profile: %s", cleanError(err))
	}
	profile, err := fakeapi.ParseProfile(name, text)
	return profile, asUsage(err)
}

func writeBytes(text []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
}
