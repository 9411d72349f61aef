package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// plainEvery is how often progress is told where there is no terminal.
const plainEvery = 10 * time.Second

// isTerminal reports whether w is a terminal that wants colours and bars.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" && os.Getenv("NO_COLOR") == ""
}

// progress shows how far long work is: a bar on a terminal, else a line now and
// then. It is safe for concurrent use; the zero value shows nothing.
type progress struct {
	mu      sync.Mutex
	w       io.Writer
	name    string
	bars    *mpb.Progress
	bar     *mpb.Bar
	started time.Time
	told    time.Time
	begun   int // units done before this run, from the cache
}

// newProgress makes a progress display on w; quiet shows nothing.
func newProgress(w io.Writer, quiet bool) *progress {
	if quiet {
		return &progress{}
	}
	return &progress{w: w}
}

// step tells that done of total units of the named stage are done, cached of
// them without work.
func (p *progress) step(name string, done, total, cached int) {
	if p == nil || p.w == nil || total == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if name != p.name {
		p.finish()
		p.name, p.begun = name, cached
		p.started = time.Now()
		p.told = p.started
		if isTerminal(p.w) {
			p.bars = mpb.New(mpb.WithOutput(p.w), mpb.WithWidth(40), mpb.WithAutoRefresh())
			p.bar = p.bars.New(int64(total), mpb.BarStyle().Rbound("|").Lbound("|"),
				mpb.PrependDecorators(decor.Name(name, decor.WCSyncSpaceR), decor.CountersNoUnit("%d / %d")),
				mpb.AppendDecorators(decor.AverageSpeed(0, "%.0f a second "), decor.AverageETA(decor.ET_STYLE_MMSS)),
				mpb.BarRemoveOnComplete())
		}
	}
	if p.bar != nil {
		p.bar.SetCurrent(int64(done))
		return
	}
	if now := time.Now(); now.Sub(p.told) >= plainEvery {
		p.told = now
		fmt.Fprintf(p.w, "%s: %d of %d (%.0f a second)\n", name, done, total, float64(done-p.begun)/now.Sub(p.started).Seconds())
	}
}

// finish ends the bar of the current stage.
func (p *progress) finish() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
		p.bar, p.bars = nil, nil
	}
}

// close ends the display; the line of the terminal is free again.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	p.name = ""
}
