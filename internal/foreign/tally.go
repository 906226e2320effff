package foreign

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Options say what the file does not.
type Options struct {
	// Target is what the record calls the endpoint, API the platform it speaks.
	Target, API string
	// Scenario is what the record calls the scenario.
	Scenario string
	// Started is used where the file does not say when it was.
	Started time.Time
	// Block is the length of a block, the unit of comparisons.
	Block time.Duration
}

// Import reads a file of another tool as a record. Its figures are computed.
func Import(f Format, r io.Reader, o Options) (*results.Record, error) {
	t := &tally{options: o, cells: map[int64]*cell{}}
	about, err := f.read(r, t.add)
	if err != nil {
		return nil, err
	}
	if t.err != nil {
		return nil, t.err
	}
	if t.hits == 0 {
		return nil, errors.New("there are no requests in it")
	}
	rec := t.record(f, about)
	return rec, rec.Summarize()
}

// op is the operation that the requests of other tools count as.
const op = string(whatsapp.OpSend)

// tally adds up hits in the seconds in which they ended.
type tally struct {
	options Options
	cells   map[int64]*cell
	hits    int64
	last    time.Duration // when the last hit ended
	err     error
}

// cell is one second.
type cell struct {
	point  results.Point
	series map[string]*hist.Histogram
}

// mostBlocks bounds the times of a file: a run directory may have 100,000.
const mostBlocks = 90_000

// mostHits is more than any tool sends, and exact in every JSON reader.
const mostHits = int64(1) << 52

func (t *tally) add(h Hit) {
	n := max(h.Count, 1)
	longest := mostBlocks * t.options.Block
	if h.Began > longest || h.Took > longest || h.Lateness > longest || n > mostHits-t.hits {
		t.err = fmt.Errorf("a request %v after the first that took %v is of no run", h.Began, h.Took)
		return
	}
	ended := min(max(max(h.Began, 0)+max(h.Took, 0), 0), longest)
	second := int64(ended / time.Second)
	c := t.cells[second]
	if c == nil {
		c = &cell{series: map[string]*hist.Histogram{}, point: results.Point{Outcomes: map[string]int64{}, Codes: map[string]int64{}}}
		t.cells[second] = c
	}
	c.point.Planned, c.point.Sent = c.point.Planned+n, c.point.Sent+n
	c.point.Outcomes[h.Class.String()] += n
	if h.Class != whatsapp.OK && h.Code > 0 {
		c.point.Codes[strconv.Itoa(h.Code)] += n
	}
	t.hits, t.last = t.hits+n, max(t.last, ended)
	if h.Took < 0 {
		return // failed without a latency
	}
	c.count("service", h.Took, n)
	if h.Lateness != unknown {
		c.count("response", h.Lateness+h.Took, n)
		c.count("lateness", h.Lateness, n)
	}
	if h.Class != whatsapp.OK {
		c.count(results.ClassSeries("service", h.Class), h.Took, n)
	}
}

func (c *cell) count(clock string, d time.Duration, n int64) {
	h := c.series[clock]
	if h == nil {
		h = hist.New()
		c.series[clock] = h
	}
	h.RecordN(d, n)
}

// record makes a record of what was counted.
func (t *tally) record(f Format, about facts) *results.Record {
	length := max(about.length, t.last)
	run := t.run(f, about, length)
	rec := results.Memory(run)
	if about.onlyTotal {
		t.join()
	}
	for _, second := range slices.Sorted(maps.Keys(t.cells)) {
		start := time.Duration(second) * time.Second
		end := start + time.Second
		if about.onlyTotal {
			end = max(length, time.Second)
		}
		t.put(rec, about, t.cells[second], start, end)
	}
	return rec
}

// join puts everything into one interval, where hits have no times.
func (t *tally) join() {
	whole := &cell{series: map[string]*hist.Histogram{}, point: results.Point{Outcomes: map[string]int64{}, Codes: map[string]int64{}}}
	for _, c := range t.cells {
		whole.point.Planned, whole.point.Sent = whole.point.Planned+c.point.Planned, whole.point.Sent+c.point.Sent
		for class, n := range c.point.Outcomes {
			whole.point.Outcomes[class] += n
		}
		for code, n := range c.point.Codes {
			whole.point.Codes[code] += n
		}
		for clock, h := range c.series {
			if whole.series[clock] == nil {
				whole.series[clock] = hist.New()
			}
			whole.series[clock].Add(h)
		}
	}
	t.cells = map[int64]*cell{0: whole}
}

// put adds one interval to a record.
func (t *tally) put(rec *results.Record, about facts, c *cell, start, end time.Duration) {
	block := int(start / t.options.Block)
	for _, clock := range slices.Sorted(maps.Keys(c.series)) {
		name := clock
		if about.onlyResponse {
			name = "response"
		}
		rec.Put(t.options.Target, op+"."+name, block, start, end, c.series[clock])
	}
	p := c.point
	p.Start, p.End, p.Load, p.Target, p.Op, p.Block = start, end, end, t.options.Target, op, block
	headline := c.series["response"]
	if headline == nil {
		headline = c.series["service"]
	}
	if headline != nil {
		p.P50, p.P95, p.P99, p.Max = headline.Quantile(0.5), headline.Quantile(0.95), headline.Quantile(0.99), headline.Max()
	}
	rec.Points = append(rec.Points, p)
}

// run is what is known of the run as a whole.
func (t *tally) run(f Format, about facts, length time.Duration) results.Run {
	started := about.started
	if started.IsZero() {
		started = t.options.Started
	}
	length = max(length.Truncate(time.Second)+time.Second, time.Second)
	if about.onlyTotal {
		length = max(about.length, time.Second)
	}
	notes := append([]results.Note{{
		Code:   "imported",
		Text:   "measured by another tool (" + f.Name + ") and imported; bench did not watch its generator.",
		Advice: "look there for whether the generator kept up",
	}}, about.notes...)
	return results.Run{
		Scenario: results.ScenarioRef{Name: t.options.Scenario, Description: "imported from " + f.Name},
		Plan: results.PlanRef{
			Planned: t.hits, Duration: length, Block: t.options.Block, Order: "single",
			Legs: []results.Leg{{Target: t.options.Target, To: length, End: length}},
		},
		Started: started.UTC(), Ended: started.Add(length).UTC(), Complete: true,
		Generator: results.Generator{Verdict: results.Degraded, Reasons: []string{"another tool's generator, which bench did not watch"}},
		Targets:   map[string]*results.Target{t.options.Target: {API: t.options.API}},
		Notes:     notes,
	}
}
