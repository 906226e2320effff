package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

// Recipients are the numbers that messages go to, round-robin: arrival n goes
// to number First + n modulo Len. They are a range, or a list.
type Recipients struct {
	// From and To bound a range, both included.
	From uint64 `json:"from,omitempty"`
	To   uint64 `json:"to,omitempty"`
	// List are the numbers of a list or file, digits only.
	List []string `json:"list,omitempty"`
	// First is the recipient of arrival 0: a step of a search goes on where the
	// one before it ended.
	First int64 `json:"first,omitempty"`
	// Columns are those columns of the recipients file that messages use, by
	// name, in the order of List.
	Columns map[string][]string `json:"columns,omitempty"`
}

// Len returns how many recipients there are.
func (r *Recipients) Len() int64 {
	switch {
	case len(r.List) > 0:
		return int64(len(r.List))
	case r.From == 0:
		return 0
	default:
		return int64(r.To - r.From + 1)
	}
}

// index returns which recipient arrival n goes to.
func (r *Recipients) index(n int64) int64 { return (r.First + n) % r.Len() }

// At returns the number that arrival n goes to, empty if there are none.
func (r *Recipients) At(n int64) string {
	switch {
	case len(r.List) > 0:
		return r.List[r.index(n)]
	case r.From == 0:
		return ""
	default:
		return strconv.FormatUint(r.From+uint64(r.index(n)), 10)
	}
}

// normalNumber returns a phone number as digits only: the "+" and the
// separators that people write are dropped.
func normalNumber(s string) (string, error) {
	digits := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(strings.TrimSpace(s))
	digits = strings.TrimPrefix(digits, "+")
	if len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || digits[0] == '0' {
		return "", fmt.Errorf("%q is not a phone number; write it with its country code, 7 to 15 digits", s)
	}
	return digits, nil
}

// Range is a range of phone numbers, both ends included.
type Range struct{ From, To uint64 }

// longestRange bounds how many recipients a range has.
const longestRange = 10_000_000

// ParseRange reads a range such as 15550100000..15550109999, or one number.
func ParseRange(s string) (Range, error) {
	first, last, found := strings.Cut(s, "..")
	if !found {
		last = first
	}
	var ends [2]uint64
	for i, end := range []string{first, last} {
		digits, err := normalNumber(end)
		if err != nil {
			return Range{}, err
		}
		ends[i], _ = strconv.ParseUint(digits, 10, 64) // 15 digits always fit
	}
	r := Range{From: ends[0], To: ends[1]}
	switch {
	case r.To < r.From:
		return Range{}, fmt.Errorf("range %s ends before it begins", s)
	case r.To-r.From >= longestRange:
		return Range{}, fmt.Errorf("range %s has more than %d numbers", s, longestRange)
	}
	return r, nil
}

// Has reports whether the range includes a number.
func (r Range) Has(number string) bool {
	n, err := strconv.ParseUint(number, 10, 64)
	return err == nil && n >= r.From && n <= r.To
}

// below reports whether the whole range lies below a number.
func (r Range) below(number string) bool {
	n, err := strconv.ParseUint(number, 10, 64)
	return err == nil && r.To < n
}

// String returns the range as scenarios write it.
func (r Range) String() string {
	if r.From == r.To {
		return strconv.FormatUint(r.From, 10)
	}
	return fmt.Sprintf("%d..%d", r.From, r.To)
}

// UnmarshalText reads what ParseRange reads.
func (r *Range) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRange(string(text))
	return err
}
