package fakeapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"

	"wabench/internal/whatsapp/onprem"
)

// onPremUsers are the people who may use the API, and their logins.
type onPremUsers struct {
	mu     sync.Mutex
	users  map[string]*onPremUser
	logins map[digest]onPremLogin // by token
	order  []digest               // tokens, oldest first
	count  int64                  // of logins ever
	stale  time.Time              // logins from before this are refused; zero: none are
}

type onPremUser struct {
	password   string
	admin      bool
	mustChange bool // the password, before the first token
}

// onPremLogin is what a token stands for.
type onPremLogin struct {
	user            string
	issued, expires time.Time
}

// loginsKept bounds how many tokens are remembered.
const loginsKept = 10_000

// reset forgets all users but the administrator. His tokens stay good: a driver
// logs in once, and a reset is no reason to be thrown out.
func (u *onPremUsers) reset(options Options, firstLogin bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.users = map[string]*onPremUser{
		options.Username: {password: options.Password, admin: true, mustChange: firstLogin},
	}
	u.stale = time.Time{}
	if u.logins == nil {
		u.logins = map[digest]onPremLogin{}
	}
}

// expire refuses all tokens given before now, until it is called with on false.
func (u *onPremUsers) expire(now time.Time, on bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stale = time.Time{}
	if on {
		u.stale = now
	}
}

// authenticate says whose token a request shows, or what is wrong with it.
func (u *onPremUsers) authenticate(r *http.Request, now time.Time) (user string, admin bool, problem string) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		return "", false, "A token is missing; log in at /v1/users/login"
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	l, known := u.logins[digestOf(token)]
	account := u.users[l.user]
	switch {
	case !known || account == nil:
		return "", false, "The token is not valid"
	case !now.Before(l.expires), !l.issued.After(u.stale) && !u.stale.IsZero():
		return "", false, "The token has expired"
	}
	return l.user, account.admin, ""
}

// logIn is POST /v1/users/login.
func (o *onPremSide) logIn(c *onPremCall) {
	name, password, given := c.r.BasicAuth()
	var change onprem.Credentials
	if !o.read(c, &change) {
		return
	}
	if !given || !o.users.enter(name, password) {
		o.fail(c.exchange, onprem.NewError(onprem.CodeAccessDenied, "Wrong user name or password"))
		return
	}
	if change.NewPassword != "" {
		if problem := o.users.setPassword(name, change.NewPassword); problem != "" {
			o.fail(c.exchange, onprem.NewError(onprem.CodeParameterNotValid, problem))
			return
		}
	}
	if o.users.mustChange(name) {
		o.fail(c.exchange, onprem.NewError(onprem.CodePasswordChange, "Log in with new_password"))
		return
	}
	token, expires := o.users.issue(name, c.arrived, o.profile().tokenLife(), o.server.seed)
	o.ok(c.exchange, http.StatusOK, onprem.Answer{
		Users: []onprem.User{{Token: token, ExpiresAfter: expires.UTC().Format(onprem.ExpiryLayout)}},
	})
}

func (o *OnPremProfile) tokenLife() time.Duration {
	if o.TokenLife > 0 {
		return o.TokenLife
	}
	return 7 * 24 * time.Hour
}

// enter reports whether the name and password belong together.
func (u *onPremUsers) enter(name, password string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	account := u.users[name]
	return account != nil && sameSecret(password, account.password)
}

func (u *onPremUsers) mustChange(name string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	account := u.users[name]
	return account != nil && account.mustChange
}

// issue makes a token in the form of the platform's, a JSON web token.
func (u *onPremUsers) issue(name string, now time.Time, life time.Duration, seed uint64) (token string, expires time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	expires = now.Add(life)
	claims, err := json.Marshal(map[string]any{"user": name, "iat": now.Unix(), "exp": expires.Unix()})
	if err != nil {
		panic(err) // a map of strings and numbers
	}
	code := base64.RawURLEncoding.EncodeToString
	u.count++
	signature := append(appendBits(nil, seed, u.count, drawToken), appendBits(nil, seed, -u.count, drawToken)...)
	token = code([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + code(claims) + "." + code(signature)
	u.logins[digestOf(token)] = onPremLogin{user: name, issued: now, expires: expires}
	u.order = append(u.order, digestOf(token))
	if len(u.order) > loginsKept {
		delete(u.logins, u.order[0])
		u.order = u.order[1:]
	}
	return token, expires
}

// setPassword changes a password and says what is wrong with the new one.
func (u *onPremUsers) setPassword(name, password string) (problem string) {
	if problem := badPassword(password); problem != "" {
		return problem
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if account := u.users[name]; account != nil {
		account.password, account.mustChange = password, false
	}
	return ""
}

// badPassword says what a password lacks.
func badPassword(password string) string {
	var upper, lower, digit, special bool
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lower = true
		case unicode.IsDigit(r):
			digit = true
		default:
			special = true
		}
	}
	if n := len(password); n < 8 || n > 64 || !upper || !lower || !digit || !special {
		return "A password has 8 to 64 characters with upper case, lower case, digits and special characters"
	}
	return ""
}

// logOut is POST /v1/users/logout.
func (o *onPremSide) logOut(c *onPremCall) {
	token := strings.TrimPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	o.users.mu.Lock()
	delete(o.users.logins, digestOf(token)) // it stays in order, which only bounds the memory
	o.users.mu.Unlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}
