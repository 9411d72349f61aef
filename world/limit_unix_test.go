//go:build unix

package world

import (
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

// limitEnv gives the child a limit on the size of its files, which stands in
// for a full disk: a write beyond it fails half way.
const (
	limitEnv = "ASTARA_WORLD_LIMIT"
	canLimit = true
)

func limitFileSize() {
	text := os.Getenv(limitEnv)
	if text == "" {
		return
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		panic(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		panic(err)
	}
}
