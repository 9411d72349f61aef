package region

import "github.com/astara-corridors/astara/internal/lp"

// sells says whether gas of a source may be sold as a commodity.
func (n *network) sells(source, good int) bool {
	return n.origins[n.goods[good].origin] == n.Sources[source].Origin
}

func (n *network) gasColumns(pr *program) {
	for s := range n.Sources {
		var goods [][]int
		for o := range n.goods {
			var cols []int
			if n.sells(s, o) {
				cols = n.perBlock(pr, colSource, s, o)
			}
			goods = append(goods, cols)
		}
		pr.source = append(pr.source, goods)
	}
	for d := range 2 {
		for p := range n.Pipes {
			var goods [][]int
			for o := range n.goods {
				var cols []int
				if n.carries(p, o) && (d == 0 || given(n.Pipes[p].CapacityBack)) {
					cols = n.perBlock(pr, colPipe, p, 2*o+d)
				}
				goods = append(goods, cols)
			}
			pr.pipe[d] = append(pr.pipe[d], goods)
		}
	}
	for o := range n.goods {
		var zones [][]int
		for z := range n.Zones {
			var cols []int
			if n.zoneGas[z] && n.home(o, z) {
				cols = n.perBlock(pr, colHome, z, o)
			}
			zones = append(zones, cols)
		}
		pr.home = append(pr.home, zones)
	}
	for c := range n.Contracts {
		var con, gap [][]int
		for _, z := range n.buyers[c] {
			con, gap = append(con, n.perBlock(pr, colCon, c, z)), append(gap, n.perBlock(pr, colConGap, c, z))
		}
		pr.con, pr.conGap = append(pr.con, con), append(pr.conGap, gap)
	}
	for s := range n.Storages {
		pr.out, pr.in = append(pr.out, n.perBlock(pr, colOut, s, 0)), append(pr.in, n.perBlock(pr, colIn, s, 0))
		pr.missing = append(pr.missing, pr.col(mark{colMissing, int32(s), 0, -1}))
	}
}

// gasRows: every commodity balances in every zone; what is delivered in a zone is
// its pool, from which load and plants are served.
func (n *network) gasRows(pr *program, v *values) {
	for range n.Zones {
		row := make([]int, len(n.Blocks))
		pr.pool = append(pr.pool, row)
	}
	for k := range n.Blocks {
		pool := make([][]lp.Term, len(n.Zones))
		add := func(z, col int, x float64) { pool[z] = append(pool[z], lp.Term{Col: col, Value: x}) }
		for o := range n.goods {
			n.commodityRows(pr, o, k, add)
		}
		for c := range n.Contracts {
			var terms []lp.Term
			for i, z := range n.buyers[c] {
				add(z, pr.con[c][i][k], 1)
				add(z, pr.conGap[c][i][k], 1)
				terms = append(terms, lp.Term{Col: pr.con[c][i][k], Value: 1}, lp.Term{Col: pr.conGap[c][i][k], Value: 1})
			}
			pr.row(mark{rowCon, int32(c), 0, int32(k)}, terms...)
		}
		for s := range n.Storages {
			z := n.zone[n.Storages[s].Zone]
			add(z, pr.out[s][k], 1)
			add(z, pr.in[s][k], -1)
		}
		elec := make([][]lp.Term, len(n.Zones))
		for i, key := range n.loads {
			if n.Tiers[key.tier].Carrier != Gas {
				continue
			}
			add(key.zone, pr.shed[i][k], 1)
			if pr.elec[key.zone][k] >= 0 && v.elec[key.tier] != 0 {
				elec[key.zone] = append(elec[key.zone], lp.Term{Col: pr.shed[i][k], Value: -v.elec[key.tier]})
			}
		}
		for g := range n.Plants {
			if v.heat[g] > 0 {
				add(n.zone[n.Plants[g].Zone], pr.gen[g][k], -v.heat[g])
			}
		}
		for z := range n.Zones {
			pr.pool[z][k] = -1
			if n.zoneGas[z] {
				pr.pool[z][k] = pr.row(mark{rowPool, int32(z), 0, int32(k)}, pool[z]...)
			}
			if j := pr.elec[z][k]; j >= 0 {
				pr.row(mark{rowElec, int32(z), 0, int32(k)}, append(elec[z], lp.Term{Col: j, Value: 1})...)
			}
		}
		for p := range n.Pipes {
			for d := range 2 {
				var terms []lp.Term
				for o := range n.goods {
					if cols := pr.pipe[d][p][o]; cols != nil {
						terms = append(terms, lp.Term{Col: cols[k], Value: 1})
					}
				}
				if len(terms) > 0 {
					pr.row(mark{rowPipe, int32(p), int32(d), int32(k)}, terms...)
				}
			}
		}
		for s := range n.Sources {
			var terms []lp.Term
			for _, cols := range pr.source[s] {
				if cols != nil {
					terms = append(terms, lp.Term{Col: cols[k], Value: 1})
				}
			}
			if len(terms) > 1 {
				pr.row(mark{rowPeak, int32(s), 0, int32(k)}, terms...)
			}
		}
	}
	for s := range n.Sources {
		var terms []lp.Term
		for _, cols := range pr.source[s] {
			for k, j := range cols {
				terms = append(terms, lp.Term{Col: j, Value: n.days[k] / 1000})
			}
		}
		pr.row(mark{rowSource, int32(s), 0, -1}, terms...)
	}
	for c := range n.Contracts {
		var terms []lp.Term
		for i := range n.buyers[c] {
			for k := range n.Blocks {
				terms = append(terms, lp.Term{Col: pr.con[c][i][k], Value: n.days[k] / 1000}, lp.Term{Col: pr.conGap[c][i][k], Value: n.days[k] / 1000})
			}
		}
		pr.row(mark{rowConYr, int32(c), 0, -1}, terms...)
	}
}

// commodityRows balances one commodity in one block.
func (n *network) commodityRows(pr *program, o, k int, add func(z, col int, x float64)) {
	terms := make([][]lp.Term, len(n.Zones))
	put := func(z, col int, x float64) { terms[z] = append(terms[z], lp.Term{Col: col, Value: x}) }
	for s := range n.Sources {
		if cols := pr.source[s][o]; cols != nil {
			put(n.zone[n.Sources[s].Zone], cols[k], 1)
		}
	}
	for p := range n.Pipes {
		ends := [2]int{n.zone[n.Pipes[p].From], n.zone[n.Pipes[p].To]}
		for d := range 2 {
			if cols := pr.pipe[d][p][o]; cols != nil {
				put(ends[d], cols[k], -1)
				put(ends[1-d], cols[k], 1)
			}
		}
	}
	for z := range n.Zones {
		if cols := pr.home[o][z]; cols != nil {
			put(z, cols[k], -1)
			add(z, cols[k], 1)
		}
	}
	for c := range n.Contracts {
		if n.goodOf[c] == o {
			for i, z := range n.buyers[c] {
				put(z, pr.con[c][i][k], -1)
			}
		}
	}
	if o == len(pr.gasRow) {
		pr.gasRow = append(pr.gasRow, make([][]int, len(n.Zones)))
	}
	for z := range n.Zones {
		if len(terms[z]) > 0 {
			if pr.gasRow[o][z] == nil {
				pr.gasRow[o][z] = make([]int, len(n.Blocks))
			}
			pr.gasRow[o][z][k] = pr.row(mark{rowGas, int32(z), int32(o), int32(k)}, terms[z]...)
		}
	}
}

// storageRows: stock is taken in winter and put back over the rest of the year. Net
// withdrawal of winter stays within the stock and the free space; what is missing
// at the end of the year costs.
func (n *network) storageRows(pr *program) {
	for s := range n.Storages {
		var winter, year []lp.Term
		for k := range n.Blocks {
			out, in := lp.Term{Col: pr.out[s][k], Value: n.days[k] / 1000}, lp.Term{Col: pr.in[s][k], Value: -n.days[k] / 1000}
			if n.Blocks[k].Season == "winter" {
				winter = append(winter, out, in)
			}
			year = append(year, out, in)
		}
		pr.row(mark{rowWinter, int32(s), 0, -1}, winter...)
		pr.row(mark{rowStore, int32(s), 0, -1}, append(year, lp.Term{Col: pr.missing[s], Value: -1})...)
	}
}
