package hdr

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

const (
	lowestUs           = 1
	highestUs          = 120_000_000
	significantFigures = 4
	// subBucketBits: values below 2^15, twice 10^4 rounded up, have buckets 1 µs wide.
	subBucketBits = 15
	// plainCookie begins an HdrHistogram V2 whose counts are words of one byte, and which is not compressed.
	plainCookie = 0x1c849313
	headerBytes = 40
)

// histogramWriter turns latencies into the text of an HdrHistogram V2, without the 1.8 MB that a histogram takes. It does
// not compress: for some hundred values that costs whoever reads them ten times more than all the rest.
type histogramWriter struct{ bytes []byte }

// text sorts the latencies.
func (w *histogramWriter) text(latenciesUs []int64) string {
	slices.Sort(latenciesUs)
	w.bytes = append(w.bytes[:0], make([]byte, headerBytes)...)
	next := 0 // the first bucket that is not written yet
	for at := 0; at < len(latenciesUs); {
		index := bucketOf(latenciesUs[at])
		first := at
		for at < len(latenciesUs) && bucketOf(latenciesUs[at]) == index {
			at++
		}
		if index > next {
			w.bytes = binary.AppendVarint(w.bytes, int64(next-index))
		}
		w.bytes = binary.AppendVarint(w.bytes, int64(at-first))
		next = index + 1
	}
	order := binary.BigEndian
	order.PutUint32(w.bytes[0:], plainCookie)
	order.PutUint32(w.bytes[4:], uint32(len(w.bytes)-headerBytes))
	order.PutUint32(w.bytes[12:], significantFigures)
	order.PutUint64(w.bytes[16:], lowestUs)
	order.PutUint64(w.bytes[24:], highestUs)
	order.PutUint64(w.bytes[32:], math.Float64bits(1))
	return base64.StdEncoding.EncodeToString(w.bytes)
}

// bucketOf is the index of the bucket of a latency of 1 µs or more: lib/record/buckets.ts is the same in TypeScript.
func bucketOf(latencyUs int64) int {
	value := min(latencyUs, highestUs)
	exponent := max(0, bits.Len64(uint64(value))-subBucketBits)
	return exponent<<(subBucketBits-1) + int(value>>exponent)
}
