package foreign

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// k6Line is one line of k6's JSON output
// (https://grafana.com/docs/k6/latest/results-output/real-time/json).
type k6Line struct {
	Type   string `json:"type"`
	Metric string `json:"metric"`
	Data   struct {
		Time  time.Time `json:"time"`
		Value float64   `json:"value"` // milliseconds
		Tags  struct {
			Status    string `json:"status"`
			ErrorCode string `json:"error_code"`
		} `json:"tags"`
	} `json:"data"`
}

// maxLine bounds a line of JSON.
const maxLine = 1 << 20

// readK6 reads the points of http_req_duration. A point's time is when the
// request ended.
func readK6(r io.Reader, yield func(Hit)) (facts, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var all []Hit
	var ends []time.Time
	var first time.Time
	for number := 1; lines.Scan(); number++ {
		var line k6Line
		if len(lines.Bytes()) == 0 {
			continue
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return facts{}, fmt.Errorf("line %d: not k6's JSON: %w", number, err)
		}
		if line.Type != "Point" || line.Metric != "http_req_duration" {
			continue
		}
		status, _ := strconv.Atoi(line.Data.Tags.Status) // "0" or none: no answer
		hit := Hit{
			Took: milliseconds(line.Data.Value), Lateness: unknown,
			Class: classOf(status, ""), Code: status,
		}
		if status == 0 {
			hit.Class = k6Failure(line.Data.Tags.ErrorCode)
		}
		if began := line.Data.Time.Add(-hit.Took); first.IsZero() || began.Before(first) {
			first = began
		}
		all, ends = append(all, hit), append(ends, line.Data.Time)
	}
	if err := lines.Err(); err != nil {
		return facts{}, err
	}
	for i, hit := range all {
		hit.Began = ends[i].Add(-hit.Took).Sub(first)
		yield(hit)
	}
	return facts{started: first, notes: []results.Note{noDueTimes("k6"), {
		Code:   "no_connect_time",
		Text:   "http_req_duration leaves out the time to connect.",
		Advice: "add it in mind where connections were not kept alive",
	}}}, nil
}

// k6Failure tells whose failure an error code of k6 is
// (https://grafana.com/docs/k6/latest/javascript-api/error-codes).
func k6Failure(code string) whatsapp.Class {
	switch n, _ := strconv.Atoi(code); {
	case n == 1050:
		return whatsapp.TargetTimeout
	case n == 1220: // reset by the peer
		return whatsapp.TargetReset
	case n >= 1100 && n < 1400: // DNS, TCP, TLS
		return whatsapp.Network
	}
	return whatsapp.TargetReset
}

func milliseconds(x float64) time.Duration { return time.Duration(x * float64(time.Millisecond)) }

func seconds(x float64) time.Duration { return time.Duration(x * float64(time.Second)) }
