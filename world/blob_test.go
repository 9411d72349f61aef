package world

import (
	"io"
	"os"
	"strings"
	"testing"
)

func TestBlob(t *testing.T) {
	c := cacheAt(t, t.TempDir())
	key := [32]byte{7}
	if _, ok := c.Load(key); ok {
		t.Error("an empty cache has a blob")
	}
	c.Store(key, []byte("an answer"))
	if b, ok := c.Load(key); !ok || string(b) != "an answer" {
		t.Errorf("stored and read %q, %v", b, ok)
	}
	if _, ok := c.Load([32]byte{8}); ok {
		t.Error("another key has the blob")
	}
	raw, err := os.ReadFile(c.blobPath(key))
	if err != nil {
		t.Fatal(err)
	}
	for _, harm := range [][]byte{raw[:len(raw)-1], raw[:5], append(raw[:40:40], 'X')} {
		if err := os.WriteFile(c.blobPath(key), harm, 0o644); err != nil {
			t.Fatal(err)
		}
		var told []string
		d := &Cache{Dir: c.Dir, Warn: func(m string) { told = append(told, m) }}
		if _, ok := d.Load(key); ok || len(told) != 1 || !strings.Contains(told[0], "damaged") {
			t.Errorf("%d bytes left: read %v, told %q", len(harm), ok, told)
		}
	}
	var none *Cache
	none.Store(key, nil)
	if _, ok := none.Load(key); ok {
		t.Error("no cache has a blob")
	}
}

func TestOpenBlob(t *testing.T) {
	c := cacheAt(t, t.TempDir())
	key := [32]byte{7}
	if _, _, ok := c.Open(key); ok {
		t.Error("an empty cache has a blob")
	}
	c.Store(key, []byte("columns"))
	f, size, ok := c.Open(key)
	if !ok || size != 7 {
		t.Fatalf("%d bytes, %v", size, ok)
	}
	b, err := io.ReadAll(f)
	f.Close()
	if err != nil || string(b) != "columns" {
		t.Errorf("read %q, %v", b, err)
	}
	raw, err := os.ReadFile(c.blobPath(key))
	if err != nil {
		t.Fatal(err)
	}
	for _, harm := range [][]byte{raw[:len(raw)-1], raw[:5], append(raw[:36:36], 'X')} {
		if err := os.WriteFile(c.blobPath(key), harm, 0o644); err != nil {
			t.Fatal(err)
		}
		var told []string
		d := &Cache{Dir: c.Dir, Warn: func(m string) { told = append(told, m) }}
		if _, _, ok := d.Open(key); ok || len(told) != 1 || !strings.Contains(told[0], "damaged") {
			t.Errorf("%d bytes left: opened %v, told %q", len(harm), ok, told)
		}
	}
}
