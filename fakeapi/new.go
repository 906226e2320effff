package fakeapi

// TB is the part of testing.TB that New needs; this package does not import
// testing, because programs use it too.
type TB interface {
	Helper()
	Fatal(args ...any)
	Cleanup(f func())
}

// New starts a fake for a test, and closes it when the test ends. Without
// Options.Listen it has no socket: use its Client, which also works inside
// testing/synctest. Programs use Open.
func New(t TB, o Options) *Server {
	t.Helper()
	if o.Listen == "" {
		o.Listen = NoListener
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
