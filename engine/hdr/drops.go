package hdr

import (
	"math"
	"sort"
)

// maxRuns limits the memory for one scenario's drops to 2 MiB; above it the older half is folded into `base`.
const maxRuns = 1 << 17

// drops corrects values that count from the due time of their arrival, after arrivals of the same scenario were dropped.
//
// Derivation. One generator starts a scenario's arrivals in slots i = 0, 1, 2, … due at S + i/r. If N generators share the
// scenario, r is the N-th part of its rate, and each has its own S. Only the length of a slot matters here (plan.slotMs).
// For each slot, k6 starts an iteration or drops it, and numbers only what it starts: after d drops, slot i has the index
// j = i − d. The script knows j, takes S + j/r as the due time (the "raw" one), and so reports a value that is d/r too long,
// where d is the number of drops in slots before i.
//
// The k-th drop (k = 1, 2, …) fell in a slot s, at about t = S + s/r. Before it, s − (k−1) slots were started. So it concerns
// exactly the iterations with j ≥ s − (k−1), that is with a raw due time S + j/r ≥ t − (k−1)/r. Raw due times are one slot
// (1/r) apart, and the first one concerned lies on that bound. So the bound is placed half a slot earlier. It then separates
// right from wrong as long as clocks, rounding and the lateness of the timer disagree by less than half a slot. Where they
// disagree more, values of about that time are wrong by up to that disagreement times the drops per start; the error does
// not add up.
//
// k6 sends a drop before it turns to the next slot, through the same channel as the samples. So when the sample of a later
// iteration arrives, all its drops are known.
//
// Algorithm, in ms (lib/load/sources/drops.ts corrects stock k6 by the same arithmetic). slot = 1000/r, dropped = 0, runs = [].
//
//	drop at t:   from = t − (dropped + 0.5)·slot; dropped += 1.
//	             Remove runs from the end while their from ≥ this from (they were reported late: bounds only grow).
//	             If a run is left and from − its from < slot/2, set its dropped (drops without a start between them
//	             share their bound); else append {from, dropped}.
//	             If there are more than maxRuns, remove the older half; base = dropped of the last one removed.
//	value v completed at t:  due = t − v; d = dropped of the last run with from ≤ due, base if none;
//	             d = max(0, min(d, ceil(v/slot) − 1)), because a value is positive; corrected = v − d·slot.
type drops struct {
	slotMs  float64
	dropped int
	base    int
	runs    []dropRun
}

type dropRun struct {
	fromMs  float64
	dropped int
}

// add records one dropped arrival at `atMs`, Unix ms.
func (d *drops) add(atMs float64) {
	fromMs := atMs - (float64(d.dropped)+0.5)*d.slotMs
	d.dropped++
	for len(d.runs) > 0 && d.runs[len(d.runs)-1].fromMs >= fromMs {
		d.runs = d.runs[:len(d.runs)-1]
	}
	if last := len(d.runs) - 1; last >= 0 && fromMs-d.runs[last].fromMs < d.slotMs/2 {
		d.runs[last].dropped = d.dropped
		return
	}
	d.runs = append(d.runs, dropRun{fromMs, d.dropped})
	if len(d.runs) > maxRuns {
		half := len(d.runs) / 2
		d.base = d.runs[half-1].dropped
		d.runs = d.runs[:copy(d.runs, d.runs[half:])]
	}
}

// correct returns the value in ms, counted from the true due time, of a sample that was complete at `completedMs` (Unix
// ms).
func (d *drops) correct(completedMs, valueMs float64) float64 {
	if d.dropped == 0 {
		return valueMs
	}
	dueMs := completedMs - valueMs
	before := d.base
	if next := sort.Search(len(d.runs), func(i int) bool { return d.runs[i].fromMs > dueMs }); next > 0 {
		before = d.runs[next-1].dropped
	}
	most := math.Ceil(valueMs/d.slotMs) - 1
	return valueMs - math.Max(0, math.Min(float64(before), most))*d.slotMs
}
