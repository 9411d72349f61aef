package region

import (
	"slices"

	"github.com/astara-corridors/astara/internal/lp"
)

// kind is what a column or row of the programme stands for.
type kind uint8

const (
	// Columns: MW or mcm/d in a block, but for the last two.
	colGen     kind = iota // a: plant
	colIdle                // a: plant; must-run output that does not run
	colSpill               // a: zone; must-run output with nowhere to go
	colTheta               // a: zone; angle, 1/1000 radian
	colAC                  // a: tie; signed from -> to
	colHVDC                // a: tie, c: 0 from -> to, 1 back; what is sent
	colRadial              // the same
	colExc                 // a: exchange, c: 0 from -> to, 1 back
	colExcGap              // the same: what the seller would not deliver at the contract's value
	colUndel               // a: exchange; undelivered after that
	colShed                // a: load
	colElec                // a: zone; electric heating in place of gas
	colElecOff             // a: zone; the part of it that is not served
	colSource              // a: source, c: commodity
	colPipe                // a: pipe, c: commodity * 2 + direction
	colHome                // a: zone, c: commodity; sold at home
	colCon                 // a: contract, c: zone
	colConGap              // the same: what the seller would not deliver
	colOut                 // a: storage
	colIn                  // a: storage
	colUndelYr             // a: exchange, GWh/yr
	colMissing             // a: storage, bcm not put back

	rowBalance // a: zone
	rowKVL     // a: tie
	rowRadial  // a: zone
	rowMarket  // a: market
	rowExc     // a: exchange, c: direction
	rowExcYr   // a: exchange
	rowEnergy  // a: plant
	rowMust    // a: plant
	rowElec    // a: zone
	rowElecOff // a: zone
	rowGas     // a: zone, c: commodity
	rowPool    // a: zone
	rowPipe    // a: pipe, c: direction
	rowPeak    // a: source
	rowSource  // a: source
	rowCon     // a: contract
	rowConYr   // a: contract
	rowWinter  // a: storage
	rowStore   // a: storage
)

// mark says what a column or row is; k is its block, -1 for the year.
type mark struct {
	kind    kind
	a, c, k int32
}

// program is the linear programme of the union network: every row and column that
// any world may need. A world sets bounds and costs only.
type program struct {
	lp.Problem
	cols, rows []mark

	gen, idle, ac, theta, spill, elec, elecOff [][]int // by row of the table, block; -1 without
	hvdc, radial                               [2][][]int
	exc, excGap                                [2][][]int
	undel                                      [][]int
	undelYr, missing                           []int
	shed                                       [][]int
	source                                     [][][]int // source, commodity, block
	pipe                                       [2][][][]int
	home                                       [][][]int // commodity, zone, block
	con, conGap                                [][][]int // contract, buyer zone, block
	out, in                                    [][]int

	balance, pool [][]int
	gasRow        [][][]int // commodity, zone, block
}

func (pr *program) col(m mark) int {
	pr.cols = append(pr.cols, m)
	return pr.Col(0, 0, 0)
}

// perBlock adds a column for every block.
func (n *network) perBlock(pr *program, k kind, a, c int) []int {
	out := make([]int, len(n.Blocks))
	for b := range out {
		out[b] = pr.col(mark{k, int32(a), int32(c), int32(b)})
	}
	return out
}

func (pr *program) row(m mark, terms ...lp.Term) int {
	pr.rows = append(pr.rows, m)
	return pr.Row(0, 0, terms...)
}

// newProgram lays out columns and rows. The matrix depends on the figures drawn.
func (n *network) newProgram(v *values) *program {
	pr := &program{}
	n.powerColumns(pr)
	n.gasColumns(pr)
	n.powerRows(pr, v)
	n.exchangeRows(pr, v)
	n.gasRows(pr, v)
	n.storageRows(pr)
	return pr
}

func (n *network) powerColumns(pr *program) {
	none := make([]int, len(n.Blocks))
	for k := range none {
		none[k] = -1
	}
	for g := range n.Plants {
		pr.gen = append(pr.gen, n.perBlock(pr, colGen, g, 0))
		idle := none
		if given(n.Plants[g].MustRun) {
			idle = n.perBlock(pr, colIdle, g, 0)
		}
		pr.idle = append(pr.idle, idle)
	}
	for i := range n.loads {
		pr.shed = append(pr.shed, n.perBlock(pr, colShed, i, 0))
	}
	for z := range n.Zones {
		theta, spill, elec, off := none, none, none, none
		if n.zonePower[z] {
			theta, spill = n.perBlock(pr, colTheta, z, 0), n.perBlock(pr, colSpill, z, 0)
			if n.electric(z) {
				elec, off = n.perBlock(pr, colElec, z, 0), n.perBlock(pr, colElecOff, z, 0)
			}
		}
		pr.theta, pr.spill, pr.elec, pr.elecOff = append(pr.theta, theta), append(pr.spill, spill), append(pr.elec, elec), append(pr.elecOff, off)
	}
	for t := range n.Ties {
		pr.ac = append(pr.ac, n.perBlock(pr, colAC, t, 0))
		for d := range 2 {
			pr.hvdc[d] = append(pr.hvdc[d], n.perBlock(pr, colHVDC, t, d))
			pr.radial[d] = append(pr.radial[d], n.perBlock(pr, colRadial, t, d))
		}
	}
	for x := range n.Exchanges {
		r := &n.Exchanges[x]
		both := 1
		if r.Kind == Seasonal {
			both = 2
		}
		for d := range 2 {
			e, gap := none, none
			if d < both {
				e, gap = n.perBlock(pr, colExc, x, d), n.perBlock(pr, colExcGap, x, d)
			}
			pr.exc[d], pr.excGap[d] = append(pr.exc[d], e), append(pr.excGap[d], gap)
		}
		undel, year := none, -1
		switch {
		case r.Kind == Swap, r.Kind == Firm && given(r.Energy):
			year = pr.col(mark{colUndelYr, int32(x), 0, -1})
		case r.Kind == Firm:
			undel = n.perBlock(pr, colUndel, x, 0)
		}
		pr.undel, pr.undelYr = append(pr.undel, undel), append(pr.undelYr, year)
	}
}

// electric says whether gas users of a zone turn to electricity.
func (n *network) electric(zone int) bool {
	for _, key := range n.loads {
		if key.zone == zone && n.Tiers[key.tier].Carrier == Gas && n.Tiers[key.tier].Electric.High > 0 {
			return true
		}
	}
	return false
}

func (n *network) powerRows(pr *program, v *values) {
	for range n.Zones {
		pr.balance = append(pr.balance, make([]int, len(n.Blocks)))
	}
	for k := range n.Blocks {
		bal, radial, market := make([][]lp.Term, len(n.Zones)), make([][]lp.Term, len(n.Zones)), make([][]lp.Term, len(n.markets))
		add := func(list [][]lp.Term, at, col int, x float64) {
			list[at] = append(list[at], lp.Term{Col: col, Value: x})
		}
		for g := range n.Plants {
			add(bal, n.zone[n.Plants[g].Zone], pr.gen[g][k], 1)
		}
		for i, key := range n.loads {
			if n.Tiers[key.tier].Carrier == Power {
				add(bal, key.zone, pr.shed[i][k], 1)
				add(radial, key.zone, pr.shed[i][k], 1)
			}
		}
		for z := range n.Zones {
			if !n.zonePower[z] {
				continue
			}
			add(bal, z, pr.spill[z][k], -1)
			if j := pr.elec[z][k]; j >= 0 {
				add(bal, z, j, -1)
				add(bal, z, pr.elecOff[z][k], 1)
				add(radial, z, j, -1)
				add(radial, z, pr.elecOff[z][k], 1)
				pr.row(mark{rowElecOff, int32(z), 0, int32(k)}, lp.Term{Col: j, Value: 1}, lp.Term{Col: pr.elecOff[z][k], Value: -1})
			}
		}
		for t := range n.Ties {
			ends := [2]int{n.zone[n.Ties[t].From], n.zone[n.Ties[t].To]}
			border := n.market[ends[0]] != n.market[ends[1]]
			loss := v.tieLoss[t]
			f := pr.ac[t][k]
			add(bal, ends[0], f, -1)
			add(bal, ends[1], f, 1)
			if border {
				add(market, n.market[ends[0]], f, 1)
				add(market, n.market[ends[1]], f, -1)
			}
			for d := range 2 {
				for _, q := range []int{pr.hvdc[d][t][k], pr.radial[d][t][k]} {
					add(bal, ends[d], q, -1)
					add(bal, ends[1-d], q, 1-loss)
					if border { // metered half way
						add(market, n.market[ends[d]], q, 1-loss/2)
						add(market, n.market[ends[1-d]], q, -(1 - loss/2))
					}
				}
				add(radial, ends[1-d], pr.radial[d][t][k], 1-loss)
			}
			pr.row(mark{rowKVL, int32(t), 0, int32(k)}, lp.Term{Col: f, Value: 1},
				lp.Term{Col: pr.theta[ends[0]][k], Value: -v.beta[t]}, lp.Term{Col: pr.theta[ends[1]][k], Value: v.beta[t]})
		}
		for x := range n.Exchanges {
			from, to := n.zone[n.Exchanges[x].From], n.zone[n.Exchanges[x].To]
			for d, ends := range [2][2]int{{from, to}, {to, from}} {
				if j := pr.exc[d][x][k]; j >= 0 {
					add(market, n.market[ends[0]], j, -1)
					add(market, n.market[ends[1]], j, 1)
					add(bal, ends[1], pr.excGap[d][x][k], 1)
				}
			}
		}
		for z := range n.Zones {
			pr.balance[z][k] = -1
			if !n.zonePower[z] {
				continue
			}
			pr.balance[z][k] = pr.row(mark{rowBalance, int32(z), 0, int32(k)}, bal[z]...)
			if slices.ContainsFunc(radial[z], func(t lp.Term) bool { return pr.cols[t.Col].kind == colRadial }) {
				pr.row(mark{rowRadial, int32(z), 0, int32(k)}, radial[z]...)
			}
		}
		if !n.poolPower {
			for m := range n.markets {
				if len(market[m]) > 0 {
					pr.row(mark{rowMarket, int32(m), 0, int32(k)}, market[m]...)
				}
			}
		}
	}
	for g := range n.Plants {
		for k, j := range pr.idle[g] {
			if j >= 0 {
				pr.row(mark{rowMust, int32(g), 0, int32(k)}, lp.Term{Col: pr.gen[g][k], Value: 1}, lp.Term{Col: j, Value: 1})
			}
		}
		if given(n.Plants[g].Energy) {
			var terms []lp.Term
			for k := range n.Blocks {
				terms = append(terms, lp.Term{Col: pr.gen[g][k], Value: n.hours[k] / 1000})
			}
			pr.row(mark{rowEnergy, int32(g), 0, -1}, terms...)
		}
	}
}

// exchangeRows: in each block what is delivered (or would have been) with what is
// not; over the year, energy contracts, swaps against gas, and seasonal balances.
func (n *network) exchangeRows(pr *program, v *values) {
	for x := range n.Exchanges {
		r := &n.Exchanges[x]
		var year []lp.Term
		for k := range n.Blocks {
			for d, sign := range [2]float64{1, -1} {
				j := pr.exc[d][x][k]
				if j < 0 {
					continue
				}
				terms := []lp.Term{{Col: j, Value: 1}, {Col: pr.excGap[d][x][k], Value: 1}}
				if pr.undel[x][k] >= 0 {
					terms = append(terms, lp.Term{Col: pr.undel[x][k], Value: 1})
				}
				pr.row(mark{rowExc, int32(x), int32(d), int32(k)}, terms...)
				h := sign * n.hours[k] / 1000
				year = append(year, lp.Term{Col: j, Value: h}, lp.Term{Col: pr.excGap[d][x][k], Value: h})
			}
		}
		if pr.undelYr[x] >= 0 {
			year = append(year, lp.Term{Col: pr.undelYr[x], Value: 1})
		}
		if c, ok := n.contract[r.With]; ok && r.Kind == Swap {
			for _, cols := range pr.con[c] {
				for k, j := range cols { // kWh/m3 x mcm is GWh
					year = append(year, lp.Term{Col: j, Value: -v.ratio[x] * n.days[k]})
				}
			}
		}
		if r.Kind != Firm || given(r.Energy) {
			pr.row(mark{rowExcYr, int32(x), 0, -1}, year...)
		}
	}
}
