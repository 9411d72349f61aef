package world

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/astara-corridors/astara/internal/atomicfile"
)

const (
	// staleAfter is the age at which the open segment of another process is
	// taken to be that of a killed one.
	staleAfter = 24 * time.Hour
	// unusedAfter is the age at which a pack nobody opened is removed.
	unusedAfter = 30 * 24 * time.Hour
	// compactAbove is the number of segments above which they are merged.
	compactAbove = 4

	openSuffix   = ".open"
	closedSuffix = ".seg"
)

// Cache is a folder of solutions that any number of processes may use at once.
// A cache never fails a run: what cannot be read is solved again and what
// cannot be written is not kept, and Warn is told once for each kind of trouble.
type Cache struct {
	Dir  string
	Warn func(message string) // nil: nobody is told
	mu   sync.Mutex
	told map[string]bool
}

// DefaultDir returns the folder of the user's cache.
func DefaultDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache folder: %w", err)
	}
	return filepath.Join(dir, "astara"), nil
}

func (c *Cache) warn(kind, format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.told[kind] {
		return
	}
	if c.told == nil {
		c.told = map[string]bool{}
	}
	c.told[kind] = true
	if c.Warn != nil {
		c.Warn(fmt.Sprintf(format, args...))
	}
}

// Pack holds the solutions of one [Identity]. It is safe for concurrent use.
type Pack struct {
	cache   *Cache
	key     [32]byte
	dir     string
	mu      sync.Mutex
	entries map[[32]byte][]byte
	solved  map[[32]byte]*Solution // put by this process
	own     *os.File
	ownName string
	dead    bool // a write failed: nothing more is written
	wrote   int
	damaged bool
}

// Pack opens the solutions of an identity and reads all of them into memory. A
// nil cache gives a pack that keeps solutions in memory only.
func (c *Cache) Pack(id Identity) *Pack {
	p := &Pack{cache: c, key: id.Key(), entries: map[[32]byte][]byte{}, solved: map[[32]byte]*Solution{}}
	if c == nil || c.Dir == "" {
		p.cache, p.dead = &Cache{}, true
		return p
	}
	name := hex.EncodeToString(p.key[:])
	p.dir = filepath.Join(c.Dir, fmt.Sprintf("v%d", cacheFormat), name[:2], name)
	p.load()
	return p
}

// Key is the key of the pack's identity.
func (p *Pack) Key() [32]byte { return p.key }

// Len is the number of solutions in the pack.
func (p *Pack) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.entries)
	for key := range p.solved {
		if _, ok := p.entries[key]; !ok {
			n++
		}
	}
	return n
}

func (p *Pack) load() {
	names, err := p.segments()
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			p.cache.warn("read", "the cache folder cannot be read, everything is solved again: %v", err)
		}
		return
	}
	for _, name := range names {
		p.read(name, p.entries)
	}
	now := time.Now()
	// The date of the folder tells when it was last used; a folder that is not
	// ours to date is removed early at worst, and solved again.
	_ = os.Chtimes(p.dir, now, now)
}

// read adds the records of a segment to entries and reports whether the
// segment was whole.
func (p *Pack) read(name string, entries map[[32]byte][]byte) bool {
	b, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) { // another process may just have merged it
			p.cache.warn("read", "a file of the cache cannot be read, its solutions are solved again: %v", err)
		}
		return false
	}
	d := readSegment(b, func(key [32]byte, payload []byte) { entries[key] = payload })
	// A torn end is what a killed process leaves; in a closed file it is damage.
	if d.records > 0 || d.torn && !strings.HasSuffix(name, openSuffix) {
		p.damaged = true
		reason := d.reason
		if reason == "" {
			reason = "cut short"
		}
		p.cache.warn("damage", "the cache file %s is damaged (%s), what it held is solved again",
			filepath.Join(p.dir, name), reason)
		return false
	}
	return true
}

// segments lists the files of the pack in the order of their names.
func (p *Pack) segments() ([]string, error) {
	list, err := os.ReadDir(p.dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range list {
		if n := e.Name(); strings.HasSuffix(n, openSuffix) || strings.HasSuffix(n, closedSuffix) {
			names = append(names, n)
		}
	}
	return names, nil
}

// Get returns the solution kept under a key. The caller must not change it.
func (p *Pack) Get(key [32]byte) (*Solution, bool) {
	p.mu.Lock()
	sol, mine := p.solved[key]
	b, ok := p.entries[key]
	p.mu.Unlock()
	if mine {
		return sol, true
	}
	if !ok {
		return nil, false
	}
	s, err := decodeSolution(b)
	if err != nil {
		p.cache.warn("damage", "an entry of the cache is damaged (%v) and is solved again", err)
		return nil, false
	}
	return s, true
}

// Put keeps a solution, which must not be changed any more, in memory and, where it can, on disk. Once Put returns
// the solution survives the end of the process.
func (p *Pack) Put(key [32]byte, s *Solution) {
	var record []byte
	if p.dir != "" {
		record = appendRecord(nil, key, s.encode())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.solved[key] = s
	if p.dead {
		return
	}
	if err := p.write(record); err != nil {
		p.dead = true
		p.cache.warn("write", "the cache cannot be written, the run goes on without it: %v", err)
		return
	}
	p.wrote++
}

// write appends to this process's own segment, which it makes at need.
func (p *Pack) write(record []byte) error {
	if p.own == nil {
		if err := os.MkdirAll(p.dir, 0o755); err != nil {
			return err
		}
		var id [8]byte
		if _, err := rand.Read(id[:]); err != nil {
			return err
		}
		p.ownName = hex.EncodeToString(id[:])
		f, err := os.OpenFile(filepath.Join(p.dir, p.ownName+openSuffix), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		p.own = f
		record = append(segmentHeader(), record...)
	}
	at, err := p.own.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := p.own.Write(record); err != nil {
		// Cut off what half of the record came through; were that to fail too,
		// the reader passes over it.
		return errors.Join(err, p.own.Truncate(at))
	}
	return nil
}

// Close makes this process's segment a closed one and merges segments where
// there are many or one is damaged. The pack can still be read afterwards.
func (p *Pack) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.own != nil {
		name := filepath.Join(p.dir, p.ownName)
		err := errors.Join(p.own.Sync(), p.own.Close())
		p.own = nil
		if err == nil {
			err = os.Rename(name+openSuffix, name+closedSuffix)
		}
		if err != nil {
			p.dead = true
			p.cache.warn("write", "the cache cannot be written, the run goes on without it: %v", err)
		}
	}
	if p.dead || p.wrote == 0 && !p.damaged {
		return
	}
	p.wrote = 0
	p.compact()
	p.cache.prune()
}

// compact merges closed and stale segments into one. Two processes may do so
// at once: each writes a whole new segment before it removes what it read, so
// every record is in some file at any time.
func (p *Pack) compact() {
	names, err := p.segments()
	if err != nil {
		return
	}
	var merge []string
	for _, n := range names {
		if strings.HasSuffix(n, openSuffix) {
			info, err := os.Stat(filepath.Join(p.dir, n))
			if err != nil || time.Since(info.ModTime()) < staleAfter {
				continue
			}
		}
		merge = append(merge, n)
	}
	if len(merge) == 0 || len(merge) <= compactAbove && !p.damaged {
		return
	}
	entries := map[[32]byte][]byte{}
	for _, n := range merge {
		p.read(n, entries)
	}
	keys := slices.SortedFunc(maps.Keys(entries), func(a, b [32]byte) int { return slices.Compare(a[:], b[:]) })
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return
	}
	path := filepath.Join(p.dir, hex.EncodeToString(id[:])+closedSuffix)
	err = atomicfile.Write(path, 0o644, func(w io.Writer) error {
		if _, err := w.Write(segmentHeader()); err != nil {
			return err
		}
		var buf []byte
		for _, k := range keys {
			buf = appendRecord(buf[:0], k, entries[k])
			if _, err := w.Write(buf); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.cache.warn("write", "the files of the cache cannot be merged, they stay as they are: %v", err)
		return
	}
	p.damaged = false
	for _, n := range merge {
		// Already gone where another process merged the same files.
		_ = os.Remove(filepath.Join(p.dir, n))
	}
}

// prune removes packs that nobody opened for [unusedAfter]. Trouble is no
// matter: what stays takes room, what goes is solved again.
func (c *Cache) prune() {
	root := filepath.Join(c.Dir, fmt.Sprintf("v%d", cacheFormat))
	shards, err := os.ReadDir(root)
	if err != nil {
		return
	}
	for _, shard := range shards {
		packs, err := os.ReadDir(filepath.Join(root, shard.Name()))
		if err != nil {
			continue
		}
		for _, pack := range packs {
			if info, err := pack.Info(); err == nil && time.Since(info.ModTime()) > unusedAfter {
				_ = os.RemoveAll(filepath.Join(root, shard.Name(), pack.Name()))
			}
		}
	}
}
