// Package hdr is the k6 output that records latencies into HDR histograms inside k6, and writes one record per second.
//
// It is the Go side of lib/core/engine-protocol.ts. Used as `--out hdr=plan=/path/engine.json,fd=3`, or with `listen=:6566`
// in the place of `fd=3`: the records are then fetched over HTTP (serve.go).
package hdr

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"
)

const (
	// grace is how long after its end a second is written; k6 hands over samples every 50 ms.
	grace = 250 * time.Millisecond
	// maxWaitingSeconds limits the memory when the reader does not read, or the engine has no time to write.
	maxWaitingSeconds = 60
)

func init() { output.RegisterExtension("hdr", New) }

// Output is the `hdr` output. k6 calls AddMetricSamples from one goroutine; a second goroutine encodes and writes.
type Output struct {
	plan    *plan
	sink    io.Writer // stays open: k6 ends right after Stop
	linger  func()    // waits, after the end record, until the reader has it
	stopRun func(error)
	builtin *metrics.BuiltinMetrics
	now     func() time.Time

	mutex    sync.Mutex // guards recorder and failure
	recorder *recorder
	failure  error

	encoder   *encoder
	lastBeat  int64
	samples   int64
	intervals int64
	stop      chan struct{}
	stopped   sync.WaitGroup
}

var (
	_ output.WithTestRunStop       = (*Output)(nil)
	_ output.WithBuiltinMetrics    = (*Output)(nil)
	_ output.WithStopWithTestError = (*Output)(nil)
)

// New reads the plan, and takes the file descriptor or the address that the argument names.
func New(params output.Params) (output.Output, error) {
	to, err := parseArgument(params.ConfigArgument)
	if err != nil {
		return nil, err
	}
	p, err := readPlan(to.path)
	if err != nil {
		return nil, err
	}
	if to.listen != "" {
		return newServed(p, to.listen)
	}
	if to.fd <= 2 {
		signal.Ignore(syscall.SIGPIPE) // otherwise Go ends the process on a closed stdout before k6 can say why
	}
	return newOutput(p, os.NewFile(to.fd, fmt.Sprintf("file descriptor %d", to.fd))), nil
}

func newServed(p *plan, address string) (*Output, error) {
	store := newNumbered()
	if _, err := store.listen(address); err != nil {
		return nil, err
	}
	o := newOutput(p, store)
	o.linger = func() { store.waitUntilRead(linger) }
	return o, nil
}

func newOutput(p *plan, sink io.Writer) *Output {
	return &Output{
		plan: p, sink: sink, now: time.Now, encoder: newEncoder(p.LimitsUs), stopRun: func(error) {}, linger: func() {},
		stop: make(chan struct{}),
	}
}

// Description names the output in k6's banner.
func (o *Output) Description() string { return "hdr (histograms, one record per second)" }

// SetTestRunStopCallback receives k6's function that ends the run.
func (o *Output) SetTestRunStopCallback(stop func(error)) { o.stopRun = stop }

// SetBuiltinMetrics receives the metrics that are recognized by pointer.
func (o *Output) SetBuiltinMetrics(builtin *metrics.BuiltinMetrics) { o.builtin = builtin }

// Start writes the start record, so a descriptor that nobody opened is an error before any load.
func (o *Output) Start() error {
	o.recorder = newRecorder(o.plan, o.builtin)
	start := startRecord{"start", protocol, engineVersion(), o.now().UnixMilli(), runtime.GOMAXPROCS(0)}
	if err := o.write(start); err != nil {
		return err
	}
	o.lastBeat = o.now().Unix() - 1
	o.stopped.Go(o.flushRegularly)
	return nil
}

// AddMetricSamples records. It never waits for the reader.
func (o *Output) AddMetricSamples(containers []metrics.SampleContainer) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.failure != nil {
		return
	}
	for _, container := range containers {
		if err := o.recorder.add(container); err != nil {
			o.fail(err)
			return
		}
	}
	if len(o.recorder.seconds) > maxWaitingSeconds {
		o.fail(fmt.Errorf("%d s of records wait to be written: their reader does not read, or the engine gets too little processor time", maxWaitingSeconds))
	}
}

// Stop is for a run without an error.
func (o *Output) Stop() error { return o.StopWithTestError(nil) }

// StopWithTestError writes the rest and the end record. k6 calls it at the end and on SIGINT and SIGTERM, after the last
// samples. The end record says why a run ended before its time: of an engine elsewhere nothing else may be known.
func (o *Output) StopWithTestError(testErr error) error {
	close(o.stop)
	o.stopped.Wait()
	o.flush(math.MaxInt64)
	o.mutex.Lock()
	err := o.failure
	o.mutex.Unlock()
	if err != nil {
		return err
	}
	end := endRecord{"end", o.now().UnixMilli(), o.samples, o.intervals, ""}
	if testErr != nil {
		end.Error = testErr.Error()
	}
	if err := o.write(end); err != nil {
		return err
	}
	o.linger()
	return nil
}

func (o *Output) flushRegularly() {
	ticker := time.NewTicker(grace)
	defer ticker.Stop()
	for {
		select {
		case <-o.stop:
			return
		case <-ticker.C:
			o.flush(o.now().Add(-grace).Unix() - 1)
		}
	}
}

// flush writes the seconds up to `unix`. A second without samples is written too: it shows that the engine is alive.
func (o *Output) flush(unix int64) {
	o.mutex.Lock()
	if o.failure != nil {
		o.mutex.Unlock()
		return
	}
	if unix > o.lastBeat && unix != math.MaxInt64 {
		o.recorder.second(unix)
		o.lastBeat = unix
	}
	seconds, names := o.recorder.takeUntil(unix), o.recorder.names
	o.mutex.Unlock()

	if err := o.writeSeconds(seconds, names); err != nil {
		o.mutex.Lock()
		o.fail(err)
		o.mutex.Unlock()
		return
	}
	o.mutex.Lock()
	for _, s := range seconds {
		o.recorder.recycle(s)
	}
	o.mutex.Unlock()
}

// writeSeconds writes them at once: where processor time is scarce, each write may wait for seconds until it goes on, and
// one for each second would never catch up.
func (o *Output) writeSeconds(seconds []*second, names names) error {
	var lines []byte
	for _, s := range seconds {
		record, samples := o.encoder.interval(s, names)
		o.samples += samples
		o.intervals++
		var err error
		if lines, err = appendLine(lines, record); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return o.send(lines)
}

func (o *Output) write(record any) error {
	line, err := appendLine(nil, record)
	if err != nil {
		return err
	}
	return o.send(line)
}

func appendLine(lines []byte, record any) ([]byte, error) {
	line, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	return append(append(lines, line...), '\n'), nil
}

func (o *Output) send(lines []byte) error {
	if _, err := o.sink.Write(lines); err != nil {
		return fmt.Errorf("the records can't be written: %w", err)
	}
	return nil
}

// fail ends the run, once: a load that nobody records proves nothing. No end record follows. The caller must have
// locked the mutex.
func (o *Output) fail(err error) {
	o.failure = err
	clear(o.recorder.seconds)
	o.stopRun(errext.WithAbortReasonIfNone(err, errext.AbortedByOutput))
}

// engineVersion is the version of k6 in go.mod.
func engineVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "go.k6.io/k6/v2" {
				return "k6 " + dep.Version
			}
		}
	}
	return "k6"
}
