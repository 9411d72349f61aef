package cases_test

import (
	"context"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
)

// flagship prepares the shipped case once for the acceptance tests.
func flagship(t *testing.T) (*freight.Base, *casefile.Case) {
	t.Helper()
	if testing.Short() {
		t.Skip("the flagship case takes some ten seconds to prepare")
	}
	dir, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := casefile.Load(dir, &l)
	if l.Failed() {
		t.Fatalf("the case has errors: %v", l.All())
	}
	b, err := freight.Prepare(c.Freight, &l, freight.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return b, c
}

func effect(t *testing.T, c *casefile.Case, id string) []freight.Change {
	t.Helper()
	for i := range c.Effects {
		if c.Effects[i].ID == id {
			return c.Effects[i].Freight
		}
	}
	t.Fatalf("the case has no effect %q", id)
	return nil
}

// The acceptance of the case brief: Baku - Nakhchivan by its four ways, each
// only in the right worlds; Suez shut goes round the Cape; Astara shut shifts
// to the trans-Caspian and eastern branches.
func TestAcceptance(t *testing.T) {
	b, c := flagship(t)
	run := func(year freight.Year, changes ...freight.Change) *freight.Detail {
		var l diag.List
		d := b.Resolve(year, changes, &l)
		if l.Failed() {
			t.Fatal(l.All())
		}
		got, err := b.SolveDetail(context.Background(), d)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Solution().Converged {
			t.Errorf("not converged: residual %g", got.Solution().Residual)
		}
		return got
	}
	base, line := run(freight.BaseYear), run(freight.Horizon)
	zangezur := run(freight.Horizon, effect(t, c, "zangezur_opened")...)

	t.Run("Nakhchivan", func(t *testing.T) {
		for _, w := range []struct {
			name    string
			mode    string
			passes  []string
			in      [3]bool // base year, baseline, Zangezur open
			exclude []string
		}{
			{"Bilasuvar and Iran", "road", []string{"bilasuvar", "bileh_savar_ir", "julfa_az"}, [3]bool{true, true, true}, []string{"aghband"}},
			{"Aras", "road", []string{"aghband", "kalaleh", "julfa_az"}, [3]bool{false, true, true}, nil},
			{"Meghri road", "road", []string{"aghband", "meghri", "ordubad"}, [3]bool{false, false, true}, nil},
			{"Meghri railway", "rail", []string{"aghband", "meghri", "ordubad"}, [3]bool{false, false, true}, nil},
		} {
			for k, d := range []*freight.Detail{base, line, zangezur} {
				known, open := false, false
				for _, r := range d.Routes(0) {
					if r.Origin != "az_baku" || r.Destination != "nx_nakhchivan" || r.Modes != w.mode || !inOrder(r.Nodes, w.passes) {
						continue
					}
					if slices.ContainsFunc(w.exclude, func(x string) bool { return slices.Contains(r.Nodes, x) }) {
						continue
					}
					known, open = true, open || r.Open
				}
				if !known || open != w.in[k] {
					t.Errorf("%s in %s: in the set %v, open %v, want open %v", w.name, [...]string{"the base year", "the baseline", "Zangezur open"}[k], known, open, w.in[k])
				}
			}
		}
		// Without Kars - Dilucu no train goes through Nakhchivan to Türkiye.
		for _, r := range zangezur.Routes(0) {
			if r.Open && slices.Contains(r.Links, "L140") {
				t.Errorf("a route by the unbuilt railway to Nakhchivan is open: %v", r.Nodes)
				break
			}
		}
	})

	value := func(d *freight.Detail, id string) float64 {
		for i, o := range b.Outcomes() {
			if o.ID == id {
				return d.Solution().Outcomes[i]
			}
		}
		t.Fatalf("the case has no outcome %q", id)
		return 0
	}
	tonnes := func(d *freight.Detail, place string) float64 {
		sum := 0.0
		for _, u := range d.Select(place) {
			sum += u.Tonnes
		}
		return sum
	}
	t.Run("Suez", func(t *testing.T) {
		shut := run(freight.Horizon, freight.Change{Op: freight.OpClose, On: freight.Selector{Strait: "suez"}})
		if v := tonnes(shut, "suez"); v != 0 {
			t.Errorf("%g t pass the shut canal", v)
		}
		open, before := tonnes(line, "suez"), tonnes(line, "south_africa")
		// Much of what used the canal goes round the Cape, many times what went
		// there before; the rest goes over land or stays.
		if gain := tonnes(shut, "south_africa") - before; gain < open/5 || gain < 5*before {
			t.Errorf("of %.3g t by Suez only %.3g go round the Cape", open, gain)
		}
	})
	t.Run("Astara", func(t *testing.T) {
		var ch []freight.Change
		for _, id := range []string{"astara_rail", "astara_road"} {
			ch = append(ch, freight.Change{Op: freight.OpClose, On: freight.Selector{Border: id}})
		}
		shut := run(freight.Horizon, ch...)
		if v := tonnes(shut, "astara_rail") + tonnes(shut, "astara_road"); v != 0 {
			t.Errorf("%g t cross the shut border", v)
		}
		for id, more := range map[string]bool{"west_tonnes": false, "caspian_tonnes": true, "east_tonnes": true} {
			was, is := value(line, id), value(shut, id)
			if more && is <= was || !more && is >= was {
				t.Errorf("%s: %.4g before, %.4g with Astara shut", id, was, is)
			}
		}
	})
}

func inOrder(nodes, want []string) bool {
	k := 0
	for _, n := range nodes {
		if k < len(want) && n == want[k] {
			k++
		}
	}
	return k == len(want)
}
