//go:build !unix

package hdr

// usage can't be read here, so both are absent.
func usage() (cpuUs, peakRssBytes *int64) { return nil, nil }
