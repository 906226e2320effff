package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Percent is a share, kept as 0..1 and printed as 0 % to 100 %.
type Percent float64

// ParsePercent reads a share such as 0.1% or 40%; the sign is required, so
// that 0.5 is never mistaken for 0.5 %. It may be negative or above 100 %.
func ParsePercent(s string) (Percent, error) {
	number, found := strings.CutSuffix(strings.TrimSpace(s), "%")
	share, err := parseNumber(number, -2)
	if !found || err != nil {
		return 0, fmt.Errorf("%q is not a share; write it with a percent sign, as 0.1%%", s)
	}
	return Percent(share), nil
}

// String prints the share with up to three significant digits: 0.1%, 12.5%.
// What is short of 100 % never reads as 100 %.
func (p Percent) String() string {
	n := float64(p) * 100
	if n > 99.5 && n < 100 {
		// The epsilon keeps 99.57·1000 = 99569.99999999999 from losing a digit.
		return strconv.FormatFloat(min(math.Floor(n*1000+1e-6), 99_999)/1000, 'f', -1, 64) + "%"
	}
	return significant(n) + "%"
}

// MarshalText writes the share with full precision.
func (p Percent) MarshalText() ([]byte, error) {
	return []byte(formatShifted(float64(p), 2) + "%"), nil
}

// UnmarshalText reads what ParsePercent reads.
func (p *Percent) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePercent(string(text))
	return err
}
