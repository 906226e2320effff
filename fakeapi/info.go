package fakeapi

import "wabench/internal/whatsapp"

// Info is what a client needs to use a server: the line that bench fake prints
// when it listens.
type Info struct {
	URL           string         `json:"url"`
	API           []whatsapp.API `json:"api"`
	Token         string         `json:"token"`
	PhoneNumberID string         `json:"phone_number_id"`
	WABAID        string         `json:"waba_id"`
	Username      string         `json:"username"`
	Password      string         `json:"password"`
	AppSecret     string         `json:"app_secret"`
	// Numbers are all business numbers, where there is more than one.
	Numbers []InfoNumber `json:"numbers,omitempty"`
	// CA is the file with the authority's certificate. Whoever writes that
	// file fills it in.
	CA string `json:"ca,omitempty"`
}

// InfoNumber is one business number and its account.
type InfoNumber struct {
	PhoneNumberID string `json:"phone_number_id"`
	WABAID        string `json:"waba_id"`
	Display       string `json:"display_phone_number"`
}

// Info returns the server's address, names and credentials.
func (s *Server) Info() Info {
	o := s.options
	info := Info{
		URL: s.URL, API: s.profile().APIs, Token: o.Token, PhoneNumberID: o.PhoneNumberID, WABAID: o.WABAID,
		Username: o.Username, Password: o.Password, AppSecret: s.hookSettings.appSecret(),
	}
	if len(o.Numbers) > 1 {
		for _, n := range o.Numbers {
			info.Numbers = append(info.Numbers, InfoNumber{n.ID, n.WABAID, n.Display})
		}
	}
	return info
}
