package region

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"
)

// EngineRevision names what this engine computes; it changes whenever the same input
// may give other numbers.
const EngineRevision = "region/6"

// Key is a hash of everything a solve of this base depends on besides its delta: the
// programme with the figures in use, the outcomes, and the revision of the engine.
func (b *Base) Key() [32]byte {
	k := keyWriter{sha256.New()}
	k.text(EngineRevision)
	n := b.net
	for i := range n.Zones {
		z := &n.Zones[i]
		k.text(z.ID, z.Country)
		k.flag(z.Boundary)
	}
	for i := range n.Blocks {
		r := &n.Blocks[i]
		k.text(r.ID, r.Season)
		k.floats(r.Hours)
		k.flag(r.Peak)
	}
	for i := range n.Tiers {
		k.text(n.Tiers[i].ID, string(n.Tiers[i].Carrier))
	}
	for _, key := range n.loads {
		k.ints(int64(key.zone), int64(key.tier))
	}
	for i := range n.Ties {
		k.text(n.Ties[i].ID, n.Ties[i].From, n.Ties[i].To)
		k.ints(int64(n.Ties[i].Circuits))
	}
	for i := range n.Pipes {
		k.text(n.Pipes[i].ID, n.Pipes[i].From, n.Pipes[i].To)
	}
	for i := range n.Plants {
		k.text(n.Plants[i].ID, n.Plants[i].Zone, n.Plants[i].Fuel)
	}
	for i := range n.Sources {
		k.text(n.Sources[i].ID, n.Sources[i].Zone, n.Sources[i].Origin)
	}
	for i := range n.Storages {
		k.text(n.Storages[i].ID, n.Storages[i].Zone)
	}
	for i := range n.Exchanges {
		r := &n.Exchanges[i]
		k.text(r.ID, r.From, r.To, string(r.Kind), r.With)
		k.list(r.Blocks)
		k.flag(given(r.Price))
		k.flag(given(r.Energy))
	}
	for i := range n.Contracts {
		r := &n.Contracts[i]
		k.text(r.ID, r.Origin, r.Buyer, r.With)
		k.list(r.Via)
	}
	for _, m := range b.prog.cols {
		k.ints(int64(m.kind), int64(m.a), int64(m.c), int64(m.k))
	}
	for _, m := range b.prog.rows {
		k.ints(int64(m.kind), int64(m.a), int64(m.c), int64(m.k))
	}
	for _, x := range b.prog.Index {
		k.ints(int64(x))
	}
	k.floats(b.prog.Value...)
	b.keyValues(k)
	for i := range b.spec.Outcomes {
		o := &b.spec.Outcomes[i]
		k.text(o.ID, string(o.Measure), o.Zone, o.Country, o.Block, o.Tier, o.Tie, o.Pipe, o.Origin, o.With)
		k.floats(o.Materiality)
	}
	var out [32]byte
	copy(out[:], k.Sum(nil))
	return out
}

// keyValues adds the figures in use.
func (b *Base) keyValues(k keyWriter) {
	v := b.vals
	k.floats(v.listed...)
	k.floats(v.growth...)
	for _, a := range v.avail {
		k.floats(a...)
	}
	for _, list := range [][]float64{v.beta, v.tieLoss, v.energy, v.heat, v.must, v.unit, v.ratio, v.margin, v.rent, v.train, v.line, v.store, v.working, v.stock, v.worth, v.elec} {
		k.floats(list...)
	}
	for _, name := range keys(v.cons) {
		k.text(name)
		k.floats(v.cons[name])
	}
	if b.baseline != nil {
		k.floats(b.baseline.Objective)
	}
}

type keyWriter struct{ hash.Hash }

func (k keyWriter) ints(v ...int64) {
	var buf [8]byte
	for _, x := range v {
		binary.LittleEndian.PutUint64(buf[:], uint64(x))
		k.Write(buf[:])
	}
}

func (k keyWriter) flag(v bool) { k.ints(int64(b2i(v))) }

func (k keyWriter) floats(v ...float64) {
	var buf [8]byte
	for _, x := range v {
		binary.LittleEndian.PutUint64(buf[:], math.Float64bits(x))
		k.Write(buf[:])
	}
}

func (k keyWriter) text(v ...string) {
	for _, s := range v {
		k.ints(int64(len(s)))
		k.Write([]byte(s))
	}
}

func (k keyWriter) list(v []string) {
	k.ints(int64(len(v)))
	k.text(v...)
}
