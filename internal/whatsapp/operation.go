package whatsapp

import "net/http"

// Op is one kind of request in a run; series and gate rules are named by it.
type Op string

// The operations a scenario can ask for, and those the engine adds.
const (
	OpSend        Op = "send"
	OpContacts    Op = "contacts"     // On-Premises contact check
	OpMediaUpload Op = "media_upload" // one file to the platform's store
	OpMarkRead    Op = "mark_read"
	OpProfile     Op = "profile" // read the business profile
	OpRetry       Op = "retry"   // a further attempt at a send, paced by the back-off
)

// API names one of the two platforms.
type API string

// The two APIs.
const (
	Cloud  API = "cloud"
	OnPrem API = "onprem"
)

// Call is one operation to perform: what a dialect encodes.
type Call struct {
	Op      Op
	Message Message // send, retry
	// MessageID is the inbound message to mark as read (mark_read).
	MessageID string
	// Contact is the number to check (contacts).
	Contact string
	// File is what media_upload uploads.
	File *File
	// Into is empty memory that the request's body may be written to; nil is
	// none.
	Into []byte
}

// File is a file to upload, held in memory.
type File struct {
	Name     string
	MIMEType string
	Bytes    []byte
}

// Request is a call as HTTP: Path begins with a slash and is appended to the
// target's base address. Credentials are already in Header.
type Request struct {
	Method string
	Path   string
	Header http.Header
	Body   []byte
}

// Response is an HTTP answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}
