package freight

import "slices"

// tally is how the outcomes that count routes are summed. Routes that the same
// outcomes count alike form a class: each quantity is summed over the routes of
// a class once, and an outcome over its classes. The flagship's 900 outcomes
// name 2.9 million routes, but only 5,400 classes 130,000 times.
type tally struct {
	class     []int32 // route -> class, -1 when nothing counts it
	commodity []int32 // class -> commodity
	sets      rows    // set of routes -> its classes
	setOf     []int32 // query -> its set, -1 without one
	plain     []bool  // set: of its sums only tonnes are asked for
	outlets   [][]outletSet
	cell0     []int32  // class -> its cells (CSR), one an earner
	bill      []int32  // in the order of routes: the bill that goes to each cell of the class
	bill0     []int32  // route -> bills (CSR)
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
		t.class[r] = -1
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
}

// compilePayments gives every class a cell for each earner that outcomes ask for,
// and lists for each route the bills that go to the cells of its class. A query
// names a class whole, so the first of its routes tells what all have.
func (t *tally) compilePayments(b *Base) {
	whose := make([][]earner, len(t.commodity))
	lead := make([]int32, len(t.commodity)) // class -> 1 + a route of it
	for r, c := range t.class {
		if c >= 0 && lead[c] == 0 {
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
	t.bill0 = make([]int32, 1, len(b.routes)+1)
	for r, c := range t.class {
		if c >= 0 {
			for _, who := range whose[c] {
				t.bill = append(t.bill, b.slotBill[b.earningSlot(b.routes[r].variant, who)])
			}
		}
		t.bill0 = append(t.bill0, int32(len(t.bill)))
	}
	for i, q := range b.queries {
		who := earner{q.country, q.out.Measure == Haulage}
		for _, a := range asks[i] {
			t.cellsOf[i] = append(t.cellsOf[i], cell{t.cell0[a.class] + int32(slices.Index(whose[a.class], who)), a.share})
		}
		slices.SortFunc(t.cellsOf[i], func(x, y cell) int { return int(x.cell - y.cell) })
	}
}

// sum adds up a solution's flows.
func (t *tally) sum(b *Base, e *equilibrium, f *flowState) *tallySums {
	x := &e.sums
	x.class, x.cell = resize(x.class, len(t.commodity)), resize(x.cell, int(t.cell0[len(t.cell0)-1]))
	clear(x.class)
	clear(x.cell)
	w := e.w
	e.borders()
	for r, tonnes := range f.tonnes {
		c := t.class[r]
		if tonnes == 0 || c < 0 {
			continue
		}
		u := w.bundling.routeBundle[r]
		per, s := &w.per[r], &x.class[c]
		s.tonnes += tonnes
		s.hours += float64(tonnes * (per.hours + e.queue[u]))
		s.money += float64(tonnes * per.money)
		s.spread += float64(tonnes * per.spread)
		s.border += float64(tonnes * (per.border + e.border[u]))
		cells := x.cell[t.cell0[c]:t.cell0[c+1]]
		for m, id := range t.bill[t.bill0[r]:t.bill0[r+1]] {
			cells[m] += float64(tonnes * w.bill[id])
		}
	}
	t.sumSets(x)
	return x
}

// sumSets adds up the classes of every set.
func (t *tally) sumSets(x *tallySums) {
	x.tonnes, x.set = resize(x.tonnes, len(x.class)), resize(x.set, len(t.plain))
	for c := range x.class {
		x.tonnes[c] = x.class[c].tonnes
	}
	for k := range x.set {
		var sum routeSums
		classes := t.sets.of(int32(k))
		if t.plain[k] {
			for _, c := range classes {
				sum.tonnes += x.tonnes[c]
			}
		} else {
			for _, c := range classes {
				s := &x.class[c]
				sum.tonnes += s.tonnes
				sum.hours += s.hours
				sum.money += s.money
				sum.spread += s.spread
				sum.border += s.border
			}
		}
		x.set[k] = sum
	}
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
