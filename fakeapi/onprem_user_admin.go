package fakeapi

import (
	"net/http"

	"wabench/internal/whatsapp/onprem"
)

// createUser is POST /v1/users.
func (o *onPremSide) createUser(c *onPremCall) {
	var wanted onprem.Credentials
	if !o.read(c, &wanted) {
		return
	}
	if wanted.Username == "" || wanted.Password == "" {
		o.fail(c.exchange, onprem.NewError(onprem.CodeParameterMissing, "username and password are required"))
		return
	}
	if problem := badPassword(wanted.Password); problem != "" {
		o.fail(c.exchange, onprem.NewError(onprem.CodeParameterNotValid, problem))
		return
	}
	if !o.users.add(wanted) {
		o.fail(c.exchange, onprem.NewError(onprem.CodeInternalError, "Unable to create user. Already exist?"))
		return
	}
	o.ok(c.exchange, http.StatusCreated, onprem.Answer{Users: []onprem.User{{Username: wanted.Username}}})
}

func (u *onPremUsers) add(wanted onprem.Credentials) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.users[wanted.Username] != nil {
		return false
	}
	u.users[wanted.Username] = &onPremUser{password: wanted.Password}
	return true
}

// readUser is GET /v1/users/{name}.
func (o *onPremSide) readUser(c *onPremCall) {
	admin, found := o.users.find(c.arg)
	if !found {
		o.noUser(c)
		return
	}
	roles := "ROLE_USER"
	if admin {
		roles = "ROLE_ADMIN"
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Users: []onprem.User{{Username: c.arg, Roles: roles}}})
}

func (u *onPremUsers) find(name string) (admin, found bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	account := u.users[name]
	if account == nil {
		return false, false
	}
	return account.admin, true
}

func (o *onPremSide) noUser(c *onPremCall) {
	o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no user "+c.arg))
}

// changeUser is PUT /v1/users/{name}: a new password, for oneself or by an
// administrator.
func (o *onPremSide) changeUser(c *onPremCall) {
	var change onprem.Credentials
	if !o.read(c, &change) {
		return
	}
	admin, _ := o.users.find(c.user)
	_, found := o.users.find(c.arg)
	switch {
	case !admin && c.user != c.arg:
		o.failAs(c.exchange, http.StatusForbidden, onprem.NewError(onprem.CodeAccessDenied, "Only administrators may change others"))
		return
	case !found:
		o.noUser(c)
		return
	case change.Password == "":
		o.fail(c.exchange, onprem.NewError(onprem.CodeParameterMissing, "password is required"))
		return
	}
	if problem := o.users.setPassword(c.arg, change.Password); problem != "" {
		o.fail(c.exchange, onprem.NewError(onprem.CodeParameterNotValid, problem))
		return
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Users: []onprem.User{{Username: c.arg}}})
}

// deleteUser is DELETE /v1/users/{name}. The tokens of the user go too, because
// there is nobody left to whom they belong.
func (o *onPremSide) deleteUser(c *onPremCall) {
	if _, found := o.users.find(c.arg); !found {
		o.noUser(c)
		return
	}
	if c.arg == c.user {
		o.fail(c.exchange, onprem.NewError(onprem.CodeBadUser, "An administrator cannot delete himself"))
		return
	}
	o.users.remove(c.arg)
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Users: []onprem.User{{Username: c.arg}}})
}

func (u *onPremUsers) remove(name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.users, name)
	for token, l := range u.logins {
		if l.user == name {
			delete(u.logins, token)
		}
	}
}
