package stat

import "fmt"

// Code names a kind of warning; it is stable, so reports can key on it.
type Code string

// The warnings a result of this package may carry.
const (
	FewSamples     Code = "few_samples"     // too little data for the confidence asked
	Ties           Code = "ties"            // equal values make the p-value approximate
	Autocorrelated Code = "autocorrelated"  // neighbours resemble each other
	Drift          Code = "drift"           // the level moves with time
	NotSettled     Code = "not_settled"     // the warm-up's end was not found
	Undefined      Code = "undefined"       // values or resamples that are not numbers
	Coarse         Code = "coarse_interval" // the interval leans on too few blocks or resamples
)

// Warning says that a result is worth less than it looks, and what to do.
type Warning struct {
	Code   Code
	Text   string // what was seen
	Advice string // what would help
}

// String is the text and the advice in one line.
func (w Warning) String() string { return w.Text + "; " + w.Advice }

func warn(code Code, advice, format string, args ...any) Warning {
	return Warning{Code: code, Text: fmt.Sprintf(format, args...), Advice: advice}
}
