//go:build linux || darwin || freebsd

package assign

import (
	"runtime"
	"syscall"
	"time"
)

// usage returns the processor seconds and the peak resident bytes of the process
// so far.
func usage() (cpu float64, peak int64) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, 0
	}
	peak = int64(u.Maxrss)
	if runtime.GOOS != "darwin" {
		peak *= 1024 // kilobytes there, bytes on darwin
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds(), peak
}
