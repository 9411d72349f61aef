package freight

import (
	"encoding/binary"
	"slices"
)

// tally is how the outcomes that count routes are summed. Routes that the same
// outcomes count alike form a class: each quantity is summed over the routes of
// a class once, and an outcome over its classes. The flagship's 900 outcomes
// name 2.9 million routes, but only 5,400 classes 130,000 times.
type tally struct {
	class     []int32 // route -> class; the last, without a commodity, is of those that nothing counts
	commodity []int32 // class -> commodity
	sets      rows    // set of routes -> its classes
	setOf     []int32 // query -> its set, -1 without one
	plain     []bool  // set: of its sums only tonnes are asked for
	outlets   [][]outletSet
	cell0     []int32  // class -> its cells (CSR), one an earner
	payer     []int32  // route -> payer: routes of a class that pay the same bills
	payer0    []int32  // class -> its payers (CSR)
	bill      []int32  // in the order of payers: the bill that goes to each cell of the class
	cellsOf   [][]cell // query of revenue or haulage -> what it sums
}

// outletSet is the set of an outcome's routes with one outlet.
type outletSet struct{ outlet, set int32 }

// cell is an earner's part of what a class pays, with the share that counts.
type cell struct {
	cell  int32
	share float64
}

// tallySums are the sums of one solution over classes, sets and cells.
type tallySums struct {
	class, set []routeSums
	tonnes     []float64 // class
	payer      []float64 // tonnes
	cell       []float64
}

// routeSums are sums over routes: tonnes, and tonnes times hours, USD/t, hours of
// spread and hours at borders.
type routeSums struct{ tonnes, hours, money, spread, border float64 }

// partition splits a set into ever finer classes.
type partition struct {
	class []int32
	count int32
	next  map[int32]int32
}

// split parts the routes given from the rest of their classes.
func (p *partition) split(routes []int32) {
	clear(p.next)
	for _, r := range routes {
		id, ok := p.next[p.class[r]]
		if !ok {
			id = p.count
			p.count++
			p.next[p.class[r]] = id
		}
		p.class[r] = id
	}
}

// compileTally sorts the routes of the queries into classes.
func (b *Base) compileTally() *tally {
	t := &tally{setOf: make([]int32, len(b.queries)), outlets: make([][]outletSet, len(b.queries)), cellsOf: make([][]cell, len(b.queries))}
	var sets [][]int32
	number := map[uint64][]int32{}
	setOf := func(routes []int32) int32 {
		h := uint64(14695981039346656037) // FNV-1a over the numbers
		for _, r := range routes {
			h = (h ^ uint64(r)) * 1099511628211
		}
		for _, k := range number[h] {
			if slices.Equal(sets[k], routes) {
				return k
			}
		}
		k := int32(len(sets))
		sets = append(sets, routes)
		number[h] = append(number[h], k)
		return k
	}
	for i, q := range b.queries {
		t.setOf[i] = -1
		switch q.out.Measure {
		case Tonnes, TEU, Hours, Money, Spread, BorderShare:
			t.setOf[i] = setOf(q.routes)
			q.routes = sets[t.setOf[i]] // one list for all that count it
		case HHI:
			by := map[int32][]int32{}
			var order []int32
			for k, r := range q.routes {
				o := int32(q.coef[k])
				if o < 0 {
					continue
				}
				if by[o] == nil {
					order = append(order, o)
				}
				by[o] = append(by[o], r)
			}
			slices.Sort(order)
			for _, o := range order {
				t.outlets[i] = append(t.outlets[i], outletSet{o, setOf(by[o])})
			}
		case Revenue, Haulage:
			if q.ruled {
				continue
			}
			by := map[float64][]int32{}
			var order []float64
			for k, r := range q.routes {
				if by[q.coef[k]] == nil {
					order = append(order, q.coef[k])
				}
				by[q.coef[k]] = append(by[q.coef[k]], r)
			}
			slices.Sort(order)
			for _, c := range order {
				setOf(by[c]) // classes are paid alike, or not at all
			}
		}
	}
	p := &partition{class: make([]int32, len(b.routes)), count: 1 + int32(len(b.net.spec.Commodities)), next: map[int32]int32{}}
	for r := range p.class {
		p.class[r] = 1 + int32(b.items[b.owner[r]].commodity)
	}
	counted := make([]bool, len(b.routes))
	for _, set := range sets {
		p.split(set)
		for _, r := range set {
			counted[r] = true
		}
	}
	t.number(b, p, counted)
	seen := make([]int32, len(t.commodity))
	t.sets.at = []int32{0}
	for k, set := range sets {
		first := len(t.sets.list)
		for _, r := range set {
			if c := t.class[r]; seen[c] != int32(k)+1 {
				seen[c] = int32(k) + 1
				t.sets.list = append(t.sets.list, c)
			}
		}
		slices.Sort(t.sets.list[first:])
		t.sets.at = append(t.sets.at, int32(len(t.sets.list)))
	}
	t.plain = make([]bool, len(sets))
	for k := range t.plain {
		t.plain[k] = true
	}
	for i, q := range b.queries {
		if k := t.setOf[i]; k >= 0 && q.out.Measure != Tonnes && q.out.Measure != TEU {
			t.plain[k] = false
		}
	}
	t.compilePayments(b)
	return t
}

// number gives the classes that are left numbers in the order of their routes.
func (t *tally) number(b *Base, p *partition, counted []bool) {
	t.class = make([]int32, len(p.class))
	at := map[int32]int32{}
	for r, c := range p.class {
		if !counted[r] {
			continue
		}
		k, ok := at[c]
		if !ok {
			k = int32(len(t.commodity))
			at[c] = k
			t.commodity = append(t.commodity, int32(b.items[b.owner[r]].commodity))
		}
		t.class[r] = k
	}
	for r := range p.class {
		if !counted[r] {
			t.class[r] = int32(len(t.commodity))
		}
	}
}

// compilePayments gives every class a cell for each earner that outcomes ask for,
// and lists for each payer the bills that go to the cells of its class. A query
// names a class whole, so the first of its routes tells what all have.
func (t *tally) compilePayments(b *Base) {
	whose := make([][]earner, len(t.commodity)+1)
	lead := make([]int32, len(t.commodity)+1) // class -> 1 + a route of it
	for r, c := range t.class {
		if lead[c] == 0 {
			lead[c] = int32(r) + 1
		}
	}
	type asked struct {
		class int32
		share float64
	}
	asks := make([][]asked, len(b.queries))
	for i, q := range b.queries {
		if q.ruled || q.out.Measure != Revenue && q.out.Measure != Haulage {
			continue
		}
		who := earner{q.country, q.out.Measure == Haulage}
		for k, r := range q.routes {
			c := t.class[r]
			if lead[c] != r+1 {
				continue
			}
			asks[i] = append(asks[i], asked{c, q.coef[k]})
			if !slices.Contains(whose[c], who) {
				whose[c] = append(whose[c], who)
			}
		}
	}
	t.cell0 = make([]int32, 1, len(whose)+1)
	for _, w := range whose {
		t.cell0 = append(t.cell0, t.cell0[len(t.cell0)-1]+int32(len(w)))
	}
	t.compilePayers(b, whose)
	for i, q := range b.queries {
		who := earner{q.country, q.out.Measure == Haulage}
		for _, a := range asks[i] {
			t.cellsOf[i] = append(t.cellsOf[i], cell{t.cell0[a.class] + int32(slices.Index(whose[a.class], who)), a.share})
		}
		slices.SortFunc(t.cellsOf[i], func(x, y cell) int { return int(x.cell - y.cell) })
	}
}

// compilePayers sorts the routes of every class by the bills they pay its earners.
func (t *tally) compilePayers(b *Base, whose [][]earner) {
	of := newRows(len(whose), func(f func(key, value int32)) {
		for r, c := range t.class {
			f(c, int32(r))
		}
	})
	t.payer, t.payer0 = make([]int32, len(t.class)), make([]int32, 1, len(whose)+1)
	payers := int32(0)
	known := map[string]int32{}
	var bills []int32
	var key []byte
	for c := range int32(len(whose)) {
		clear(known)
		for _, r := range of.of(c) {
			bills, key = bills[:0], key[:0]
			for _, who := range whose[c] {
				id := b.slotBill[b.earningSlot(b.routes[r].variant, who)]
				bills, key = append(bills, id), binary.LittleEndian.AppendUint32(key, uint32(id))
			}
			p, ok := known[string(key)]
			if !ok {
				p = payers
				payers++
				known[string(key)] = p
				t.bill = append(t.bill, bills...)
			}
			t.payer[r] = p
		}
		t.payer0 = append(t.payer0, payers)
	}
}

// sum adds up a solution's flows.
func (t *tally) sum(b *Base, e *equilibrium, f *flowState) *tallySums {
	x := &e.sums
	x.class, x.payer = resize(x.class, len(t.commodity)+1), resize(x.payer, int(t.payer0[len(t.payer0)-1]))
	clear(x.class)
	clear(x.payer)
	e.borders()
	w := e.w
	bundle := w.bundling.routeBundle
	for _, r := range f.live {
		tonnes, u := f.tonnes[r], bundle[r]
		x.payer[t.payer[r]] += tonnes
		per, s := &w.per[r], &x.class[t.class[r]]
		s.hours += float64(tonnes * (per.hours + e.queue[u]))
		s.money += float64(tonnes * per.money)
		s.spread += float64(tonnes * per.spread)
		s.border += float64(tonnes * (per.border + e.border[u]))
	}
	t.sumPayers(w.bill, x)
	t.sumSets(x)
	return x
}

// sumPayers adds up the tonnes of every class over its payers, and what they pay.
func (t *tally) sumPayers(bill []float64, x *tallySums) {
	x.tonnes, x.cell = resize(x.tonnes, len(x.class)), resize(x.cell, int(t.cell0[len(t.cell0)-1]))
	clear(x.cell)
	bills := t.bill
	for c := range x.class {
		cells := x.cell[t.cell0[c]:t.cell0[c+1]]
		sum := 0.0
		for _, tonnes := range x.payer[t.payer0[c]:t.payer0[c+1]] {
			ids := bills[:len(cells)]
			bills = bills[len(cells):]
			if tonnes == 0 {
				continue
			}
			sum += tonnes
			for m, id := range ids {
				cells[m] += float64(tonnes * bill[id])
			}
		}
		x.tonnes[c], x.class[c].tonnes = sum, sum
	}
}

// sumSets adds up the classes of every set.
func (t *tally) sumSets(x *tallySums) {
	x.set = resize(x.set, len(t.plain))
	for k := range x.set {
		classes := t.sets.of(int32(k))
		if t.plain[k] {
			x.set[k] = routeSums{tonnes: sumAt(x.tonnes, classes)}
			continue
		}
		var sum routeSums
		for _, c := range classes {
			s := &x.class[c]
			sum.tonnes += s.tonnes
			sum.hours += s.hours
			sum.money += s.money
			sum.spread += s.spread
			sum.border += s.border
		}
		x.set[k] = sum
	}
}

// sumAt adds up x at the places given, in four sums that a processor can work on
// at once.
func sumAt(x []float64, at []int32) float64 {
	var a, b, c, d float64
	for ; len(at) >= 4; at = at[4:] {
		a += x[at[0]]
		b += x[at[1]]
		c += x[at[2]]
		d += x[at[3]]
	}
	for _, k := range at {
		a += x[k]
	}
	return (a + b) + (c + d)
}

// borders fills border with the hours that queues at borders add on each bundle.
func (e *equilibrium) borders() {
	e.border = resize(e.border, len(e.queue))
	for u := range e.border {
		sum := 0.0
		for _, s := range e.crossed(int32(u)) {
			if e.hours[s] > 0 && e.b.net.elems[e.elems[s]].kind == elemBorder {
				sum += e.add[s]
			}
		}
		e.border[u] = sum
	}
}
