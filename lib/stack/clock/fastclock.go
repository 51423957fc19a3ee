// Time that runs as many times as fast as ARAGORA_SLO_CLOCK_RATE says. It is added to a copy of Go's runtime (edits.json has the
// rest), so that a program and every library in it see the same time. Without the variable, time is as ever.

package runtime

import _ "unsafe"

const fastClockLargest = 1000

var (
	// 1 until the environment was read, and for good if it says nothing.
	fastClockRate int64 = 1
	// When the fast time began, in ns: monotonic, and as the wall clock said.
	fastClockBase int64
	fastClockWall int64
)

//go:linkname time_now time.now
func time_now() (sec int64, nsec int32, mono int64) {
	sec, nsec, mono = realnow()
	if fastClockRate == 1 {
		return
	}
	fast := fastclock(mono)
	wall := fastClockWall + (fast - fastClockBase)
	return wall / 1e9, int32(wall % 1e9), fast
}

//go:nosplit
func fastclock(real int64) int64 {
	if fastClockRate == 1 {
		return real
	}
	return fastClockBase + (real-fastClockBase)*fastClockRate
}

// How long to sleep, in real ns, for ns of fast time. Never 0, which would mean not to wait at all.
//
//go:nosplit
func fastclocksleep(ns int64) int64 {
	if fastClockRate == 1 || ns <= 0 {
		return ns
	}
	if ns < fastClockRate {
		return 1
	}
	return ns / fastClockRate
}

func fastclockinit() {
	said := gogetenv("ARAGORA_SLO_CLOCK_RATE")
	if said == "" {
		return
	}
	rate := int64(0)
	for _, digit := range []byte(said) {
		if digit < '0' || digit > '9' || rate > fastClockLargest {
			rate = 0
			break
		}
		rate = rate*10 + int64(digit-'0')
	}
	if rate < 1 || rate > fastClockLargest {
		throw("ARAGORA_SLO_CLOCK_RATE must be a whole number, 1 to 1000")
	}
	sec, nsec, mono := realnow()
	fastClockWall = sec*1e9 + int64(nsec)
	fastClockBase = mono
	fastClockRate = rate
}
