// Package calibrate measures the measuring: what this tool on this machine adds
// to latencies that are known, and the highest rate at which it still keeps its
// schedule. The result is the tool floor; no difference smaller than three
// times the floor is to be called one.
//
// A server in this process answers on a real socket after latencies that it
// draws: fixed, log-normal, of two modes, or with stalls. It clocks each answer
// itself, from the last byte of the request read to the first byte of the answer
// written, so that its own timer's error is part of the truth and not of the
// floor. What the engine reports beyond that is what the tool added: lateness,
// two ways through the kernel, and the wait for a CPU.
//
// Run measures, Read and Floor.Write keep the result in a File.
package calibrate

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"wabench/results"
)

// File is the name of the stored floor, under the directory of runs. Runs that
// wait busily have another one.
func File(e results.Environment) string {
	if e.BusyWait {
		return "calibration-busy-wait.json"
	}
	return "calibration.json"
}

// Schema is the version of the File.
const Schema = 1

// Floor is what the tool adds on one machine. Durations are integer
// nanoseconds, rates per second.
type Floor struct {
	Schema      int                 `json:"schema"`
	Measured    time.Time           `json:"measured"`
	Environment results.Environment `json:"environment"`
	// Quick floors are of a glance: good for a smoke test, not for judgements.
	Quick bool `json:"quick,omitempty"`
	// Rate is the one that latencies were measured at.
	Rate float64 `json:"rate"`
	// Lateness is over all servers, and Added the most over them, at p50 and
	// at p99.
	Lateness Lateness  `json:"lateness"`
	Added    Quantiles `json:"added"`
	// HighestRate is the highest at which the generator's verdict on itself was
	// valid, with a server in the same process that takes 20 ms; 0 if none
	// that was tried was. LowestOver is the lowest tried at which it was not, 0 if none.
	HighestRate float64  `json:"highest_rate"`
	LowestOver  float64  `json:"lowest_over"`
	Servers     []Server `json:"servers"`
}

// Lateness are quantiles of sent − due.
type Lateness struct {
	P50  time.Duration `json:"p50_ns"`
	P99  time.Duration `json:"p99_ns"`
	P999 time.Duration `json:"p99_9_ns"`
}

// Quantiles are the two that floors are stated at.
type Quantiles struct {
	P50 time.Duration `json:"p50_ns"`
	P99 time.Duration `json:"p99_ns"`
}

// Server is what was measured against one server.
type Server struct {
	Name     string   `json:"name"`
	Hits     int64    `json:"hits"`
	Lateness Lateness `json:"lateness"`
	// Drawn is what the server meant to take, True what it took by its own
	// clock, Reported the response that the engine measured, and Added how
	// much that is more than the truth.
	Drawn    Quantiles `json:"drawn"`
	True     Quantiles `json:"true"`
	Reported Quantiles `json:"reported"`
	Added    Quantiles `json:"added"`
	// Distance is the Kolmogorov-Smirnov distance of reported and true
	// latencies: 0 is the same distribution, 1 has no overlap. Where all
	// latencies are alike any shift moves them all, so that it says something
	// only beside the spread.
	Distance float64 `json:"ks_distance"`
	// Verdict is the generator's on itself.
	Verdict string   `json:"verdict"`
	Reasons []string `json:"reasons"`
}

// Tool is the floor as runs keep it.
func (f Floor) Tool() *results.Floor {
	return &results.Floor{
		Measured: f.Measured, Rate: f.Rate, HighestRate: f.HighestRate,
		LatenessP50: f.Lateness.P50, LatenessP99: f.Lateness.P99, AddedP50: f.Added.P50, AddedP99: f.Added.P99,
	}
}

// Resolution is the smallest difference between two latencies at a quantile
// that is to be called one.
func (f Floor) Resolution(q float64) time.Duration { return f.Tool().Resolution(q) }

// Sound reports whether the floor is of the tool: while something else kept
// the machine so busy that the generator found itself invalid, it is not.
func (f Floor) Sound() bool {
	return !slices.ContainsFunc(f.Servers, func(s Server) bool { return s.Verdict == results.Invalid })
}

// Matches reports whether the floor was measured on the machine, with the
// toolchain and the waits, that an environment describes.
func (f Floor) Matches(e results.Environment) bool {
	own := f.Environment
	return own.Host == e.Host && own.OS == e.OS && own.Arch == e.Arch && own.CPUs == e.CPUs && own.Go == e.Go && own.BusyWait == e.BusyWait
}

// Write writes a floor as Read reads it.
func (f Floor) Write(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(f)
}

// Read reads what Write wrote.
func Read(text []byte) (Floor, error) {
	var f Floor
	if err := json.Unmarshal(text, &f); err != nil {
		return Floor{}, err
	}
	if f.Schema != Schema {
		return Floor{}, fmt.Errorf("it has schema %d, this version reads %d; run 'bench calibrate'", f.Schema, Schema)
	}
	return f, nil
}
