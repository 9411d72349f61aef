package ledger

import "fmt"

// Standing is what the ledger says of one claim now.
type Standing struct {
	Claim string
	Resolution
	Rows int // resolutions of this claim so far
}

// Now returns the standing of every claim that has a row, in the order of their
// first rows. The last row of a claim counts. The error names a row that
// replaces a settled one without saying so.
func Now(rows []Resolution) ([]Standing, error) {
	at := map[string]int{}
	var out []Standing
	for i := range rows {
		r := rows[i]
		k, ok := at[r.Claim]
		if !ok {
			at[r.Claim] = len(out)
			out = append(out, Standing{Claim: r.Claim, Resolution: r, Rows: 1})
			continue
		}
		if old := &out[k]; old.Verdict.Settled() && r.Corrects != old.Date {
			return nil, fmt.Errorf("ledger: row %d settles %q again without correcting the row of %v", i+1, r.Claim, old.Date)
		}
		out[k].Resolution = r
		out[k].Rows++
	}
	return out, nil
}
