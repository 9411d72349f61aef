package answer

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/world"
)

// Key is the key under which the answer of a case is kept: the bytes of the
// case's files, the options that are part of the answer, the view, and all that
// the program and the machine add (see [world.Machine]). A warm answer needs no
// network prepared.
func Key(c *casefile.Case, view View, opt Options) ([32]byte, error) {
	machine, err := world.Machine()
	if err != nil {
		return [32]byte{}, err
	}
	h := sha256.New()
	field := func(s string) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	field("answer")
	field(fmt.Sprint(Format))
	h.Write(machine[:])
	field(view.ID)
	field(fmt.Sprint(opt.Draws, opt.Keys, opt.Seed, opt.Players))
	for _, f := range c.Files {
		field(f.Path)
		field(f.SHA256)
	}
	return [32]byte(h.Sum(nil)), nil
}

// Recall returns the answer kept under a key. Its Run is empty.
func Recall(c *world.Cache, key [32]byte) (*Answer, bool) {
	b, ok := c.Load(key)
	if !ok {
		return nil, false
	}
	a := &Answer{}
	if json.Unmarshal(b, a) != nil || a.Format != Format {
		return nil, false
	}
	return a, true
}

// Keep stores an answer, without its Run, to be recalled.
func Keep(c *world.Cache, key [32]byte, a *Answer) error {
	kept := *a
	kept.Run = nil
	b, err := json.Marshal(&kept)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	c.Store(key, b)
	return nil
}
