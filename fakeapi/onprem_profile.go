package fakeapi

// OnPremProfile is how the On-Premises side behaves.
type OnPremProfile struct {
	// Accept is the time until the answer to a request.
	Accept   Latency      `yaml:"accept"`
	Delivery Delivery     `yaml:"delivery"`
	Webhooks WebhookRules `yaml:"webhooks"`
}

func (o OnPremProfile) check(field string) error {
	return firstError(o.Accept.check(field+".accept"), o.Delivery.check(field+".delivery"), o.Webhooks.check(field+".webhooks"))
}
