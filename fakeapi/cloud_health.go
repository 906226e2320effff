package fakeapi

// healthEntity is one object of a health status.
type healthEntity struct {
	Type   string        `json:"entity_type"`
	ID     string        `json:"id"`
	Can    string        `json:"can_send_message"`
	More   []string      `json:"additional_info,omitempty"`
	Errors []healthError `json:"errors,omitempty"`
}

type healthError struct {
	Code        int    `json:"error_code"`
	Description string `json:"error_description"`
	Solution    string `json:"possible_solution"`
}

// The states of health, from good to bad.
const (
	healthGood    = "AVAILABLE"
	healthLimited = "LIMITED"
	healthBad     = "BLOCKED"
)

// health is the health status of an account, and of the number or the template
// that it was asked of: the worst of its parts.
func (c *cloudSide) health(a *account, number, template *healthEntity) map[string]any {
	entities := []healthEntity{}
	for _, entity := range []*healthEntity{number, template} {
		if entity != nil {
			entities = append(entities, *entity)
		}
	}
	entities = append(entities,
		c.healthOfAccount(a), c.healthOfBusiness(),
		healthEntity{Type: "APP", ID: app["id"], Can: healthGood},
	)
	can := healthGood
	for _, entity := range entities {
		if entity.Can == healthBad || can == healthGood {
			can = entity.Can
		}
	}
	return map[string]any{"can_send_message": can, "entities": entities}
}

// healthOfAccount is blocked while the account is.
func (c *cloudSide) healthOfAccount(a *account) healthEntity {
	entity := healthEntity{Type: "WABA", ID: a.id, Can: healthGood}
	rules := &c.server.live.Load().Cloud.Account
	switch {
	case rules.Locked || a.locked.Load():
		entity.Can = healthBad
		entity.Errors = []healthError{{131031, "The account is locked.", "Appeal, or wait until it is reinstated."}}
	case rules.PaymentIssue:
		entity.Can = healthBad
		entity.Errors = []healthError{{131042, "There is an issue with the payment method.", "Add a valid payment method."}}
	}
	return entity
}

// healthOfBusiness is limited while its portfolio is.
func (c *cloudSide) healthOfBusiness() healthEntity {
	entity := healthEntity{Type: "BUSINESS", ID: businessID, Can: healthGood}
	if tier := c.tier(); tier != portfolioTier(0) {
		entity.Can, entity.More = healthLimited, []string{"The business can message a limited number of users a day: " + tier + "."}
	}
	return entity
}

// healthOfNumber is the health status of n. The caller holds its lock.
func (c *cloudSide) healthOfNumber(n *number) map[string]any {
	entity := healthEntity{Type: "PHONE_NUMBER", ID: n.id, Can: healthGood}
	if c.server.live.Load().Cloud.Account.NameStatus != approvedName {
		entity.Can = healthLimited
		entity.More = []string{"The display name of the phone number is not approved."}
	}
	if !n.registered {
		entity.Can = healthBad
		entity.Errors = []healthError{{141000, "The phone number is not registered.", "Register the phone number."}}
	}
	return c.health(n.account, &entity, nil)
}

// healthOfTemplate is the health status of t.
func (c *cloudSide) healthOfTemplate(a *account, t *template) map[string]any {
	a.mu.Lock()
	status := t.status
	a.mu.Unlock()
	entity := healthEntity{Type: "MESSAGE_TEMPLATE", ID: t.id, Can: healthGood}
	if status != templateApproved {
		entity.Can = healthBad
		entity.Errors = []healthError{{141002, "The message template is not approved.", "Wait for its review, or change it."}}
	}
	return c.health(a, nil, &entity)
}
