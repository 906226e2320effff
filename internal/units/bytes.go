package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bytes is a size in bytes.
type Bytes int64

// byteUnits lists the accepted units, largest binary ones first for printing.
var byteUnits = []struct {
	name string
	size int64
}{
	{"GiB", 1 << 30},
	{"MiB", 1 << 20},
	{"KiB", 1 << 10},
	{"GB", 1e9},
	{"MB", 1e6},
	{"kB", 1e3},
	{"KB", 1e3},
	{"B", 1},
}

// ParseBytes reads a size such as 64KiB, 5MB or 300B.
func ParseBytes(s string) (Bytes, error) {
	trimmed := strings.TrimSpace(s)
	for _, unit := range byteUnits {
		number, ok := strings.CutSuffix(trimmed, unit.name)
		if !ok {
			continue
		}
		number = strings.TrimSpace(number)
		if whole, err := strconv.ParseInt(number, 10, 64); err == nil && whole >= 0 && whole <= math.MaxInt64/unit.size {
			return Bytes(whole * unit.size), nil // exact beyond 2^53 too
		}
		n, err := parseNumber(number, 0)
		if err != nil || n < 0 || n*float64(unit.size) >= math.MaxInt64 {
			break
		}
		return Bytes(math.Round(n * float64(unit.size))), nil
	}
	return 0, fmt.Errorf("%q is not a size; write it as 64KiB, 5MB or 300B", s)
}

// String prints the size in binary units: 64KiB, 1.5MiB.
func (b Bytes) String() string {
	for _, unit := range byteUnits[:3] {
		// Three digits of the next unit down round up to this one: 1023.7KiB.
		if n := float64(b) / float64(unit.size); math.Abs(n) >= 1-0.5/1024 {
			return significant(n) + unit.name
		}
	}
	return strconv.FormatInt(int64(b), 10) + "B"
}

// MarshalText writes the size in bytes.
func (b Bytes) MarshalText() ([]byte, error) {
	return []byte(strconv.FormatInt(int64(b), 10) + "B"), nil
}

// UnmarshalText reads what ParseBytes reads.
func (b *Bytes) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBytes(string(text))
	return err
}
