package world

import (
	"bytes"
	"crypto/sha256"
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
