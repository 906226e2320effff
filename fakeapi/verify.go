package fakeapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// verifyWithin is how long a receiver may take to be verified.
const verifyWithin = 10 * time.Second

// verify checks that the receiver at address knows the verify token: it has to
// send back a challenge. Without a token, or an address, there is nothing to
// check.
func (s *Server) verify(ctx context.Context, address, token string) error {
	if address == "" {
		return nil
	}
	target, err := url.Parse(address)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return fmt.Errorf("%q is not the address of a receiver", address)
	}
	if token == "" {
		return nil
	}
	challenge := strconv.FormatUint(bits(s.seed, s.requests.Load(), drawTrace)%1_000_000_000_000, 10)
	query := target.Query()
	query.Set("hub.mode", "subscribe")
	query.Set("hub.challenge", challenge)
	query.Set("hub.verify_token", token)
	target.RawQuery = query.Encode()
	ctx, cancel := context.WithTimeout(ctx, verifyWithin)
	defer cancel()
	return s.challenge(ctx, target.String(), challenge)
}

// challenge makes the request and wants 200 and the challenge.
func (s *Server) challenge(ctx context.Context, address, challenge string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := s.webhookClient.Do(req)
	if err != nil {
		return fmt.Errorf("verify the receiver: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1024))
	switch {
	case err != nil:
		return fmt.Errorf("verify the receiver: %w", err)
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("verify the receiver: it answered %d", res.StatusCode)
	case string(body) != challenge:
		return errors.New("verify the receiver: it did not send back the challenge")
	}
	return nil
}
