package onprem

import (
	"fmt"
	"strconv"
	"time"
)

// Settings is the object under "settings" in requests and answers; each
// endpoint has the one part it is about.
type Settings struct {
	Application *ApplicationSettings `json:"application,omitempty"`
	Business    *BusinessSettings    `json:"business,omitempty"`
	Profile     *ProfileSettings     `json:"profile,omitempty"`
	Data        string               `json:"data,omitempty"` // of a backup
}

// BusinessSettings holds the business profile.
type BusinessSettings struct {
	Profile BusinessProfile `json:"profile"`
}

// BusinessProfile is what users see of the business.
type BusinessProfile struct {
	Address     string   `json:"address,omitempty"`
	Description string   `json:"description,omitempty"`
	Email       string   `json:"email,omitempty"`
	Vertical    string   `json:"vertical,omitempty"`
	Websites    []string `json:"websites,omitempty"`
}

// ProfileSettings holds the line below the business's name.
type ProfileSettings struct {
	About About `json:"about"`
}

// About is that line.
type About struct {
	Text string `json:"text"`
}

// ApplicationSettings is /v1/settings/application. Reading a PATCH into the
// settings in force changes what it names and leaves the rest.
type ApplicationSettings struct {
	CallbackBackoff    Millis          `json:"callback_backoff_delay_ms"`
	MaxCallbackBackoff Millis          `json:"max_callback_backoff_delay_ms"`
	CallbackPersist    bool            `json:"callback_persist"`
	HeartbeatInterval  int             `json:"heartbeat_interval"` // seconds
	UnhealthyInterval  int             `json:"unhealthy_interval"` // seconds
	Media              MediaSettings   `json:"media"`
	PassThrough        bool            `json:"pass_through"`
	SentStatus         bool            `json:"sent_status"` // deprecated in v2.45
	Webhooks           WebhookSettings `json:"webhooks"`
}

// MediaSettings says which inbound media are fetched without being asked for.
type MediaSettings struct {
	AutoDownload []string `json:"auto_download"`
}

// WebhookSettings says where callbacks go and which statuses they tell.
type WebhookSettings struct {
	URL                   string         `json:"url"`
	MaxConcurrentRequests int            `json:"max_concurrent_requests"` // 6, 12, 18 or 24
	Message               MessageUpdates `json:"message"`                 // since v2.41.2
}

// MessageUpdates says which states of a message are reported.
type MessageUpdates struct {
	Sent      bool `json:"sent"`
	Delivered bool `json:"delivered"`
	Read      bool `json:"read"`
}

// Millis is a duration in milliseconds, written as a string and read from a
// string or a number.
type Millis time.Duration

// MarshalJSON writes "3000".
func (m Millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatInt(time.Duration(m).Milliseconds(), 10)), nil
}

// UnmarshalJSON reads "3000" and 3000.
func (m *Millis) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseInt(string(unquoted(text)), 10, 64)
	if err != nil || n < 0 || n > int64(24*time.Hour/time.Millisecond) {
		return fmt.Errorf("%s is not a number of milliseconds up to a day", text)
	}
	*m = Millis(time.Duration(n) * time.Millisecond)
	return nil
}

// MediaProvider holds the credentials with which the API fetches links.
type MediaProvider struct {
	Name   string         `json:"name"`
	Type   string         `json:"type,omitempty"` // www
	Config map[string]any `json:"config,omitempty"`
}

// Backup is the body of POST /v1/settings/backup and /v1/settings/restore.
type Backup struct {
	Password string `json:"password"`
	Data     string `json:"data,omitempty"`
}

// Registration is the body of POST /v1/account, /v1/account/verify and
// /v1/account/shards, and of the two-step endpoint: each has its part of it.
type Registration struct {
	CountryCode string `json:"cc,omitempty"`
	PhoneNumber string `json:"phone_number,omitempty"`
	Method      string `json:"method,omitempty"` // sms, voice
	Cert        string `json:"cert,omitempty"`
	Pin         string `json:"pin,omitempty"`
	Code        string `json:"code,omitempty"`
	Shards      int    `json:"shards,omitempty"` // 1, 2, 4, 8, 16 or 32
}
