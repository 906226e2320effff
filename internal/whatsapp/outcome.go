package whatsapp

import "fmt"

// Class says whose success or failure a finished request was.
type Class uint8

// The outcome classes. Only the target_* classes and network count against a
// target's availability; throttled is a policy, client_fault is ours, and
// generator_fault makes the run itself suspect.
const (
	OK             Class = iota
	Throttled            // a rate limit said no: HTTP 429, Cloud 130429, 131056, On-Prem 1015 ...
	ClientFault          // any other rejection of what we sent
	Target5xx            // the target failed: HTTP 5xx or a code that says so
	TargetTimeout        // no whole answer within the target's timeout
	TargetReset          // the connection broke or the answer was not HTTP
	Network              // DNS, dial or TLS failed
	GeneratorFault       // this machine failed: descriptors, ports, buffers, cancelled by us
	numClasses
)

var classNames = [numClasses]string{
	"ok", "throttled", "client_fault", "target_5xx", "target_timeout", "target_reset", "network", "generator_fault",
}

// Classes lists every class, in the order of reports.
func Classes() []Class {
	classes := make([]Class, numClasses)
	for i := range classes {
		classes[i] = Class(i)
	}
	return classes
}

// String returns the class's name as files spell it.
func (c Class) String() string {
	if c >= numClasses {
		return fmt.Sprintf("class(%d)", uint8(c))
	}
	return classNames[c]
}

// MarshalText writes the class's name.
func (c Class) MarshalText() ([]byte, error) {
	if c >= numClasses {
		return nil, fmt.Errorf("%v is not an outcome class", c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads a class's name.
func (c *Class) UnmarshalText(text []byte) error {
	for i, name := range classNames {
		if name == string(text) {
			*c = Class(i)
			return nil
		}
	}
	return fmt.Errorf("%q is not an outcome class", text)
}

// TargetFailed reports whether the class counts against availability.
func (c Class) TargetFailed() bool {
	return c == Target5xx || c == TargetTimeout || c == TargetReset || c == Network
}

// Failed reports whether the class counts in error_rate: everything but ok,
// throttled and our own machine's faults.
func (c Class) Failed() bool { return c == ClientFault || c.TargetFailed() }

// Outcome is what became of one request.
type Outcome struct {
	Class Class
	// Status is the HTTP status, 0 if there was no answer.
	Status int
	// Code is the platform's error code, 0 if it gave none.
	Code int
	// MessageID is the accepted message's id, empty for other operations.
	MessageID string
	// Detail is the platform's or the network's words, for samples of failures.
	Detail string
}
