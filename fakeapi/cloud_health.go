package fakeapi

// healthEntity is one object of a health status.
type healthEntity struct {
	Type   string        `json:"entity_type"`
	ID     string        `json:"id"`
	Can    string        `json:"can_send_message"`
	Errors []healthError `json:"errors,omitempty"`
}

type healthError struct {
	Code        int    `json:"error_code"`
	Description string `json:"error_description"`
	Solution    string `json:"possible_solution"`
}

// The states of health.
const (
	healthGood = "AVAILABLE"
	healthBad  = "BLOCKED"
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
		healthEntity{Type: "WABA", ID: a.id, Can: healthGood},
		healthEntity{Type: "BUSINESS", ID: "2729063490586005", Can: healthGood},
		healthEntity{Type: "APP", ID: app["id"], Can: healthGood},
	)
	can := healthGood
	for _, entity := range entities {
		if entity.Can != healthGood {
			can = entity.Can
		}
	}
	return map[string]any{"can_send_message": can, "entities": entities}
}

// healthOfNumber is the health status of n. The caller holds its lock.
func (c *cloudSide) healthOfNumber(n *number) map[string]any {
	entity := healthEntity{Type: "PHONE_NUMBER", ID: n.id, Can: healthGood}
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
