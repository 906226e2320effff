package reports

import (
	"maps"
	"slices"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// classMeaning says in a few words what each class means, as reports print it.
var classMeaning = map[whatsapp.Class]string{
	whatsapp.OK:             "accepted",
	whatsapp.Throttled:      "refused by a rate limit: a policy, not a failure",
	whatsapp.ClientFault:    "refused for what was sent",
	whatsapp.Target5xx:      "the target failed (5xx or a code that says so)",
	whatsapp.TargetTimeout:  "no whole answer within the timeout",
	whatsapp.TargetReset:    "connection broken or answer not HTTP",
	whatsapp.Network:        "DNS, dial or TLS failed",
	whatsapp.GeneratorFault: "this machine failed: says nothing of the target",
}

// opNames lists a target's operations: send first, its retries next.
func opNames(t *results.Target) []string {
	rank := func(name string) int {
		switch whatsapp.Op(name) {
		case whatsapp.OpSend:
			return 0
		case whatsapp.OpRetry:
			return 1
		}
		return 2
	}
	names := slices.Sorted(maps.Keys(t.Ops))
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return names
}

// tallies counts failures (as error_rate does), throttled requests and all.
func tallies(outcomes map[string]int64) (failed, throttled, all int64) {
	for name, n := range outcomes {
		var class whatsapp.Class
		if class.UnmarshalText([]byte(name)) != nil {
			continue
		}
		all += n
		switch {
		case class.Failed():
			failed += n
		case class == whatsapp.Throttled:
			throttled += n
		}
	}
	return failed, throttled, all
}

// outcomesSection says what became of every request and which codes came back.
func outcomesSection(run *results.Run, targets []string) Section {
	byClass := Table{Caption: "Outcomes, warm-up included", Columns: columns("target", "op", "outcome", ">requests", ">of sent", "meaning")}
	byCode := Table{Caption: "Platform error codes, warm-up included", Columns: columns("target", "op", "code", ">requests", "meaning")}
	for _, name := range targets {
		t := run.Targets[name]
		for _, opName := range opNames(t) {
			op := t.Ops[opName]
			byClass.Rows = append(byClass.Rows, classRows(name, opName, op)...)
			byCode.Rows = append(byCode.Rows, codeRows(t.API, name, opName, op.Codes)...)
		}
		if t.Webhook != nil {
			byCode.Rows = append(byCode.Rows, codeRows(t.API, name, "webhook", t.Webhook.Codes)...)
		}
	}
	s := Section{ID: "outcomes", Title: "What became of every request", Figures: []string{"errors"}, Tables: []Table{byClass}}
	if len(byCode.Rows) > 0 {
		s.Tables = append(s.Tables, byCode)
	}
	return s
}

// classRows is one row for each class of outcome that occurred.
func classRows(target, opName string, op *results.Op) [][]Cell {
	var rows [][]Cell
	for _, class := range whatsapp.Classes() {
		n := op.Outcomes[class.String()]
		if n == 0 {
			continue
		}
		cells := row(tidy(target), tidy(opName), class.String(), count(n), share(n, op.Sent), classMeaning[class])
		cells[2].Mood = classMood(class)
		rows = append(rows, cells)
	}
	return rows
}

func classMood(class whatsapp.Class) Mood {
	switch {
	case class == whatsapp.OK:
		return Good
	case class == whatsapp.Throttled:
		return Warn
	}
	return Bad
}

// codeRows is one row for each platform code, the most frequent first.
func codeRows(api, target, opName string, codes map[string]int64) [][]Cell {
	names := slices.Sorted(maps.Keys(codes))
	slices.SortStableFunc(names, func(a, b string) int { return int(min(max(codes[b]-codes[a], -1), 1)) })
	var rows [][]Cell
	for _, code := range names {
		rows = append(rows, row(tidy(target), tidy(opName), tidy(code), count(codes[code]), codeTitle(api, code)))
	}
	return rows
}
