package freight

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"
)

// EngineRevision names what this engine computes; it changes whenever the same
// input may give other numbers.
const EngineRevision = "freight/2"

// Key is a hash of everything a solve of this base depends on besides its
// delta: network, route sets, demand, constants and figures in use, outcome
// queries, and the revision of the engine.
func (b *Base) Key() [32]byte {
	k := keyWriter{sha256.New()}
	k.text(EngineRevision)
	n := b.net
	for i := range n.vertices {
		v := &n.vertices[i]
		k.ints(int64(v.node), int64(v.kind), int64(v.mode), int64(v.gauge), int64(v.leg))
	}
	for i := range n.arcs {
		a := &n.arcs[i]
		k.ints(int64(a.from), int64(a.to), int64(a.op0), int64(a.op1), int64(a.link), int64(a.mask))
	}
	for i := range n.ops {
		o := &n.ops[i]
		k.ints(int64(o.kind), int64(o.mode), int64(o.mode2), int64(o.country), int64(o.node), int64(o.link), int64(o.border), int64(o.strait), int64(o.terminal), int64(o.elem))
		k.floats(o.km, o.part)
	}
	for i := range n.comps {
		c := &n.comps[i]
		k.ints(int64(c.op), int64(c.kind), int64(c.mask), int64(c.flows), int64(c.view), int64(c.earn0), int64(c.earn1))
	}
	for _, e := range n.earns {
		k.ints(int64(e.country))
		k.floats(e.share)
	}
	for i := range n.spec.Rules {
		r := &n.spec.Rules[i]
		k.text(r.ID, r.Kind, r.Regime, r.Through, r.At, r.Earner)
		k.list(r.Modes, r.Origins, r.Destinations, r.Commodities)
	}
	for i := range b.items {
		it := &b.items[i]
		k.ints(int64(it.market), int64(it.segment), int64(it.commodity), int64(it.origin), int64(it.dest), int64(it.route0), int64(it.route1))
		k.floats(it.fraction)
	}
	for _, a := range b.pathArcs {
		k.ints(int64(a))
	}
	for i := range b.routes {
		k.ints(int64(b.routes[i].path), int64(b.routes[i].variant))
	}
	b.keyValues(k)
	for i := range n.spec.Outcomes {
		o := &n.spec.Outcomes[i]
		q := &o.Query
		k.text(o.ID, string(o.Measure), o.Country, o.Payer, queryKey(q))
		k.list(q.Origins, q.Destinations, q.Commodities, q.Regimes, q.Markets)
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
	k.floats(v.share...)
	k.floats(v.growth...)
	k.floats(v.background...)
	k.floats(v.ruleScale...)
	for i := range v.goods {
		g := &v.goods[i]
		k.floats(g.vot, g.reliability, g.value, g.perTEU)
		k.floats(v.kappa[i][:]...)
	}
	c := &v.cons
	k.floats(c.thetaRoute, c.thetaMode, c.thetaCaptive, c.elasticity, c.choke, c.alpha, c.beta)
	k.floats(b.c0...)
	k.floats(b.g0...)
	k.floats(b.refG...)
	if b.baseline != nil {
		k.floats(b.baseline.State...)
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

func (k keyWriter) list(v ...[]string) {
	for _, l := range v {
		k.ints(int64(len(l)))
		k.text(l...)
	}
}
