package hdr

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
)

// plan is the part of engine.json that recording needs.
type plan struct {
	LimitsUs map[string][]int64 `json:"limitsUs"`
	// Generators share every scenario in equal parts; 0, when the plan does not say, is one.
	Generators int                     `json:"generators"`
	Scenarios  map[string]planScenario `json:"scenarios"`
}

type planScenario struct {
	RatePerSec float64  `json:"ratePerSec"`
	FromDue    []string `json:"fromDue"`
}

// slotMs is the time between two arrivals of one scenario that one generator starts: generator k of N starts the arrivals
// k, k + N, k + 2N … (lib/core/segment.ts is the same in TypeScript). `ratePerSec` is of all generators together.
func (p *plan) slotMs(ratePerSec float64) float64 {
	return 1000 * float64(max(1, p.Generators)) / ratePerSec
}

// destination is where the plan is, and where the records go: to a file descriptor, or to whoever fetches them at an address.
type destination struct {
	path   string
	fd     uintptr
	listen string
}

// A path may contain commas and line feeds, so only `,fd=N` or `,listen=HOST:PORT` at the end ends it.
var argumentForm = regexp.MustCompile(`(?s)^plan=(.+?)(?:,fd=(\d{1,4})|,listen=([^,=]*:\d{1,5}))?$`)

// parseArgument reads what follows `--out hdr=`: `plan=/path/engine.json[,fd=N|,listen=HOST:PORT]`; fd is 1 when both are absent.
func parseArgument(argument string) (destination, error) {
	match := argumentForm.FindStringSubmatch(argument)
	if match == nil {
		return destination{}, fmt.Errorf(
			`expected --out "hdr=plan=/path/engine.json,fd=3" or ",listen=:6566" in the place of ",fd=3", got "hdr=%s"`, argument)
	}
	to := destination{path: match[1], fd: 1, listen: match[3]}
	if match[2] == "" {
		return to, nil
	}
	number, err := strconv.ParseUint(match[2], 10, 16)
	to.fd = uintptr(number)
	return to, err
}

// readPlan reads and checks engine.json. Unknown keys belong to the scripts and are ignored.
func readPlan(path string) (*plan, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("can't read the plan: %w", err)
	}
	read := &plan{}
	if err := json.Unmarshal(content, read); err != nil {
		return nil, fmt.Errorf("the plan %s is not an engine.json: %w", path, err)
	}
	for endpoint, limits := range read.LimitsUs {
		if !slices.IsSorted(limits) {
			return nil, fmt.Errorf("the plan %s: limitsUs of %q must ascend, got %v", path, endpoint, limits)
		}
	}
	if read.Generators < 0 {
		return nil, fmt.Errorf("the plan %s: generators must be 1 or more, got %d", path, read.Generators)
	}
	for name, scenario := range read.Scenarios {
		if scenario.RatePerSec < 0 {
			return nil, fmt.Errorf("the plan %s: ratePerSec of %q must be 0 or more, got %v", path, name, scenario.RatePerSec)
		}
	}
	return read, nil
}
