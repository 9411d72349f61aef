package world

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/astara-corridors/astara/internal/atomicfile"
)

// Load returns the bytes kept under a key by [Cache.Store]. Damaged bytes are
// reported once and count as absent.
func (c *Cache) Load(key [32]byte) ([]byte, bool) {
	if c == nil || c.Dir == "" {
		return nil, false
	}
	b, err := os.ReadFile(c.blobPath(key))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.warn("read", "a file of the cache cannot be read and is made again: %v", err)
		}
		return nil, false
	}
	if len(b) < sha256.Size {
		c.warn("damage", "the cache file %s is damaged (cut short) and is made again", c.blobPath(key))
		return nil, false
	}
	body := b[sha256.Size:]
	if sum := blobSum(key, body); !bytes.Equal(b[:sha256.Size], sum[:]) {
		c.warn("damage", "the cache file %s is damaged (check sum does not match) and is made again", c.blobPath(key))
		return nil, false
	}
	return body, true
}

// Open is [Cache.Load] of bytes that are read as a stream, and how many they are. The
// caller closes them.
func (c *Cache) Open(key [32]byte) (body *os.File, size int64, ok bool) {
	if c == nil || c.Dir == "" {
		return nil, 0, false
	}
	f, err := os.Open(c.blobPath(key))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.warn("read", "a file of the cache cannot be read and is made again: %v", err)
		}
		return nil, 0, false
	}
	size, reason := checkBlob(f, key)
	if reason != "" {
		f.Close()
		c.warn("damage", "the cache file %s is damaged (%s) and is made again", f.Name(), reason)
		return nil, 0, false
	}
	return f, size, true
}

// checkBlob reads a blob through, leaves f at its body, and says what is wrong.
func checkBlob(f *os.File, key [32]byte) (size int64, wrong string) {
	info, err := f.Stat()
	if err != nil {
		return 0, err.Error()
	}
	var want [sha256.Size]byte
	if size = info.Size() - sha256.Size; size < 0 {
		return 0, "cut short"
	}
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return 0, err.Error()
	}
	h := sha256.New()
	field(h, key[:])
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(size)))
	if _, err := io.CopyN(h, f, size); err != nil {
		return 0, err.Error()
	}
	if [sha256.Size]byte(h.Sum(nil)) != want {
		return 0, "check sum does not match"
	}
	if _, err := f.Seek(sha256.Size, io.SeekStart); err != nil {
		return 0, err.Error()
	}
	return size, ""
}

// Store keeps bytes under a key, whole or not at all. Like all of the cache it
// never fails a run.
func (c *Cache) Store(key [32]byte, body []byte) {
	if c == nil || c.Dir == "" {
		return
	}
	path := c.blobPath(key)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = atomicfile.Write(path, 0o644, func(w io.Writer) error {
			sum := blobSum(key, body)
			if _, err := w.Write(sum[:]); err != nil {
				return err
			}
			_, err := w.Write(body)
			return err
		})
	}
	if err != nil {
		c.warn("write", "the cache cannot be written, the run goes on without it: %v", err)
	}
}

func blobSum(key [32]byte, body []byte) [32]byte {
	h := sha256.New()
	field(h, key[:])
	field(h, body)
	return [32]byte(h.Sum(nil))
}

// blobPath puts a blob into a folder of its own, as packs are, so that unused
// ones are pruned alike.
func (c *Cache) blobPath(key [32]byte) string {
	name := hex.EncodeToString(key[:])
	return filepath.Join(c.Dir, fmt.Sprintf("v%d", cacheFormat), name[:2], name, "blob")
}
