//go:build unix

package hdr

import (
	"runtime"
	"syscall"
)

// usage returns the user + system CPU time of this process in µs and its peak resident set in bytes.
func usage() (cpuUs, peakRssBytes *int64) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return nil, nil
	}
	cpu := (used.Utime.Nano() + used.Stime.Nano()) / 1000
	peak := int64(used.Maxrss)
	if runtime.GOOS != "darwin" && runtime.GOOS != "ios" { // all others count in KiB
		peak *= 1024
	}
	return &cpu, &peak
}
