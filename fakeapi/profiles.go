package fakeapi

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

//go:embed profiles/*.yaml
var shipped embed.FS

// Profiles returns the names of the shipped profiles, sorted.
func Profiles() []string {
	files, err := fs.Glob(shipped, "profiles/*.yaml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(path.Base(file), ".yaml")
	}
	slices.Sort(names)
	return names
}

// LoadProfile reads a shipped profile.
func LoadProfile(name string) (*Profile, error) { return ReadProfile(nil, name) }

// ReadProfile reads a profile: the shipped one of that name, otherwise the file
// of that name in files, which may be nil.
func ReadProfile(files fs.FS, name string) (*Profile, error) {
	src, err := readProfile(files, name)
	if err != nil {
		return nil, err
	}
	return ParseProfile(name, src)
}

func readProfile(files fs.FS, name string) ([]byte, error) {
	src, err := shipped.ReadFile("profiles/" + name + ".yaml")
	if err == nil {
		return src, nil
	}
	err = fs.ErrNotExist
	if files != nil {
		src, err = fs.ReadFile(files, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("profile %q is neither a file nor one of %s", name, strings.Join(Profiles(), ", "))
	}
	return src, err
}

// ParseProfile reads a profile from YAML; name is what mistakes are reported
// against.
func ParseProfile(name string, src []byte) (*Profile, error) {
	return parseProfile(name, src, 0)
}

// deepestExtends bounds a chain of profiles, so that a circle is an error.
const deepestExtends = 8

func parseProfile(name string, src []byte, depth int) (*Profile, error) {
	p := baseProfile()
	if err := strictyaml.Decode(name, src, p); err != nil {
		return nil, err
	}
	if p.Extends != "" {
		base, err := parentProfile(name, p.Extends, depth)
		if err != nil {
			return nil, err
		}
		if err := strictyaml.Decode(name, src, base); err != nil {
			return nil, err
		}
		p = base
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("profile %s: %w", name, err)
	}
	return p, nil
}

func parentProfile(name, extends string, depth int) (*Profile, error) {
	if depth == deepestExtends {
		return nil, fmt.Errorf("profile %s: extends goes more than %d profiles deep", name, deepestExtends)
	}
	src, err := shipped.ReadFile("profiles/" + extends + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("profile %s: extends %q, which is not one of %s", name, extends, strings.Join(Profiles(), ", "))
	}
	return parseProfile(extends, src, depth+1)
}

// clone copies the profile so that changing one does not change the other.
func (p *Profile) clone() *Profile {
	c := *p
	c.APIs = slices.Clone(p.APIs)
	c.People = slices.Clone(p.People)
	c.Restricted = slices.Clone(p.Restricted)
	c.Cloud.Recipients.Rewrite = slices.Clone(p.Cloud.Recipients.Rewrite)
	c.Cloud.TemplatePauses = slices.Clone(p.Cloud.TemplatePauses)
	c.Cloud.Account.AllowedRecipients = slices.Clone(p.Cloud.Account.AllowedRecipients)
	return &c
}

// baseProfile is what holds where a profile is silent: both APIs, nothing takes
// time, nothing is limited, everything is delivered.
func baseProfile() *Profile {
	webhooks := WebhookRules{
		Concurrency: 16, Batch: 1000, BatchBytes: 3 << 20, Queue: 1_000_000, Timeout: 10 * time.Second,
		Retry: Backoff{Factor: 2, Add: time.Second, Max: time.Hour, GiveUp: 7 * 24 * time.Hour, Compress: 1},
	}
	onPremWebhooks := webhooks
	onPremWebhooks.Batch, onPremWebhooks.Concurrency, onPremWebhooks.Queue = 1, 6, 100_000
	onPremWebhooks.Retry = Backoff{
		First: 3 * time.Second, Factor: 1, Add: 3 * time.Second, Max: 15 * time.Minute, GiveUp: 24 * time.Hour, Compress: 1,
	}
	return &Profile{
		APIs: []whatsapp.API{whatsapp.Cloud, whatsapp.OnPrem}, Ledger: 1 << 20, Restricted: restrictedPrefixes(),
		Cloud: CloudProfile{
			Version: "v24.0", ThrottleStatus: 400, Window: time.Second, PortfolioCode: 131048,
			UpgradeFor: time.Minute, Webhooks: webhooks, TokenCode: 190, Templates: 250, BackupCode: 100,
			TemplatePauses: []time.Duration{3 * time.Hour, 6 * time.Hour},
			Account:        AccountRules{NameStatus: approvedName, Quality: "GREEN", Marketing: MarketingAnywhere, Flow: FlowGood},
		},
		OnPrem: OnPremProfile{Webhooks: onPremWebhooks},
	}
}
