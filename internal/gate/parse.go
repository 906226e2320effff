package gate

import (
	"fmt"
	"strings"
	"time"

	"wabench/internal/units"
)

// Parse reads a rule:
//
//	rule     = metric [ "of" target ] [ "vs" ( target | "baseline" ) ] op bound [ "over" duration ] ;
//	metric   = quantile "(" series ")" | "error_rate(" opname ")" | "throttle_rate(" opname ")" | "rate(" opname ")"
//	         | "max(" series ")" | "mean(" series ")" | "delivered_ratio" | "lost" | "duplicates" | "availability"
//	         | "longest_outage" | "recovery" ;
//	quantile = "p" number ;                             (* above 0, below 100 *)
//	series   = opname "." ( "response" | "service" | "lateness" ) | "webhook." ( "sent" | "delivered" | "read" ) ;
//	opname   = "send" | "contacts" | "media_upload" | "mark_read" | "profile" | "retry" ;
//	op       = "<" | "<=" | ">" | ">=" | "==" ;
//	bound    = duration | share | rate | number | sign share ;
//	target   = ( letter | digit ) { letter | digit | "_" | "-" | "." } ;
//
// Space may stand between any two symbols and must stand between two words.
// The bound's unit is the metric's; with vs it is a signed share, a change. A
// plain 0 will do for every unit. The error is a *SyntaxError.
func Parse(rule string) (Rule, error) {
	p := &parser{text: rule}
	r, err := p.rule()
	if err != nil {
		return Rule{}, err
	}
	r.Options.Confidence = DefaultConfidence
	return r, nil
}

func (p *parser) rule() (r Rule, err error) {
	if r.Metric, err = p.metric(); err != nil {
		return r, err
	}
	if r.Of, err = p.target("of"); err != nil {
		return r, err
	}
	if r.Vs, err = p.target("vs"); err != nil {
		return r, err
	}
	if r.Vs != "" && r.Vs == r.Of {
		return r, p.mistake(r.Vs+" is compared with itself", "name another target after vs")
	}
	if r.Comparator, err = p.comparator(r.Vs != ""); err != nil {
		return r, err
	}
	if r.Bound, err = p.bound(r); err != nil {
		return r, err
	}
	if r.Over, err = p.over(r); err != nil {
		return r, err
	}
	return r, p.end()
}

// target reads a keyword and the name after it; empty if the keyword is not
// next.
func (p *parser) target(keyword string) (string, error) {
	back := p.at
	if p.word() != keyword {
		p.at = back
		return "", nil
	}
	name := p.word()
	switch {
	case name == "":
		return "", p.mistake("a target's name must stand after "+keyword, "")
	case keyword == "of" && name == Baseline:
		return "", p.mistake("baseline stands only after vs", "write vs baseline")
	case !isLetterOrDigit(name[0]):
		return "", p.mistake(fmt.Sprintf("%q is not a target's name", name), "")
	}
	return name, nil
}

// comparators, longest first; the second column is what to write instead of
// one that looks like it.
var comparators = [][2]string{
	{"<="},
	{">="},
	{"=="},
	{"=<", "<="},
	{"=>", ">="},
	{"!=", "< or >"},
	{"≤", "<="},
	{"≥", ">="},
	{"<"},
	{">"},
	{"=", "=="},
}

func (p *parser) comparator(afterVs bool) (Comparator, error) {
	for _, c := range comparators {
		if !p.symbol(c[0]) {
			continue
		}
		if c[1] != "" {
			return "", p.mistake(c[0]+" is not a comparison", "write "+c[1])
		}
		return Comparator(c[0]), nil
	}
	word := p.word()
	began := p.began
	hint := "write <, <=, >, >= or =="
	switch {
	case word == "of" && afterVs:
		hint = "write of before vs"
	case word != "" && !afterVs:
		hint = didYouMean(word, []string{"of", "vs"}, "write of TARGET, vs TARGET or a comparison such as <=")
	}
	return "", &SyntaxError{began, "a comparison must stand here", hint}
}

func (p *parser) bound(r Rule) (Bound, error) {
	text := p.chunk()
	if text == "" {
		return Bound{}, p.mistake("a bound must stand here", "write one such as 800ms, 0.1%, 50/s or 0")
	}
	want := r.Metric.Unit()
	if r.Vs != "" {
		want = Change
	}
	b, err := readBound(text, want)
	if err != nil {
		err.Offset = p.began
		if r.Metric.Unit() == Count && strings.HasSuffix(text, "%") && r.Vs == "" {
			err.Hint = "write == 0, or use delivered_ratio >= 99.9%"
		}
		return Bound{}, err
	}
	return b, p.judgeable(r, b)
}

// judgeable refuses bounds that no run could meet.
func (p *parser) judgeable(r Rule, b Bound) error {
	facts, _ := factsOf(r.Metric.Kind)
	extreme := b.Unit == Share && (b.Value == 0 || b.Value == 1)
	switch {
	case r.Comparator == Precisely && !facts.exact && !extreme:
		return p.mistake(r.Metric.String()+" is measured and never equals a bound", "write <= or >=")
	case r.Comparator == Less && b.Value == 0 && b.Unit != Change:
		return p.mistake("nothing is below "+b.String(), "write == "+b.String())
	case r.Comparator == More && b.Value == 1 && b.Unit == Share:
		return p.mistake("nothing is above 100%", "write == 100%")
	}
	return nil
}

// shortestWindow is the length of the intervals that a run is logged in.
const shortestWindow = time.Second

func (p *parser) over(r Rule) (time.Duration, error) {
	back := p.at
	if p.word() != "over" {
		p.at = back
		return 0, nil
	}
	d, err := units.ParseDuration(p.chunk())
	switch {
	case err != nil:
		return 0, p.mistake("over must be followed by a duration", "write over 10s")
	case d < shortestWindow || d > longestBound:
		return 0, p.mistake("a window must last 1s to 1000h", "write over 10s")
	case r.Vs != "":
		return 0, p.mistake("a change is judged on the whole run", "drop over, or drop vs")
	}
	if facts, _ := factsOf(r.Metric.Kind); !facts.windows {
		return 0, p.mistake(r.Metric.String()+" is of the whole run", "drop over")
	}
	return d, nil
}

func (p *parser) end() error {
	rest := p.chunk()
	if rest == "" {
		return nil
	}
	began := p.began
	hint := didYouMean(rest, []string{"over"}, "one rule ends after its bound")
	if rest == "of" || rest == "vs" {
		hint = "write " + rest + " before the comparison"
	}
	return &SyntaxError{began, fmt.Sprintf("%q is left over", rest), hint}
}
