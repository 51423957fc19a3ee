package hdr

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"
)

const (
	latencyMetric   = "aragora_latency"
	outcomeOk       = "ok"
	traceIDMetadata = "trace_id"
	// maxSeries limits the cache of tag sets, in case a script makes many.
	maxSeries = 4096
	// maxLatencyUs is the largest integer that JavaScript reads exactly.
	maxLatencyUs = 1<<53 - 1
)

// recorder sorts samples into seconds. It is not safe for concurrent use.
type recorder struct {
	builtin *metrics.BuiltinMetrics
	plan    *plan

	series        map[*metrics.TagSet]*series
	endpointIndex map[string]int
	scenarioIndex map[string]int
	names         names
	dropsByIndex  []*drops
	seconds       map[int64]*second
	current       *second
	recycled      []*second
}

// names only ever grow, so a copy of the struct stays valid.
type names struct{ endpoints, scenarios []string }

// series is what the tags of a latency sample say, resolved once for each tag set.
type series struct {
	endpoint int
	outcome  string
	drops    *drops // nil when its values are not counted from the due time
}

// second has the samples that were complete in one Unix second.
type second struct {
	unix       int64
	endpoints  []endpointSecond
	iterations []int64
	dropped    []int64
}

type endpointSecond struct {
	answeredUs  []int64
	failed      map[string]int64
	failedSumUs int64
	traces      []trace
}

func newRecorder(p *plan, builtin *metrics.BuiltinMetrics) *recorder {
	return &recorder{
		builtin: builtin, plan: p,
		series: map[*metrics.TagSet]*series{}, endpointIndex: map[string]int{}, scenarioIndex: map[string]int{},
		seconds: map[int64]*second{},
	}
}

// add records our samples and skips the others as cheaply as possible: the samples of an HTTP request (`Trail`) are not
// read at all.
func (r *recorder) add(container metrics.SampleContainer) error {
	switch c := container.(type) {
	case *httpext.Trail:
		return nil
	case metrics.Sample:
		return r.addSample(&c)
	case metrics.Samples:
		for i := range c {
			if err := r.addSample(&c[i]); err != nil {
				return err
			}
		}
	default:
		samples := c.GetSamples()
		for i := range samples {
			if err := r.addSample(&samples[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *recorder) addSample(s *metrics.Sample) error {
	switch {
	case s.Metric == r.builtin.Iterations:
		index := r.scenario(s.Tags)
		at := r.second(s.Time.Unix())
		at.iterations = grown(at.iterations, index)
		at.iterations[index]++
	case s.Metric == r.builtin.DroppedIterations:
		index := r.scenario(s.Tags)
		at := r.second(s.Time.Unix())
		at.dropped = grown(at.dropped, index)
		at.dropped[index]++
		if known := r.dropsByIndex[index]; known != nil {
			known.add(unixMs(s.Time))
		}
	case s.Metric.Name == latencyMetric:
		return r.addLatency(s)
	}
	return nil
}

func (r *recorder) addLatency(s *metrics.Sample) error {
	what, err := r.seriesOf(s.Tags)
	if err != nil {
		return err
	}
	valueMs := s.Value
	if what.drops != nil {
		valueMs = what.drops.correct(unixMs(s.Time), valueMs)
	}
	us := latencyUs(valueMs)
	at := r.second(s.Time.Unix())
	at.endpoints = grown(at.endpoints, what.endpoint)
	share := &at.endpoints[what.endpoint]
	if what.outcome == outcomeOk {
		share.answeredUs = append(share.answeredUs, us)
	} else {
		if share.failed == nil {
			share.failed = map[string]int64{}
		}
		share.failed[what.outcome]++
		share.failedSumUs += us
	}
	if id := s.Metadata[traceIDMetadata]; id != "" {
		share.traces = append(share.traces, trace{id, us, what.outcome})
	}
	return nil
}

// latencyUs rounds to integer µs, at least 1. Only the histogram ends at 120 s; counts over a limit and sums do not.
func latencyUs(valueMs float64) int64 {
	return int64(min(max(math.Floor(valueMs*1000+0.5), lowestUs), maxLatencyUs))
}

func unixMs(t time.Time) float64 { return float64(t.UnixMicro()) / 1000 }

// seriesOf resolves a tag set. A sample that can't be attributed is a mistake in the script and ends the run.
func (r *recorder) seriesOf(tags *metrics.TagSet) (*series, error) {
	if known := r.series[tags]; known != nil {
		return known, nil
	}
	endpoint, _ := tags.Get("endpoint")
	outcome, _ := tags.Get("outcome")
	if endpoint == "" || outcome == "" {
		return nil, fmt.Errorf("a sample of %s needs the tags endpoint and outcome, got %v", latencyMetric, tags.Map())
	}
	index, known := r.endpointIndex[endpoint]
	if !known {
		index = len(r.names.endpoints)
		r.endpointIndex[endpoint] = index
		r.names.endpoints = append(r.names.endpoints, endpoint)
	}
	made := &series{endpoint: index, outcome: outcome}
	scenario := r.scenario(tags)
	if slices.Contains(r.plan.Scenarios[r.names.scenarios[scenario]].FromDue, endpoint) {
		made.drops = r.dropsByIndex[scenario]
	}
	if len(r.series) >= maxSeries {
		clear(r.series)
	}
	r.series[tags] = made
	return made, nil
}

// scenario is the index of the scenario named by k6's own tag.
func (r *recorder) scenario(tags *metrics.TagSet) int {
	name, _ := tags.Get("scenario")
	if index, known := r.scenarioIndex[name]; known {
		return index
	}
	index := len(r.names.scenarios)
	r.scenarioIndex[name] = index
	r.names.scenarios = append(r.names.scenarios, name)
	var corrected *drops
	if rate := r.plan.Scenarios[name].RatePerSec; rate > 0 {
		corrected = &drops{slotMs: r.plan.slotMs(rate)}
	}
	r.dropsByIndex = append(r.dropsByIndex, corrected)
	return index
}

// second is the place for samples of that Unix second. A second that was taken before is begun again.
func (r *recorder) second(unix int64) *second {
	if r.current != nil && r.current.unix == unix {
		return r.current
	}
	found := r.seconds[unix]
	if found == nil {
		found = &second{}
		if last := len(r.recycled) - 1; last >= 0 {
			found, r.recycled = r.recycled[last], r.recycled[:last]
		}
		found.unix = unix
		r.seconds[unix] = found
	}
	r.current = found
	return found
}

// takeUntil removes and returns the seconds up to and including `unix`, ascending.
func (r *recorder) takeUntil(unix int64) []*second {
	taken := make([]*second, 0, 2)
	for key, s := range r.seconds {
		if key <= unix {
			taken = append(taken, s)
			delete(r.seconds, key)
		}
	}
	r.current = nil
	slices.SortFunc(taken, func(a, b *second) int { return cmp.Compare(a.unix, b.unix) })
	return taken
}

// recycle takes back a second that nobody reads any more, so that recording allocates nothing once the load is steady.
func (r *recorder) recycle(s *second) {
	for i := range s.endpoints {
		share := &s.endpoints[i]
		*share = endpointSecond{answeredUs: share.answeredUs[:0]}
	}
	clear(s.iterations)
	clear(s.dropped)
	r.recycled = append(r.recycled, s)
}

// grown makes sure that `index` exists.
func grown[T any](list []T, index int) []T {
	for len(list) <= index {
		var empty T
		list = append(list, empty)
	}
	return list
}
