package hdr

import "encoding/json"

const protocol = 1

// The lines of lib/core/engine-protocol.ts.
type startRecord struct {
	Type          string `json:"type"`
	Protocol      int    `json:"protocol"`
	EngineVersion string `json:"engineVersion"`
	AtMs          int64  `json:"atMs"`
	Cores         int    `json:"cores"`
}

type intervalRecord struct {
	Type         string                       `json:"type"`
	Second       int64                        `json:"second"`
	CPUUs        *int64                       `json:"cpuUs,omitempty"`
	PeakRssBytes *int64                       `json:"peakRssBytes,omitempty"`
	Endpoints    map[string]*endpointInterval `json:"endpoints"`
	Iterations   map[string]int64             `json:"iterations"`
	Dropped      map[string]int64             `json:"dropped"`
}

type endpointInterval struct {
	Count     int64            `json:"count"`
	Failed    map[string]int64 `json:"failed,omitempty"`
	Over      []int64          `json:"over,omitempty"`
	SumUs     int64            `json:"sumUs"`
	Histogram string           `json:"histogram,omitempty"`
	Traces    []trace          `json:"traces,omitempty"`
}

type endRecord struct {
	Type      string `json:"type"`
	AtMs      int64  `json:"atMs"`
	Samples   int64  `json:"samples"`
	Intervals int64  `json:"intervals"`
	Error     string `json:"error,omitempty"`
}

// trace is written as [traceId, latencyUs, outcome].
type trace struct {
	id        string
	latencyUs int64
	outcome   string
}

func (t trace) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{t.id, t.latencyUs, t.outcome})
}

// encoder turns seconds into records.
type encoder struct {
	limitsUs   map[string][]int64
	histograms histogramWriter
}

func newEncoder(limitsUs map[string][]int64) *encoder {
	return &encoder{limitsUs: limitsUs}
}

// interval describes one second; `names` has the endpoints and scenarios by the indexes used in it.
func (e *encoder) interval(s *second, names names) (*intervalRecord, int64) {
	record := &intervalRecord{
		Type: "interval", Second: s.unix, Endpoints: map[string]*endpointInterval{},
		Iterations: counts(s.iterations, names.scenarios), Dropped: counts(s.dropped, names.scenarios),
	}
	record.CPUUs, record.PeakRssBytes = usage()
	samples := int64(0)
	for index := range s.endpoints {
		share := &s.endpoints[index]
		if len(share.answeredUs) == 0 && len(share.failed) == 0 {
			continue
		}
		interval := e.endpoint(share, e.limitsUs[names.endpoints[index]])
		record.Endpoints[names.endpoints[index]] = interval
		samples += interval.Count
	}
	return record, samples
}

func (e *encoder) endpoint(share *endpointSecond, limitsUs []int64) *endpointInterval {
	interval := &endpointInterval{
		Count: int64(len(share.answeredUs)), Failed: share.failed, SumUs: share.failedSumUs, Traces: share.traces,
	}
	for _, n := range share.failed {
		interval.Count += n
	}
	if len(limitsUs) > 0 {
		interval.Over = make([]int64, len(limitsUs))
	}
	if len(share.answeredUs) == 0 {
		return interval
	}
	for _, latencyUs := range share.answeredUs {
		interval.SumUs += latencyUs
		for i, limitUs := range limitsUs {
			if latencyUs > limitUs {
				interval.Over[i]++
			}
		}
	}
	interval.Histogram = e.histograms.text(share.answeredUs)
	return interval
}

// counts leaves out what is zero.
func counts(byIndex []int64, names []string) map[string]int64 {
	named := map[string]int64{}
	for index, n := range byIndex {
		if n > 0 {
			named[names[index]] = n
		}
	}
	return named
}
