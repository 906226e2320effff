package cloud

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Timestamp is a time in whole seconds, which webhooks write as a string.
type Timestamp int64

// firstMilliseconds is the year 5138 in seconds and 1973 in milliseconds: what
// is larger can only be milliseconds, which the platform has sent by mistake.
const firstMilliseconds = 100_000_000_000

// At returns the Timestamp of t.
func At(t time.Time) Timestamp { return Timestamp(t.Unix()) }

// Time returns the time.
func (t Timestamp) Time() time.Time { return time.Unix(int64(t), 0).UTC() }

// MarshalJSON writes the seconds as a string.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatInt(int64(t), 10)), nil
}

// UnmarshalJSON reads seconds or milliseconds, as a string or a number.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	text := string(data)
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("timestamp %q is not a number of seconds", text)
	}
	if n >= firstMilliseconds {
		n /= 1000
	}
	*t = Timestamp(n)
	return nil
}
