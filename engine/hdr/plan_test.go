package hdr

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestArgument(t *testing.T) {
	for argument, want := range map[string]struct {
		destination
		ok bool
	}{
		"plan=/a/engine.json,fd=3":              {destination{"/a/engine.json", 3, ""}, true},
		"plan=/a/engine.json":                   {destination{"/a/engine.json", 1, ""}, true},
		"plan=/a,b/c d.json,fd=12":              {destination{"/a,b/c d.json", 12, ""}, true},
		"plan=/a\nb\r.json,fd=3":                {destination{"/a\nb\r.json", 3, ""}, true},
		"plan=/a/engine.json,listen=:6566":      {destination{"/a/engine.json", 1, ":6566"}, true},
		"plan=/a/engine.json,listen=[::1]:6566": {destination{"/a/engine.json", 1, "[::1]:6566"}, true},
		"":                                      {destination{}, false},
		"fd=3":                                  {destination{}, false},
		"plan=":                                 {destination{}, false},
		"/a/engine.json":                        {destination{}, false},
	} {
		to, err := parseArgument(argument)
		if to != want.destination || (err == nil) != want.ok {
			t.Errorf("%q: expected %+v, got %+v %v", argument, want, to, err)
		}
	}
}

func TestPlan(t *testing.T) {
	for name, c := range map[string]struct{ content, complaint string }{
		"a whole plan":              {`{"httpUrl":"x","limitsUs":{"health":[1,2]},"scenarios":{"health_0":{"ratePerSec":2.5,"fromDue":["health"]}}}`, ""},
		"no JSON":                   {`nonsense`, "is not an engine.json"},
		"limits that do not ascend": {`{"limitsUs":{"health":[2,1]}}`, `limitsUs of "health" must ascend, got [2 1]`},
		"a negative rate":           {`{"scenarios":{"health_0":{"ratePerSec":-1}}}`, `ratePerSec of "health_0" must be 0 or more, got -1`},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "engine.json")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			read, err := readPlan(path)
			if c.complaint == "" {
				if err != nil || read.Scenarios["health_0"].RatePerSec != 2.5 || read.Scenarios["health_0"].FromDue[0] != "health" {
					t.Errorf("got %+v, %v", read, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.complaint) {
				t.Errorf("expected %q, got %v", c.complaint, err)
			}
		})
	}
	if _, err := readPlan(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("expected an error for a plan that is not there")
	}
}
