//go:build !unix

package hdr

// usage can't be read on this system, so both values are absent.
func usage() (cpuUs, peakRssBytes *int64) { return nil, nil }
