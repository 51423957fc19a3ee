package hdr

import (
	"math"
	"math/rand"
	"testing"
)

// slots plays a scenario as k6 does. Slot i is due at start + i/rate, and is started or dropped; only started slots are
// numbered. `late` is how much later than due the timer fires, in slots.
func slots(d *drops, startMs float64, count int, dropped func(slot int) bool, late func() float64, started func(slot, index int)) {
	index := 0
	for slot := range count {
		if dropped(slot) {
			d.add(startMs + (float64(slot)+late())*d.slotMs)
			continue
		}
		started(slot, index)
		index++
	}
}

func TestDropsCorrectToTheTrueDueTime(t *testing.T) {
	const startMs, trueMs = 1.7e12, 3.25
	random := rand.New(rand.NewSource(1))
	cases := map[string]struct {
		rate    float64
		dropped func(slot int) bool
		late    func() float64
	}{
		"nothing dropped":  {100, func(int) bool { return false }, func() float64 { return 0 }},
		"one drop":         {100, func(i int) bool { return i == 7 }, func() float64 { return 0 }},
		"every other slot": {100, func(i int) bool { return i%2 == 1 }, func() float64 { return 0 }},
		"the first slots":  {10, func(i int) bool { return i < 40 }, func() float64 { return 0 }},
		"a long stretch, timers up to .4 slots late": {250, func(i int) bool { return i > 300 && i < 700 }, func() float64 { return random.Float64() * 0.4 }},
		"at random, timers up to .4 slots late":      {50, func(int) bool { return random.Intn(3) == 0 }, func() float64 { return random.Float64() * 0.4 }},
		"a rate that divides no ms":                  {37, func(i int) bool { return i%5 == 3 }, func() float64 { return 0.1 }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := &drops{slotMs: 1000 / c.rate}
			slots(d, startMs, 2000, c.dropped, c.late, func(slot, index int) {
				endMs := startMs + float64(slot)*d.slotMs + trueMs
				raw := endMs - (startMs + float64(index)*d.slotMs)
				if got := d.correct(endMs, raw); math.Abs(got-trueMs) > 0.01 {
					t.Fatalf("slot %d, raw %.3f ms: expected %.3f ms, got %.3f ms", slot, raw, trueMs, got)
				}
			})
		})
	}
}

// Of three generators the second one starts every third arrival of a scenario: the script counts from the number in the whole scenario.
func TestDropsOfOneOfSeveralGeneratorsCorrectToTheTrueDueTime(t *testing.T) {
	const startMs, trueMs, rate = 1.7e12, 3.25, 50.0
	shared := plan{Generators: 3}
	d := &drops{slotMs: shared.slotMs(rate)}
	dueMs := func(nth int) float64 { return startMs + float64(1+3*nth)*1000/rate }
	slots(d, dueMs(0), 500, func(i int) bool { return i%4 == 2 }, func() float64 { return 0.2 }, func(slot, index int) {
		endMs := dueMs(slot) + trueMs
		if got := d.correct(endMs, endMs-dueMs(index)); math.Abs(got-trueMs) > 0.01 {
			t.Fatalf("slot %d: expected %.3f ms, got %.3f ms", slot, trueMs, got)
		}
	})
}

func TestAPlanThatDoesNotSayIsOfOneGenerator(t *testing.T) {
	if got := (&plan{}).slotMs(40); got != 25 {
		t.Errorf("expected slots of 25 ms, got %v ms", got)
	}
}

func TestASampleFromBeforeADropIsLeftAlone(t *testing.T) {
	d := &drops{slotMs: 10}
	slowEndMs := 1000.0 + 500 // started in slot 0, answered after 500 ms
	slots(d, 1000, 40, func(i int) bool { return i >= 20 }, func() float64 { return 0 }, func(int, int) {})
	if got := d.correct(slowEndMs, 500); got != 500 {
		t.Errorf("expected 500 ms, got %v ms", got)
	}
}

func TestACorrectedValueStaysPositive(t *testing.T) {
	d := &drops{slotMs: 10}
	for range 5 {
		d.add(1000)
	}
	for _, valueMs := range []float64{0, 0.5, 10, 10.5, 49} {
		got := d.correct(5000, valueMs)
		if want := valueMs - math.Max(0, math.Ceil(valueMs/10)-1)*10; got != want || (valueMs > 0 && got <= 0) {
			t.Errorf("%v ms: expected %v ms, got %v ms", valueMs, want, got)
		}
	}
}

func TestAStallOfTheTimerLeavesNothingBehind(t *testing.T) {
	const stallFrom, stallTo = 1000, 1030 // slots; k6 catches up with them at the end of the stall
	d := &drops{slotMs: 1}
	atSlot := 0
	late := func() float64 {
		if atSlot >= stallFrom && atSlot < stallTo {
			return float64(stallTo - atSlot)
		}
		return 0
	}
	dropped := func(slot int) bool { atSlot = slot; return slot%2 == 1 }
	slots(d, 1e6, 5000, dropped, late, func(slot, index int) {
		endMs := 1e6 + float64(slot) + 20
		got := d.correct(endMs, endMs-(1e6+float64(index)))
		near := slot >= stallFrom && slot < stallTo+2*(stallTo-stallFrom)
		if wrongMs := math.Abs(got - 20); wrongMs > 0.01 && !near || wrongMs > stallTo-stallFrom {
			t.Fatalf("slot %d: expected 20 ms, got %v ms", slot, got)
		}
	})
}

func TestDropsTakeBoundedMemory(t *testing.T) {
	d := &drops{slotMs: 1}
	slot := 0
	for ; slot < 4*maxRuns; slot += 2 { // every second slot: no two drops share a run
		d.add(float64(slot))
	}
	if len(d.runs) > maxRuns || cap(d.runs) > 2*maxRuns {
		t.Errorf("expected at most %d runs, got %d (capacity %d)", maxRuns, len(d.runs), cap(d.runs))
	}
	endMs, raw := float64(slot+1)+3, float64(d.dropped)+3 // the slot after a drop, answered after 3 ms… and one more
	if got := d.correct(endMs+1, raw+1); got != 4 {
		t.Errorf("expected 4 ms after folding, got %v ms", got)
	}
}
