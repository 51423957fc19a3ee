package hdr

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"
)

// bench drives an output as k6 does. Its clock stands still unless a test starts the output itself.
type bench struct {
	*testing.T
	output  *Output
	root    *metrics.TagSet
	latency *metrics.Metric
	stopErr error
}

func newBench(t *testing.T, sink io.Writer) *bench {
	t.Helper()
	registry := metrics.NewRegistry()
	latency, err := registry.NewMetric(latencyMetric, metrics.Trend, metrics.Time)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, root: registry.RootTagSet(), latency: latency, output: newOutput(&plan{
		LimitsUs:  map[string][]int64{"health": {10_000, 50_000}},
		Scenarios: map[string]planScenario{"health_0": {RatePerSec: 10, FromDue: []string{"health"}}, "agents_0": {RatePerSec: 10}},
	}, sink)}
	b.output.SetBuiltinMetrics(metrics.RegisterBuiltinMetrics(registry))
	b.output.SetTestRunStopCallback(func(err error) { b.stopErr = err })
	b.output.recorder = newRecorder(b.output.plan, b.output.builtin)
	return b
}

func (b *bench) tags(scenario, endpoint, outcome string) *metrics.TagSet {
	return b.root.With("scenario", scenario).With("endpoint", endpoint).With("outcome", outcome)
}

func (b *bench) sample(tags *metrics.TagSet, at time.Time, valueMs float64) metrics.Sample {
	return metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: b.latency, Tags: tags}, Time: at, Value: valueMs}
}

func (b *bench) counter(metric *metrics.Metric, scenario string, at time.Time) metrics.Sample {
	return metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: metric, Tags: b.root.With("scenario", scenario)}, Time: at, Value: 1}
}

func (b *bench) add(containers ...metrics.SampleContainer) { b.output.AddMetricSamples(containers) }

// line is any record, loosely typed.
type line struct {
	intervalRecord
	Endpoints map[string]struct {
		endpointInterval
		Traces [][]any `json:"traces"`
	} `json:"endpoints"`
	Samples, Intervals int64
	Protocol           int
	EngineVersion      string
}

func (b *bench) lines(written []byte) []line {
	b.Helper()
	var read []line
	for text := range strings.Lines(string(written)) {
		var one line
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			b.Fatalf("%q: %v", text, err)
		}
		read = append(read, one)
	}
	return read
}

func second0() time.Time { return time.Unix(1_700_000_000, 0) }

// decode reads what the engine wrote with the library, which reads compressed histograms alone.
func decode(t *testing.T, encoded string) *hdrhistogram.Histogram {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	writer := zlib.NewWriter(&packed)
	_, _ = writer.Write(plain)
	_ = writer.Close()
	whole := binary.BigEndian.AppendUint32(nil, 0x1c849314)
	whole = binary.BigEndian.AppendUint32(whole, uint32(packed.Len()))
	whole = append(whole, packed.Bytes()...)
	histogram, err := hdrhistogram.Decode([]byte(base64.StdEncoding.EncodeToString(whole)))
	if err != nil {
		t.Fatal(err)
	}
	return histogram
}

func TestLatencyUs(t *testing.T) {
	for valueMs, want := range map[float64]int64{
		-5: 1, 0: 1, 0.0004: 1, 0.001: 1, 0.0015: 2, 1.2344: 1234, 1.2346: 1235, 199.96: 199_960, 120_000.5: 120_000_500,
		math.Inf(1): maxLatencyUs,
	} {
		if got := latencyUs(valueMs); got != want {
			t.Errorf("%v ms: expected %d µs, got %d µs", valueMs, want, got)
		}
	}
}

func TestASecondIsRecordedExactly(t *testing.T) {
	var written bytes.Buffer
	b := newBench(t, &written)
	ok, failed := b.tags("agents_0", "health", "ok"), b.tags("agents_0", "health", "status_500")
	at := second0().Add(300 * time.Millisecond)
	traced := b.sample(ok, at, 49.999)
	traced.Metadata = map[string]string{"trace_id": "abc", "vu": "1"}
	b.add(
		b.sample(ok, at, 10), b.sample(ok, at, 10.001), b.sample(ok, at, 50.001), traced,
		metrics.ConnectedSamples{Samples: []metrics.Sample{b.sample(failed, at, 900)}},
		b.sample(b.tags("agents_0", "agent-response", "ok"), at, 130_000),
		metrics.Samples{b.counter(b.output.builtin.IterationDuration, "health_0", at), b.counter(b.output.builtin.Iterations, "health_0", at)},
		b.counter(b.output.builtin.DroppedIterations, "agents_0", at), b.counter(b.output.builtin.DroppedIterations, "agents_0", at),
		b.counter(b.output.builtin.DataSent, "health_0", at),
		&httpext.Trail{Samples: []metrics.Sample{b.sample(ok, at, 1)}}, // never read
	)
	if err := b.output.Stop(); err != nil {
		t.Fatal(err)
	}
	lines := b.lines(written.Bytes())
	if len(lines) != 2 || lines[1].Type != "end" || lines[1].Samples != 6 || lines[1].Intervals != 1 {
		t.Fatalf("expected an interval and an end of 6 samples, got %s", written.String())
	}
	record := lines[0]
	if record.Second != second0().Unix() || record.Iterations["health_0"] != 1 || record.Dropped["agents_0"] != 2 || len(record.Dropped) != 1 {
		t.Errorf("got %+v", record)
	}
	health := record.Endpoints["health"]
	if health.Count != 5 || health.Failed["status_500"] != 1 || health.SumUs != 10_000+10_001+50_001+49_999+900_000 {
		t.Errorf("got %+v", health)
	}
	if len(health.Over) != 2 || health.Over[0] != 3 || health.Over[1] != 1 {
		t.Errorf("expected [3 1] over, a value at its limit not, failed ones not; got %v", health.Over)
	}
	if len(health.Traces) != 1 || health.Traces[0][0] != "abc" || health.Traces[0][1] != 49_999.0 || health.Traces[0][2] != "ok" {
		t.Errorf("got traces %v", health.Traces)
	}
	if histogram := decode(t, health.Histogram); histogram.TotalCount() != 4 || !histogram.ValuesAreEquivalent(histogram.Max(), 50_001) {
		t.Errorf("got %d values up to %d µs", histogram.TotalCount(), histogram.Max())
	}
	agent := record.Endpoints["agent-response"]
	if histogram := decode(t, agent.Histogram); agent.SumUs != 130_000_000 || agent.Over != nil || histogram.TotalCount() != 1 || !histogram.ValuesAreEquivalent(histogram.Max(), highestUs) {
		t.Errorf("a value over 120 s counts whole in the sum and as 120 s in the histogram; got %+v", agent)
	}
}

func TestEncodingKeepsEveryCount(t *testing.T) {
	random := rand.New(rand.NewSource(3))
	e := newEncoder(nil)
	for round := range 20 {
		want := hdrhistogram.New(lowestUs, highestUs, significantFigures)
		share := &endpointSecond{}
		for range 1 + random.Intn(5000) {
			latencyUs := int64(math.Exp(random.Float64()*math.Log(2*highestUs))) + 1
			share.answeredUs = append(share.answeredUs, latencyUs)
			if err := want.RecordValue(min(latencyUs, highestUs)); err != nil {
				t.Fatal(err)
			}
		}
		interval := e.endpoint(share, nil)
		if !decode(t, interval.Histogram).Equals(want) || interval.Count != want.TotalCount() {
			t.Fatalf("round %d: decoded counts differ", round)
		}
	}
}

func TestOnlyFailedSamplesHaveNoHistogram(t *testing.T) {
	var written bytes.Buffer
	b := newBench(t, &written)
	b.add(b.sample(b.tags("agents_0", "health", "refused"), second0(), 2))
	b.output.flush(second0().Unix())
	health := b.lines(written.Bytes())[0].Endpoints["health"]
	if health.Histogram != "" || health.Count != 1 || len(health.Over) != 2 || health.SumUs != 2000 {
		t.Errorf("got %s", written.String())
	}
}

func TestValuesFromTheDueTimeAreCorrectedForDrops(t *testing.T) {
	var written bytes.Buffer
	b := newBench(t, &written)
	at := second0()
	fromDue, fromSend := b.tags("health_0", "health", "ok"), b.tags("agents_0", "health", "ok")
	b.add(
		b.counter(b.output.builtin.DroppedIterations, "health_0", at),
		b.sample(fromDue, at.Add(105*time.Millisecond), 105), // slot 1 after a drop in slot 0: due 100 ms later than its index says
		b.sample(fromSend, at.Add(105*time.Millisecond), 105),
	)
	b.output.flush(at.Unix())
	if health := b.lines(written.Bytes())[0].Endpoints["health"]; health.SumUs != 5000+105_000 {
		t.Errorf("expected 5 ms and 105 ms, got a sum of %d µs", health.SumUs)
	}
}

func TestLateSamplesComeInAFurtherRecord(t *testing.T) {
	var written bytes.Buffer
	b := newBench(t, &written)
	tags := b.tags("agents_0", "health", "ok")
	b.add(b.sample(tags, second0().Add(time.Second), 1), b.sample(tags, second0(), 1))
	b.output.flush(second0().Unix() + 1)
	b.add(b.sample(tags, second0(), 1), b.sample(tags, second0(), 1))
	b.output.flush(second0().Unix() + 2)
	var seconds, counts []int64
	for _, record := range b.lines(written.Bytes()) {
		seconds, counts = append(seconds, record.Second-second0().Unix()), append(counts, record.Endpoints["health"].Count)
	}
	if want := []int64{0, 1, 0, 2}; !equal(seconds, want) || !equal(counts, []int64{1, 1, 2, 0}) {
		t.Errorf("expected seconds %v, the last an empty one; got %v with counts %v", want, seconds, counts)
	}
}

func equal(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// shared is a sink that a test may read while the output writes.
type shared struct {
	mutex   sync.Mutex
	written bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.written.Write(p)
}

func (s *shared) bytes() []byte {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return bytes.Clone(s.written.Bytes())
}

func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !reached(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestARunStartsBeatsAndEnds(t *testing.T) {
	sink := &shared{}
	b := newBench(t, sink)
	if err := b.output.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "two seconds without samples", func() bool { return len(b.lines(sink.bytes())) >= 3 })
	b.add(b.sample(b.tags("agents_0", "health", "ok"), time.Now(), 1))
	if err := b.output.Stop(); err != nil {
		t.Fatal(err)
	}
	lines := b.lines(sink.bytes())
	first, last := lines[0], lines[len(lines)-1]
	if first.Type != "start" || first.Protocol != protocol || first.EngineVersion == "" {
		t.Errorf("got %+v", first)
	}
	if last.Type != "end" || last.Samples != 1 || last.Intervals != int64(len(lines)-2) {
		t.Errorf("got %+v", last)
	}
	if beat := lines[1]; beat.CPUUs == nil || *beat.CPUUs <= 0 || beat.PeakRssBytes == nil || *beat.PeakRssBytes < 1<<20 {
		t.Errorf("got %+v", beat)
	}
}

func TestAReaderThatGoesAwayEndsTheRun(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, writer)
	b.add(b.sample(b.tags("agents_0", "health", "ok"), second0(), 1))
	_ = reader.Close()
	b.output.flush(second0().Unix())
	if !errors.Is(b.stopErr, syscall.EPIPE) {
		t.Fatalf("expected k6 to learn of a broken pipe, got %v", b.stopErr)
	}
	b.add(b.sample(b.tags("agents_0", "health", "ok"), second0(), 1))
	if len(b.output.recorder.seconds) != 0 {
		t.Error("samples are kept after the failure")
	}
	if err := b.output.Stop(); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("expected Stop to report the broken pipe, got %v", err)
	}
}

func TestADescriptorThatIsNotOpenIsAnErrorAtTheStart(t *testing.T) {
	b := newBench(t, os.NewFile(987, "file descriptor 987"))
	if err := b.output.Start(); !errors.Is(err, syscall.EBADF) {
		t.Errorf("got %v", err)
	}
}

func TestAReaderThatDoesNotReadEndsTheRun(t *testing.T) {
	b := newBench(t, io.Discard)
	for i := range maxWaitingSeconds + 1 {
		b.add(b.sample(b.tags("agents_0", "health", "ok"), second0().Add(time.Duration(i)*time.Second), 1))
	}
	if b.stopErr == nil || !strings.Contains(b.stopErr.Error(), "60 s of records wait to be written") {
		t.Errorf("got %v", b.stopErr)
	}
}

type countedWrites struct {
	bytes.Buffer
	writes int
}

func (c *countedWrites) Write(lines []byte) (int, error) {
	c.writes++
	return c.Buffer.Write(lines)
}

func TestAllWaitingSecondsAreOneWrite(t *testing.T) {
	written := &countedWrites{}
	b := newBench(t, written)
	for i := range 30 {
		b.add(b.sample(b.tags("agents_0", "health", "ok"), second0().Add(time.Duration(i)*time.Second), 1))
	}
	b.output.flush(math.MaxInt64)
	if lines := bytes.Count(written.Bytes(), []byte("\n")); lines != 30 || written.writes != 1 {
		t.Errorf("expected 30 lines in one write, got %d lines in %d writes", lines, written.writes)
	}
}

func TestASampleWithoutItsTagsEndsTheRunWithoutAnEndRecord(t *testing.T) {
	var written bytes.Buffer
	b := newBench(t, &written)
	b.add(b.sample(b.root.With("endpoint", "health"), second0(), 1))
	if b.stopErr == nil || !strings.Contains(b.stopErr.Error(), "needs the tags endpoint and outcome") {
		t.Errorf("got %v", b.stopErr)
	}
	if err := b.output.Stop(); err == nil || written.Len() != 0 {
		t.Errorf("got %v and %q", err, written.String())
	}
}

func TestMemoryStaysFlatOverMillionsOfSamples(t *testing.T) {
	b := newBench(t, io.Discard)
	tags := []*metrics.TagSet{b.tags("health_0", "health", "ok"), b.tags("agents_0", "debates-list", "ok"), b.tags("agents_0", "consensus", "timeout")}
	random := rand.New(rand.NewSource(4))
	batch := make([]metrics.SampleContainer, 1000)
	run := func(fromSecond, seconds int) uint64 {
		for i := range seconds {
			at := second0().Add(time.Duration(fromSecond+i) * time.Second)
			for range 20 {
				for j := range batch {
					batch[j] = b.sample(tags[j%len(tags)], at, random.ExpFloat64()*20)
				}
				b.add(batch...)
			}
			b.add(b.counter(b.output.builtin.DroppedIterations, "health_0", at))
			b.output.flush(at.Unix())
		}
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := run(0, 50)
	after := run(50, 100)
	if b.output.samples != 3_000_000 || b.stopErr != nil {
		t.Fatalf("expected 3,000,000 samples, got %d, %v", b.output.samples, b.stopErr)
	}
	if after > before+1<<20 {
		t.Errorf("the heap grew from %d bytes after 1 million samples to %d after 3 million", before, after)
	}
}
