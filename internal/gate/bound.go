package gate

import (
	"math"
	"strconv"
	"strings"
	"time"

	"wabench/internal/units"
)

// Bound is the right side of a rule. Value is in nanoseconds, per second, or a
// share of 1, by Unit.
type Bound struct {
	Unit  Unit
	Value float64
}

// longestBound keeps durations exact in a float64.
const longestBound = 1000 * time.Hour

// String prints the bound so that it reads back as the same value.
func (b Bound) String() string {
	switch b.Unit {
	case Duration:
		return exactDuration(time.Duration(b.Value))
	case PerTime:
		return exactRate(units.Rate(b.Value))
	case Share:
		return percentNumber(b.Value) + "%"
	case Change:
		if b.Value < 0 {
			return percentNumber(b.Value) + "%"
		}
		return "+" + percentNumber(b.Value) + "%"
	}
	return strconv.FormatFloat(b.Value, 'f', -1, 64)
}

func exactDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func exactRate(r units.Rate) string {
	text := r.String()
	if back, err := units.ParseRate(text); err == nil && back == r {
		return text
	}
	return strconv.FormatFloat(float64(r), 'g', -1, 64) + "/s"
}

// percentNumber prints a share or a quantile as the percentage that reads back
// as the same: 0.07 is 7, although 0.07 * 100 is 7.000000000000001.
func percentNumber(share float64) string {
	text, _ := units.Percent(share).MarshalText() // never fails
	return strings.TrimSuffix(string(text), "%")
}

// hundredths is a number divided by 100 in decimal, so that 99.99 is 0.9999
// and not 0.9998999999999999; NaN if it is no number.
func hundredths(number string) float64 {
	q, err := strconv.ParseFloat(number+"e-2", 64)
	if err != nil {
		return math.NaN()
	}
	return q
}

// readBound reads a bound in the unit that the metric asks for; with vs it is
// a change.
func readBound(text string, want Unit) (Bound, *SyntaxError) {
	if want == Change {
		return readChange(text)
	}
	if strings.ContainsAny(text[:1], "+-") {
		return Bound{}, &SyntaxError{
			Text: "a signed bound is a change, but the rule says not from what",
			Hint: "add vs TARGET or vs baseline, or drop the sign",
		}
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && n == 0 {
		return Bound{Unit: want}, nil // none is none in every unit
	}
	switch want {
	case Duration:
		return readDuration(text)
	case PerTime:
		r, err := units.ParseRate(text)
		return Bound{PerTime, float64(r)}, wrongUnit(err, "is a rate", text, "write it per second or minute, as 80/s")
	case Share:
		return readShare(text)
	}
	n, err := strconv.ParseUint(text, 10, 50)
	return Bound{Count, float64(n)}, wrongUnit(err, "is a count", text, "write a whole number, as == 0")
}

func readDuration(text string) (Bound, *SyntaxError) {
	d, err := units.ParseDuration(text)
	if err == nil && d > longestBound {
		return Bound{}, &SyntaxError{Text: text + " is longer than any run", Hint: "the longest bound is 1000h"}
	}
	hint := "write a duration with its unit, as 800ms"
	if isNumber(text) {
		hint = "write " + text + "ms or " + text + "s"
	}
	return Bound{Duration, float64(d)}, wrongUnit(err, "is a duration", text, hint)
}

func readShare(text string) (Bound, *SyntaxError) {
	p, err := units.ParsePercent(text)
	if err == nil && p > 1 {
		return Bound{}, &SyntaxError{Text: text + " is more than all", Hint: "shares go from 0% to 100%"}
	}
	hint := "write a share with its percent sign, as 0.1%"
	if n, err := strconv.ParseFloat(text, 64); err == nil && n > 0 && n <= 1 {
		hint = "write " + percentNumber(n) + "%"
	} else if isNumber(text) {
		hint = "write " + text + "%"
	}
	return Bound{Share, float64(p)}, wrongUnit(err, "is a share", text, hint)
}

func readChange(text string) (Bound, *SyntaxError) {
	if !strings.ContainsAny(text[:1], "+-") {
		return Bound{}, &SyntaxError{
			Text: "a bound with vs is a change and needs its sign",
			Hint: "write +" + strings.TrimSuffix(text, "%") + "% for that much more than the base",
		}
	}
	p, err := units.ParsePercent(text)
	if err == nil && (p <= -1 || p > 1e6) {
		return Bound{}, &SyntaxError{Text: "no change of " + text + " is possible", Hint: "write a change above -100%"}
	}
	return Bound{Change, float64(p)}, wrongUnit(err, "with vs is judged by a change", text, "write it in percent, as +10%")
}

// wrongUnit words a bound that did not read as what the metric is; nil if it
// did.
func wrongUnit(err error, what, text, hint string) *SyntaxError {
	if err == nil {
		return nil
	}
	return &SyntaxError{Text: "the metric " + what + ", " + strconv.Quote(text) + " is not", Hint: hint}
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}
