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
	outlets   [][]outletSet
	paid      []payment // in the order of routes
	paid0     []int32   // route -> payments (CSR)
	cells     int
	cellsOf   [][]cell // query of revenue or haulage -> what it sums
}

// outletSet is the set of an outcome's routes with one outlet.
type outletSet struct{ outlet, set int32 }

// payment is one earner's part of what a route pays: of slot of [Base].earners,
// booked to a cell.
type payment struct{ slot, cell int32 }

// cell is an earner's part of what a class pays, with the share that counts.
type cell struct {
	cell  int32
	share float64
}

// tallySums are the sums of one solution.
type tallySums struct {
	class []classSums
	cell  []float64
}

// classSums are sums over the routes of a class: tonnes, and tonnes times hours,
// USD/t, hours of spread and hours at borders.
type classSums struct{ tonnes, hours, money, spread, border float64 }

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

// compilePayments lists what each route pays to the earners that outcomes ask
// for.
func (t *tally) compilePayments(b *Base) {
	type book struct {
		class int32
		who   earner
	}
	type entry struct {
		route, slot, cell int32
	}
	cells := map[book]int32{}
	done := map[earner][]bool{}
	var all []entry
	for i, q := range b.queries {
		if q.ruled || q.out.Measure != Revenue && q.out.Measure != Haulage {
			continue
		}
		who := earner{q.country, q.out.Measure == Haulage}
		if done[who] == nil {
			done[who] = make([]bool, len(b.routes))
		}
		listed := map[int32]bool{}
		for k, r := range q.routes {
			key := book{t.class[r], who}
			c, ok := cells[key]
			if !ok {
				c = int32(len(cells))
				cells[key] = c
			}
			if !listed[c] {
				listed[c] = true
				t.cellsOf[i] = append(t.cellsOf[i], cell{c, q.coef[k]})
			}
			if !done[who][r] {
				done[who][r] = true
				all = append(all, entry{r, q.slot[k], c})
			}
		}
		slices.SortFunc(t.cellsOf[i], func(x, y cell) int { return int(x.cell - y.cell) })
	}
	t.cells = len(cells)
	byRoute := newRows(len(b.routes), func(f func(key, value int32)) {
		for k := range all {
			f(all[k].route, int32(k))
		}
	})
	t.paid0 = byRoute.at
	t.paid = make([]payment, len(all))
	for k, e := range byRoute.list {
		t.paid[k] = payment{all[e].slot, all[e].cell}
	}
}

// sum adds up a solution's flows.
func (t *tally) sum(b *Base, e *equilibrium, f *flowState) *tallySums {
	x := &e.sums
	x.class, x.cell = resize(x.class, len(t.commodity)), resize(x.cell, t.cells)
	clear(x.class)
	clear(x.cell)
	w := e.w
	e.borders()
	for r, tonnes := range f.tonnes {
		c := t.class[r]
		if tonnes == 0 || c < 0 {
			continue
		}
		k := b.routes[r].path
		u := w.bundling.path[k]
		s := &x.class[c]
		s.tonnes += tonnes
		s.hours += tonnes * (w.took[r] + e.queue[u])
		s.money += tonnes * w.paid[r]
		s.spread += tonnes * w.spread[k]
		s.border += tonnes * (w.border[k] + e.border[u])
		for _, p := range t.paid[t.paid0[r]:t.paid0[r+1]] {
			x.cell[p.cell] += tonnes * w.earn[p.slot]
		}
	}
	return x
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
