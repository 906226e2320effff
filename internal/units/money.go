package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Money is an amount in one currency.
type Money struct {
	Amount   float64
	Currency string // three letters, upper case
}

// ParseMoney reads an amount such as 5 USD or 0.005 EUR.
func ParseMoney(s string) (Money, error) {
	fields := strings.Fields(s)
	if len(fields) == 2 && isCurrency(fields[1]) {
		if n, err := parseNumber(fields[0], 0); err == nil && n >= 0 {
			return Money{Amount: n, Currency: fields[1]}, nil
		}
	}
	return Money{}, fmt.Errorf("%q is not an amount; write it as 5 USD", s)
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// String prints the amount with its currency: 5.25 USD, 0.005 USD.
func (m Money) String() string {
	if abs := math.Abs(m.Amount); abs > 0 && abs < 0.1 {
		return significant(m.Amount) + " " + m.Currency
	}
	return strconv.FormatFloat(m.Amount, 'f', 2, 64) + " " + m.Currency
}

// MarshalText writes the amount with full precision.
func (m Money) MarshalText() ([]byte, error) {
	return []byte(formatShifted(m.Amount, 0) + " " + m.Currency), nil
}

// UnmarshalText reads what ParseMoney reads.
func (m *Money) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMoney(string(text))
	return err
}
