package world

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/astara-corridors/astara/internal/testdata"
)

func solve(t testing.TB, p *Plan, opt Options) (*Table, Run) {
	t.Helper()
	tab, run, err := p.Solve(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return tab, run
}

func cacheAt(t testing.TB, dir string) *Cache {
	return &Cache{Dir: dir, Warn: func(m string) { t.Errorf("unexpected warning: %s", m) }}
}

func TestSameBytes(t *testing.T) {
	p := fakePlan(t, &fake{})
	cold, _ := solve(t, p, Options{Workers: 1})
	want := cold.Hash()
	for _, workers := range []int{2, 7} {
		if tab, _ := solve(t, p, Options{Workers: workers}); tab.Hash() != want {
			t.Errorf("%d workers: another table", workers)
		}
	}
	reversed := make([]int, len(p.Networks))
	for i := range reversed {
		reversed[i] = len(reversed) - 1 - i
	}
	if tab, _ := solve(t, p, Options{Workers: 2, Order: reversed}); tab.Hash() != want {
		t.Error("reversed order: another table")
	}
	width := len(cold.Columns)
	for r, row := range p.Rows {
		var alone []int
		for _, m := range row.Mix {
			alone = append(alone, m.Network)
		}
		tab, _ := solve(t, p, Options{Order: alone})
		for c := range width {
			if a, b := tab.At(r, c), cold.At(r, c); bitsOf(a) != bitsOf(b) {
				t.Errorf("row %d alone: %v, want %v", r, a, b)
			}
		}
	}
	dir := t.TempDir()
	if tab, run := solve(t, p, Options{Cache: cacheAt(t, dir)}); tab.Hash() != want || run.Cached != 0 {
		t.Errorf("cold with cache: cached %d, want 0, or another table", run.Cached)
	}
	if tab, run := solve(t, p, Options{Cache: cacheAt(t, dir)}); tab.Hash() != want || run.Solved != 0 {
		t.Errorf("warm: solved %d, want 0, or another table", run.Solved)
	}
	// A part of the networks first, then the rest.
	dir = t.TempDir()
	_, part := solve(t, p, Options{Cache: cacheAt(t, dir), Order: []int{5, 2}})
	tab, run := solve(t, p, Options{Cache: cacheAt(t, dir)})
	if tab.Hash() != want || part.Solved < 3 || part.Solved == len(p.Networks) || run.Cached != part.Solved || run.Solved != len(p.Networks)-part.Solved {
		t.Errorf("resumed: cached %d of %d, solved %d, or another table", run.Cached, part.Solved, run.Solved)
	}
}

// The start point shows in the bits of the fake, so the tests above would see
// one that depends on what was solved before.
func TestStartShows(t *testing.T) {
	f := &fake{}
	a, _ := f.Solve(t.Context(), fakeDelta{1, 0}, nil)
	b, _ := f.Solve(t.Context(), fakeDelta{1, 0}, []float64{3})
	if a.Values[0] == b.Values[0] {
		t.Error("the start does not show: the tests on same bytes prove nothing")
	}
}

func TestCombine(t *testing.T) {
	cols := []Column{{ID: "tonnes"}, {ID: "hours", Mean: true}}
	nan := math.NaN()
	for _, c := range []struct {
		a, b, want [2]float64
	}{
		{[2]float64{100, 10}, [2]float64{300, 20}, [2]float64{250, (25*10 + 225*20) / 250.}}, // shares 0.25 and 0.75
		{[2]float64{0, nan}, [2]float64{300, 20}, [2]float64{225, 20}},
		{[2]float64{0, nan}, [2]float64{0, nan}, [2]float64{0, nan}},
	} {
		out := make([]float64, 2)
		Combine(cols, []*Solution{{Values: c.a[:], Weights: []float64{0, c.a[0]}}, {Values: c.b[:], Weights: []float64{0, c.b[0]}}}, []float64{0.25, 0.75}, out)
		for i := range out {
			if out[i] != c.want[i] && !(math.IsNaN(out[i]) && math.IsNaN(c.want[i])) {
				t.Errorf("%v and %v: %v, want %v", c.a, c.b, out, c.want)
			}
		}
	}
}

func TestInterrupted(t *testing.T) {
	p := fakePlan(t, &fake{delay: time.Millisecond})
	want, _ := solve(t, p, Options{})
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, run, err := p.Solve(ctx, Options{Workers: 1, Cache: cacheAt(t, dir), Progress: func(q Progress) {
		if q.Done >= 4 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted run: %v", err)
	}
	tab, again := solve(t, p, Options{Cache: cacheAt(t, dir)})
	if again.Cached != run.Solved || again.Cached == 0 || tab.Hash() != want.Hash() {
		t.Errorf("solved %d before the interruption, found %d after it, or another table", run.Solved, again.Cached)
	}
}

func TestProgress(t *testing.T) {
	p := fakePlan(t, &fake{})
	var mu sync.Mutex
	var seen []Progress
	solve(t, p, Options{Workers: 3, Progress: func(q Progress) { mu.Lock(); seen = append(seen, q); mu.Unlock() }})
	last := seen[len(seen)-1]
	if last.Done != len(p.Networks) || last.Total != len(p.Networks) {
		t.Errorf("last progress %+v, want all of %d", last, len(p.Networks))
	}
	for i := 1; i < len(seen); i++ {
		if seen[i].Done != seen[i-1].Done+1 {
			t.Errorf("progress went from %d to %d", seen[i-1].Done, seen[i].Done)
		}
	}
}

// childEnv makes the test binary a process that solves the fake plan over the
// cache folder it names.
const childEnv = "ASTARA_WORLD_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		child(dir)
		return
	}
	os.Exit(m.Run())
}

func child(dir string) {
	limitFileSize()
	p := fakePlan(&testing.B{}, &fake{delay: 20 * time.Millisecond})
	c := &Cache{Dir: dir, Warn: func(m string) { fmt.Println("warning", m) }}
	tab, run, err := p.Solve(context.Background(), Options{Workers: 1, Cache: c,
		Progress: func(q Progress) { fmt.Println("done", q.Done) }})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Printf("hash %x\nsolved %d\n", tab.Hash(), run.Solved)
}

func startChild(t *testing.T, dir string, env ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), childEnv+"="+dir), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func TestResumeAfterKill(t *testing.T) {
	p := fakePlan(t, &fake{})
	want, _ := solve(t, p, Options{})
	dir := t.TempDir()
	cmd, lines := startChild(t, dir)
	for lines.Scan() && lines.Text() != "done 4" {
	}
	if err := cmd.Process.Kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	tab, run := solve(t, p, Options{Cache: cacheAt(t, dir)})
	if run.Cached < 4 || run.Cached == len(p.Networks) {
		t.Errorf("%d of %d networks found after the kill", run.Cached, len(p.Networks))
	}
	if tab.Hash() != want.Hash() {
		t.Error("resumed after a kill: another table")
	}
}

func TestTwoProcesses(t *testing.T) {
	p := fakePlan(t, &fake{})
	want, _ := solve(t, p, Options{})
	dir := t.TempDir()
	hash := fmt.Sprintf("hash %x", want.Hash())
	var wg sync.WaitGroup
	var same atomic.Int32
	for range 2 {
		cmd, lines := startChild(t, dir)
		wg.Go(func() {
			for lines.Scan() {
				if lines.Text() == hash {
					same.Add(1)
				} else if strings.HasPrefix(lines.Text(), "warning") {
					t.Error(lines.Text())
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if same.Load() != 2 {
		t.Errorf("%d of 2 processes had the table", same.Load())
	}
	if tab, run := solve(t, p, Options{Cache: cacheAt(t, dir)}); run.Solved != 0 || tab.Hash() != want.Hash() {
		t.Errorf("after two processes %d networks are missing, or another table", run.Solved)
	}
}

func TestFullDisk(t *testing.T) {
	if !canLimit {
		testdata.Need(t, errors.New("this system has no limit on file sizes"))
	}
	p := fakePlan(t, &fake{})
	want, _ := solve(t, p, Options{})
	dir := t.TempDir()
	cmd, lines := startChild(t, dir, limitEnv+"=600") // room for two or three records
	var warnings, hashes int
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "warning") {
			warnings++
			if !strings.Contains(lines.Text(), "cannot be written") {
				t.Error(lines.Text())
			}
		}
		if lines.Text() == fmt.Sprintf("hash %x", want.Hash()) {
			hashes++
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if warnings != 1 || hashes != 1 {
		t.Errorf("%d warnings and %d tables, want one each", warnings, hashes)
	}
	tab, run := solve(t, p, Options{Cache: cacheAt(t, dir)})
	if run.Cached == 0 || run.Solved == 0 || tab.Hash() != want.Hash() {
		t.Errorf("after a full disk: cached %d, solved %d, or another table", run.Cached, run.Solved)
	}
}

func TestUnwritableFolder(t *testing.T) {
	p := fakePlan(t, &fake{})
	want, _ := solve(t, p, Options{})
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var told []string
	c := &Cache{Dir: filepath.Join(file, "cache"), Warn: func(m string) { told = append(told, m) }}
	tab, run := solve(t, p, Options{Cache: c})
	if tab.Hash() != want.Hash() || run.Solved != len(p.Networks) {
		t.Error("the run did not go on without its cache")
	}
	writes := slices.DeleteFunc(slices.Clone(told), func(s string) bool { return !strings.Contains(s, "cannot be written") })
	if len(writes) != 1 {
		t.Errorf("told %q, want one message on writing", told)
	}
}

func TestDamage(t *testing.T) {
	p := fakePlan(t, &fake{})
	want, _ := solve(t, p, Options{})
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 1; return b }
	}
	for name, harm := range map[string]func([]byte) []byte{
		"header":       flip(3),
		"version":      flip(12),
		"first length": flip(headerLen + 1),
		"first key":    flip(headerLen + 5),
		"payload":      flip(headerLen + 60),
		"cut":          func(b []byte) []byte { return b[:len(b)-7] },
		"emptied":      func(b []byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			solve(t, p, Options{Cache: cacheAt(t, dir)})
			files, err := filepath.Glob(filepath.Join(dir, "v*", "*", "*", "*"+closedSuffix))
			if err != nil || len(files) != 1 {
				t.Fatalf("segments %v, %v", files, err)
			}
			b, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(files[0], harm(b), 0o644); err != nil {
				t.Fatal(err)
			}
			var told []string
			c := &Cache{Dir: dir, Warn: func(m string) { told = append(told, m) }}
			tab, run := solve(t, p, Options{Cache: c})
			if tab.Hash() != want.Hash() {
				t.Error("another table from a damaged cache")
			}
			if run.Solved == 0 || len(told) != 1 || !strings.Contains(told[0], "damaged") {
				t.Errorf("solved %d, told %q; want some solved and one warning", run.Solved, told)
			}
			if tab, run := solve(t, p, Options{Cache: cacheAt(t, dir)}); run.Solved != 0 || tab.Hash() != want.Hash() {
				t.Errorf("the damage was not mended: %d solved again", run.Solved)
			}
		})
	}
}

func TestCompaction(t *testing.T) {
	p := fakePlan(t, &fake{})
	dir := t.TempDir()
	for i := 1; i < len(p.Networks); i++ {
		solve(t, p, Options{Cache: cacheAt(t, dir), Order: []int{i}})
	}
	files, err := filepath.Glob(filepath.Join(dir, "v*", "*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) > compactAbove {
		t.Errorf("%d segments after %d runs, want at most %d", len(files), len(p.Networks)-1, compactAbove)
	}
	if _, run := solve(t, p, Options{Cache: cacheAt(t, dir)}); run.Solved != 0 {
		t.Errorf("merging lost %d solutions", run.Solved)
	}
}

// An open segment of a process that is still at work is never merged away; one
// that is old is.
func TestOpenSegments(t *testing.T) {
	dir := t.TempDir()
	p := fakePlan(t, &fake{})
	id, err := IdentityOf(p.Engine)
	if err != nil {
		t.Fatal(err)
	}
	other := cacheAt(t, dir).Pack(id)
	other.Put([32]byte{1}, &Solution{Values: []float64{1}})
	for i := 1; i < len(p.Networks); i++ {
		solve(t, p, Options{Cache: cacheAt(t, dir), Order: []int{i}})
	}
	other.Put([32]byte{2}, &Solution{Values: []float64{2}})
	if got := cacheAt(t, dir).Pack(id); got.Len() != len(p.Networks)+2 {
		t.Errorf("%d entries, want %d", got.Len(), len(p.Networks)+2)
	}
	old := time.Now().Add(-2 * staleAfter)
	if err := os.Chtimes(filepath.Join(other.dir, other.ownName+openSuffix), old, old); err != nil {
		t.Fatal(err)
	}
	again := cacheAt(t, dir).Pack(id)
	again.damaged = true // asks for merging
	again.Close()
	left, err := again.segments()
	if err != nil || len(left) != 1 {
		t.Errorf("segments %v after merging, %v; want one", left, err)
	}
	if got := cacheAt(t, dir).Pack(id); got.Len() != len(p.Networks)+2 {
		t.Errorf("%d entries after merging, want %d", got.Len(), len(p.Networks)+2)
	}
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	stale := filepath.Join(dir, "v1", "ab", "abcd")
	if err := os.MkdirAll(stale, 0o755); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * unusedAfter)
	if err := os.Chtimes(stale, old, old); err != nil {
		t.Fatal(err)
	}
	p := fakePlan(t, &fake{})
	solve(t, p, Options{Cache: cacheAt(t, dir)})
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Error("a pack nobody used stays")
	}
	if _, run := solve(t, p, Options{Cache: cacheAt(t, dir)}); run.Solved != 0 {
		t.Error("the pack in use went")
	}
}
