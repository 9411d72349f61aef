package freight

// rows is a list of lists in two flat arrays: row k is list[at[k]:at[k+1]].
type rows struct {
	at, list []int32
}

// of is row k. It must not be modified.
func (x *rows) of(k int32) []int32 { return x.list[x.at[k]:x.at[k+1]] }

// count is the number of rows.
func (x *rows) count() int { return len(x.at) - 1 }

// add appends a row; the first needs at to be {0}.
func (x *rows) add(row []int32) {
	x.list = append(x.list, row...)
	x.at = append(x.at, int32(len(x.list)))
}

// inverse lists for each of n values the rows that hold it, once for each time,
// in order.
func (x *rows) inverse(n int) rows {
	return newRows(n, func(f func(key, value int32)) {
		for k := range int32(x.count()) {
			for _, v := range x.of(k) {
				f(v, k)
			}
		}
	})
}

// newRows sorts pairs of a key below n and a value by key; the pairs of a key
// stay in order. Each is called twice and must give the same pairs.
func newRows(n int, each func(f func(key, value int32))) rows {
	x := rows{at: make([]int32, n+1)}
	each(func(k, _ int32) { x.at[k+1]++ })
	for k := range n {
		x.at[k+1] += x.at[k]
	}
	x.list = make([]int32, x.at[n])
	next := append([]int32(nil), x.at...)
	each(func(k, v int32) {
		x.list[next[k]] = v
		next[k]++
	})
	return x
}
