package accuracy

import (
	"io/fs"
	"time"

	"wabench/internal/whatsapp"
)

// Tool is a load generator that is compared.
type Tool struct {
	Name string
	// Module is what go install builds it from, with its version; Package is the
	// one of Debian. Bench itself has neither.
	Module, Package string
	// Program is the name of its executable.
	Program string
	// Paces is true of tools that can be given a rate, OpenOnly of those that need
	// one.
	Paces, OpenOnly bool
	// ask is the command for a load. after are those that report what it has
	// left, of a tool that does not report as it goes.
	ask   func(Job) Command
	after []Command
	read  func(Output) (Reading, error)
}

// Tools are all that are compared, bench first. Their versions are pinned here.
func Tools() []Tool {
	return []Tool{
		bench(), busyBench(),
		vegeta("github.com/tsenart/vegeta/v12@v12.13.0"),
		k6("go.k6.io/k6@v1.8.1"),
		hey("github.com/rakyll/hey@v0.1.5"),
		h2load("nghttp2-client"),
		wrk("wrk"),
		ab("apache2-utils"),
	}
}

// Job is a load on a server, with the request that it consists of.
type Job struct {
	Load
	URL     string // of the server
	Request whatsapp.Request
}

// address is where the request goes.
func (j Job) address() string { return j.URL + j.Request.Path }

// Command is a program to run, in an empty directory with the Files.
type Command struct {
	Program string
	Args    []string
	Env     []string
	Files   map[string]string
	// Codes are exit codes that mean success, beside 0.
	Codes []int
}

// Output is what programs have left.
type Output struct {
	Text  string  // their stdouts
	Files fs.FS   // their directory
	Usage []Usage // of each
}

// Usage is what a program took until its end.
type Usage struct {
	CPU    time.Duration // user and system
	Memory int64         // the most resident, in bytes
}
