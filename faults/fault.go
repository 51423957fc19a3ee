package main

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// fault is what is broken on purpose, as lib/core/fault.ts describes it. Which fields count depends on its kind.
type fault struct {
	Kind string `json:"kind"`
	// Path is the beginning of the paths that it hits; all if it is empty. Of kinds that look at requests.
	Path string `json:"path"`
	// Share of the requests with this path that it hits, 0 to 1, evenly spread.
	Share       float64 `json:"share"`
	Status      int     `json:"status"`
	DelayMs     int64   `json:"delayMs"`
	JitterMs    int64   `json:"jitterMs"`
	AfterMs     int64   `json:"afterMs"`
	AfterBytes  int64   `json:"afterBytes"`
	BytesPerSec int64   `json:"bytesPerSec"`

	seen atomic.Int64
	hit  atomic.Int64
}

// ofConnections are the kinds that look at bytes, not at requests: toxiproxy has them.
var ofConnections = []string{"latency", "bandwidth", "reset", "black-hole", "half-open"}

// ofRequests are the kinds that look at requests and answers.
var ofRequests = []string{"status", "delay", "truncated", "slow-body", "socket-drop"}

func (f *fault) check() error {
	if !slices.Contains(ofConnections, f.Kind) && !slices.Contains(ofRequests, f.Kind) {
		return fmt.Errorf("there is no fault of the kind %q", f.Kind)
	}
	if slices.Contains(ofRequests, f.Kind) && (f.Share <= 0 || f.Share > 1) {
		return fmt.Errorf("the share of %s must be above 0 and at most 1, got %v", f.Kind, f.Share)
	}
	return nil
}

// hits counts a request that the fault looks at, and says whether it is hit. The n-th is hit when n·share passes a whole
// number: so after each request the count is right to within one, whatever the share.
func (f *fault) hits() bool {
	n := float64(f.seen.Add(1))
	if int64(n*f.Share) == int64((n-1)*f.Share) {
		return false
	}
	f.hit.Add(1)
	return true
}
