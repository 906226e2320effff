package gate

import (
	"fmt"
	"strconv"
	"strings"

	"wabench/internal/whatsapp"
)

// metric reads a metric with its parentheses.
func (p *parser) metric() (Metric, error) {
	name := p.word()
	began := p.began
	if name == "" {
		return Metric{}, p.mistake("a metric must stand here", "write a rule such as p99(send.response) < 800ms")
	}
	m := Metric{Kind: Kind(name)}
	if q, isQuantile, err := p.quantile(name); isQuantile {
		if err != nil {
			return Metric{}, err
		}
		m = Metric{Kind: Quantile, Q: q}
	}
	facts, found := factsOf(m.Kind)
	if !found || name == string(Quantile) {
		return Metric{}, &SyntaxError{began, fmt.Sprintf("%q is not a metric", name), metricHint(name)}
	}
	return m, p.argument(name, facts.takes, &m)
}

// quantile reads p99.9; the second result is false if name is nothing like it.
func (p *parser) quantile(name string) (float64, bool, error) {
	digits, found := strings.CutPrefix(name, "p")
	if !found || digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return 0, false, nil
	}
	n, err := strconv.ParseFloat(digits, 64)
	switch {
	case err != nil:
		return 0, true, p.mistake(fmt.Sprintf("%q is not a quantile", name), "write p99 or p99.9")
	case hundredths(digits) == 0:
		return 0, true, p.mistake("p0 is the minimum, which says nothing of a target", "write p50 for the median")
	case n == 100:
		return 0, true, p.mistake("p100 is the maximum", "write max(send.response)")
	case n > 100:
		return 0, true, p.mistake(name+" is above p100", quantileHint(digits))
	}
	return hundredths(digits), true, nil
}

// quantileHint reads p999 as the p99.9 it stands for elsewhere.
func quantileHint(digits string) string {
	if strings.HasPrefix(digits, "99") && !strings.Contains(digits, ".") {
		return "did you mean p99." + digits[2:] + "?"
	}
	return "a quantile lies above 0 and below 100, as in p99.9"
}

func metricHint(name string) string {
	names := []string{"p50", "p90", "p95", "p99", "p99.9", "p99.99"}
	for _, f := range kinds[1:] {
		names = append(names, string(f.kind))
	}
	switch name {
	case "avg", "average":
		return "did you mean mean?"
	case "median", "med":
		return "did you mean p50?"
	case "errors", "failures", "error_ratio", "failure_rate":
		return "did you mean error_rate?"
	case "throughput", "rps", "mps":
		return "did you mean rate?"
	}
	return didYouMean(name, names, "the metrics are p50 to p99.99 and "+strings.Join(names[6:], ", "))
}

// argument reads what stands in the parentheses after name.
func (p *parser) argument(name string, want takes, m *Metric) error {
	open := p.symbol("(")
	switch {
	case want == takesNothing && open:
		return p.mistake(name+" is of a whole target and takes no parentheses", "write "+name)
	case want == takesNothing:
		return nil
	case !open:
		return p.mistake(name+" must say of what", "write "+name+"("+example(want)+")")
	}
	word := p.word()
	var err error
	if want == takesSeries {
		m.Series, err = p.series(word)
	} else {
		m.Op, err = p.op(word)
	}
	if err == nil && !p.symbol(")") {
		err = p.mistake("a closing parenthesis must stand here", "write "+name+"("+word+")")
	}
	return err
}

func example(want takes) string {
	if want == takesSeries {
		return "send.response"
	}
	return "send"
}

func (p *parser) series(word string) (Series, error) {
	op, clock, pointed := strings.Cut(word, ".")
	halves, firsts := clocks, append(operations(), ofWebhook)
	if op == ofWebhook {
		halves = statuses
	}
	switch {
	case known(op, firsts) && known(clock, halves):
		return Series(word), nil
	case word == "":
		return "", p.mistake("a series must stand here", "write send.response")
	case !pointed && known(op, firsts):
		return "", p.mistake(op+" has several clocks", clockHint(op, "", halves))
	case !pointed && known(op, clocks):
		return "", p.mistake(op+" is a clock of what?", "write send."+op)
	case known(op, firsts):
		return "", p.mistake(fmt.Sprintf("%s has no clock %q", op, clock), clockHint(op, clock, halves))
	}
	return "", p.mistake(fmt.Sprintf("%q is not a series", word),
		didYouMean(word, seriesNames(), "a series is an operation and a clock, as send.response"))
}

func clockHint(op, clock string, halves []string) string {
	if name := nearest(clock, halves); name != "" {
		return "did you mean " + op + "." + name + "?"
	}
	return "write " + op + "." + strings.Join(halves, ", "+op+".")
}

func (p *parser) op(word string) (whatsapp.Op, error) {
	op, clock, pointed := strings.Cut(word, ".")
	switch {
	case known(word, operations()):
		return whatsapp.Op(word), nil
	case word == "":
		return "", p.mistake("an operation must stand here", "write send")
	case pointed && known(op, operations()):
		return "", p.mistake("outcomes have no clock "+clock, "write "+op)
	}
	return "", p.mistake(fmt.Sprintf("%q is not an operation", word),
		didYouMean(word, operations(), "the operations are "+strings.Join(operations(), ", ")))
}
