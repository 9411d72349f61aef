package server

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// reads are what pages ask for when they open.
var reads = []string{"/cases/caucasus", "/cases/caucasus/network", "/cases/small/answer/brief", "/cases/small/table", "/cases/small/check"}

const readers = 200

// load lets readers read at once, each its share of n reads one after another, and
// returns how long each read took. The readers stand in the same process, so the times
// hold what they need for themselves.
func load(t testing.TB, address string, n int) []time.Duration {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers, MaxConnsPerHost: readers}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, readers*n)
	var all sync.WaitGroup
	for i := range readers {
		all.Go(func() {
			for k := range n {
				at := address + base + reads[(i+k)%len(reads)]
				began := time.Now()
				r, err := http.NewRequestWithContext(t.Context(), "GET", at, nil)
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Accept-Encoding", "gzip") // as browsers do, and not unpacked here
				resp, err := client.Do(r)
				if err != nil {
					t.Errorf("%s: %v", at, err)
					return
				}
				size, err := io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				took[i*n+k] = time.Since(began)
				if err != nil || resp.StatusCode != http.StatusOK || size == 0 {
					t.Errorf("%s: %d, %d bytes, %v", at, resp.StatusCode, size, err)
				}
			}
		})
	}
	all.Wait()
	return took
}

// Nobody of many readers at once is refused, cut off or sent an empty body.
func TestManyReaders(t *testing.T) {
	load(t, small(t), 10)
}

// How long reads take while 200 clients read, and what one costs.
func BenchmarkReaders(b *testing.B) {
	address := small(b)
	load(b, address, 2) // connections and shelf are there
	var took []time.Duration
	began, cpu := time.Now(), cpuTime()
	for b.Loop() {
		took = append(took, load(b, address, 50)...)
	}
	wall := time.Since(began)
	cpu = cpuTime() - cpu
	slices.Sort(took)
	at := func(q float64) float64 { return float64(took[int(q*float64(len(took)-1))]) / float64(time.Millisecond) }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(float64(len(took))/wall.Seconds(), "reads/s")
	b.ReportMetric(float64(cpu.Microseconds())/float64(len(took)), "cpu-µs/read")
	b.Log(fmt.Sprint(len(took), " reads"))
}
