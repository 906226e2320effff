package gate

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// holds reports whether a value meets the bound.
func (c Comparator) holds(value, bound float64) bool {
	switch c {
	case Less:
		return value < bound
	case AtMost:
		return value <= bound
	case More:
		return value > bound
	case AtLeast:
		return value >= bound
	}
	return value == bound
}

// upper reports whether the comparator sets a limit upwards.
func (c Comparator) upper() bool { return c == Less || c == AtMost }

// verdictOf is pass if both ends of an interval meet the bound, fail if
// neither does, else inconclusive.
func verdictOf(low, high bool) string {
	switch {
	case low && high:
		return results.Pass
	case !low && !high:
		return results.Fail
	}
	return results.Inconclusive
}

// exactly judges a fact.
func (j *judgement) exactly(value float64, detail string) finding {
	ok := j.rule.Comparator.holds(value, j.rule.Bound.Value)
	return finding{verdict: verdictOf(ok, ok), observed: j.rule.Bound.Unit.print(value), detail: detail}
}

// print writes a value of the unit for people.
func (u Unit) print(value float64) string {
	switch u {
	case Duration:
		return units.FormatDuration(time.Duration(math.Round(value)))
	case PerTime:
		return rounded(value) + "/s"
	case Share:
		return units.Percent(value).String()
	}
	return grouped(int64(value))
}

// rounded prints a number with up to two decimals.
func rounded(x float64) string {
	return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64)
}

// grouped prints a count with its thousands set apart: 2,995.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// percent prints a confidence: 95%.
func percent(confidence float64) string { return strconv.FormatFloat(confidence*100, 'g', 6, 64) + "%" }

// more says how many further samples would decide.
func more(n int64, ok bool, what string) string {
	if !ok {
		return "no number of " + what + " would decide it if it stays as it is"
	}
	return fmt.Sprintf("about %s more %s would decide it", grouped(n), what)
}
