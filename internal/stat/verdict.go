package stat

// Verdict is how head compares to base in a metric of which less is better.
type Verdict int

// The verdicts; the zero value claims nothing.
const (
	Unsure Verdict = iota
	Better
	Worse
	Same
)

// String is the verdict's name in lower case.
func (v Verdict) String() string {
	return [...]string{"unsure", "better", "worse", "same"}[v]
}

// Mirror is the verdict with base and head in each other's place, and also
// the verdict on a metric of which more is better.
func (v Verdict) Mirror() Verdict {
	switch v {
	case Better:
		return Worse
	case Worse:
		return Better
	}
	return v
}

// Judge reads the interval of the ratio head/base against the least effect
// that matters, a relative one (0.05 is 5 %). It says worse if the whole
// interval is above 1+effect, better if it is below 1/(1+effect), same if it
// lies between the two, ends included, and unsure where it straddles an
// edge. The lower edge is the upper one's inverse so that changing places
// changes nothing but the name; and an end counts as on an edge if only
// rounding parts them, since ratios of histogram buckets do fall on edges.
func Judge(ratio Interval, effect float64) Verdict {
	up := (1 + effect) * (1 + rounding)
	switch {
	case ratio.Lo > up:
		return Worse
	case ratio.Hi*up < 1:
		return Better
	case ratio.Lo*up >= 1 && ratio.Hi <= up:
		return Same
	}
	return Unsure
}

// rounding is what the logarithms and exponentials behind a ratio may lose,
// with much to spare; no histogram resolves it.
const rounding = 1e-9

// NotWorse reports non-inferiority: the whole interval of head/base lies at or
// below 1+margin. Of a two-sided 95 % interval that is a 97.5 % one-sided claim.
func NotWorse(ratio Interval, margin float64) bool { return ratio.Hi <= 1+margin }

// LeastEffect joins a relative effect with an absolute floor in base's unit:
// the greater of the two, as a relative effect on base.
func LeastEffect(relative, floor, base float64) float64 {
	if base <= 0 {
		return relative
	}
	return max(relative, floor/base)
}
