package report

import (
	"fmt"
	"strings"

	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// inputTable is a table of the case as the report prints it: one row a record,
// with everything that is a number in it.
type inputTable struct {
	ID, Title string
	Rows      []inputRow
	C         int // rows with an estimate
}

type inputRow struct {
	ID, Name, Text, Note, Where string
	Letter                      string // the weakest of the row's figures
	Source                      []ref
}

// named is a figure with what it is.
type named struct {
	what string
	f    units.Figure
}

// weakest orders letters by how little they can be trusted.
func weakest(a, b units.Letter) units.Letter {
	rank := func(l units.Letter) int { return strings.IndexByte(" ambc", byte(l)) }
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// row makes an input row out of its figures; figures without a letter have the
// row's.
func (b *builder) row(table, id, name string, r freight.Ref, figures ...named) inputRow {
	out := inputRow{ID: anchor("in-"+table, id), Name: name, Note: r.Note, Where: place(r.Pos.File, r.Pos.Line)}
	letter := r.Letter
	source := append([]string(nil), r.Source...)
	var parts []string
	for _, n := range figures {
		if !n.f.Known {
			continue
		}
		text := n.what + " " + figure(n.f)
		if n.f.Letter != 0 && n.f.Letter != r.Letter {
			text += " [" + n.f.Letter.String() + "]"
			letter = weakest(letter, n.f.Letter)
		}
		parts = append(parts, text)
		for _, s := range n.f.Source {
			if !in(source, s) {
				source = append(source, s)
			}
		}
	}
	out.Text = strings.Join(parts, "; ")
	out.Letter = letter.String()
	out.Source = b.sources(source)
	return out
}

func place(file string, line int) string {
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", file, line)
}

func exact(v float64, d units.Dim) units.Figure {
	if v == 0 {
		return units.Figure{}
	}
	return units.Exactly(v, d)
}

// inputs lists every record of the case that carries numbers, in file order,
// and of these the ones that are estimates.
func (b *builder) inputs() (all, estimates []inputTable) {
	s := b.Case.Freight
	add := func(id, title string, n int, row func(i int) inputRow) {
		t := inputTable{ID: "inputs-" + id, Title: title}
		c := inputTable{ID: "estimates-" + id, Title: title}
		for i := 0; i < n; i++ {
			r := row(i)
			t.Rows = append(t.Rows, r)
			if r.Letter == "c" {
				c.Rows = append(c.Rows, r)
			}
		}
		if len(t.Rows) == 0 {
			return
		}
		t.C, c.C = len(c.Rows), len(c.Rows)
		all = append(all, t)
		if c.C > 0 {
			estimates = append(estimates, c)
		}
	}
	b.politics(add)
	if s == nil {
		b.energyInputs(add)
		return all, estimates
	}
	add("market", "Markets", len(s.Markets), func(i int) inputRow {
		m := &s.Markets[i]
		r := b.row("market", m.ID, m.ID+": "+m.Origin+" to "+m.Destination+", "+m.Commodity, m.Ref, named{"tonnes", m.Tonnes}, named{"contestable", m.Share}, named{"growth to the horizon", m.Growth})
		r.Note = join(r.Note, m.Reason)
		return r
	})
	add("commodity", "Commodities", len(s.Commodities), func(i int) inputRow {
		c := &s.Commodities[i]
		return b.row("commodity", c.ID, c.Name, c.Ref, named{"load", c.TonnesPerTEU}, named{"value", c.Value}, named{"value of time", c.ValueOfTime}, named{"reliability ratio", c.Reliability})
	})
	add("border", "Border crossings", len(s.Borders), func(i int) inputRow {
		x := &s.Borders[i]
		return b.row("border", x.ID+"/"+x.NodeFrom+"/"+x.Mode, x.Name+", "+x.CountryFrom+" to "+x.CountryTo+", "+x.Mode, x.Ref, named{"hours", x.Hours}, named{"spread", x.Spread}, named{"capacity", x.Capacity})
	})
	add("terminal", "Terminals", len(s.Terminals), func(i int) inputRow {
		x := &s.Terminals[i]
		return b.row("terminal", x.ID, x.ID+": "+x.Node+", "+x.ModeFrom+" to "+x.ModeTo, x.Ref, named{"money", x.Money}, named{"hours", x.Hours}, named{"spread", x.Spread}, named{"capacity", x.Capacity})
	})
	add("tariff", "Tariffs", len(s.Tariffs), func(i int) inputRow {
		x := &s.Tariffs[i]
		return b.row("tariff", x.ID, x.ID+": "+strings.Join(nonempty(x.Kind, x.Country, x.Mode, x.Commodity, x.Tag), ", "), x.Ref, named{"per tonne-km", x.PerTonneKm}, named{"per tonne", x.PerTonne})
	})
	add("fee", "Fees", len(s.Fees), func(i int) inputRow {
		x := &s.Fees[i]
		return b.row("fee", x.ID, x.ID+": at "+strings.Join(nonempty(x.At, x.Target, x.Mode, x.Flow), ", "), x.Ref, named{"money", x.Money})
	})
	add("rule", "Rules", len(s.Rules), func(i int) inputRow {
		x := &s.Rules[i]
		return b.row("rule", x.ID, x.Name+" ("+x.Kind+")", x.Ref, named{"amount", x.Amount})
	})
	add("project", "Projects", len(s.Projects), func(i int) inputRow {
		x := &s.Projects[i]
		r := b.row("project", x.ID, x.Name, x.Ref, named{"year", x.Year}, named{"capacity", x.Capacity})
		r.Text = join(r.Text, "opens by "+x.OpensBy)
		return r
	})
	add("background", "Traffic outside the markets", len(s.Background), func(i int) inputRow {
		x := &s.Background[i]
		return b.row("background", x.At+"/"+x.Target+"/"+x.Direction, x.At+" "+x.Target+", "+x.Direction, x.Ref, named{"tonnes", x.Tonnes})
	})
	add("constant", "Constants of the model", len(s.Constants), func(i int) inputRow {
		x := &s.Constants[i]
		r := b.row("constant", x.Name, x.Name, x.Ref, named{"", x.Value})
		r.Note = join(x.About, r.Note)
		if x.Free {
			r.Note = join(r.Note, "fitted to the base year")
		}
		return r
	})
	add("gravity", "Split of totals over zones", len(b.Case.Gravity), func(i int) inputRow {
		x := &b.Case.Gravity[i]
		return b.row("gravity", x.Name, x.Name, freight.Ref{Pos: x.Pos, Source: x.Source, Letter: x.Letter, Note: x.Note}, named{"", x.Value})
	})
	add("zone", "Zones", len(s.Zones), func(i int) inputRow {
		x := &s.Zones[i]
		return b.row("zone", x.ID, x.Name+" ("+x.Area+")", x.Ref, named{"weight out", x.WeightOut}, named{"weight in", x.WeightIn})
	})
	add("link", "Links", len(s.Links), func(i int) inputRow {
		x := &s.Links[i]
		return b.row("link", x.ID, x.ID+": "+x.From+" – "+x.To+", "+x.Mode, x.Ref, named{"", exact(x.Length, units.Length)}, named{"speed", exact(x.Speed, units.Speed)}, named{"hours", x.Hours}, named{"capacity", x.Capacity})
	})
	b.energyInputs(add)
	return all, estimates
}

// politics lists the numbers of variables and effects.
func (b *builder) politics(add func(id, title string, n int, row func(i int) inputRow)) {
	type givenAt struct{ v, g int }
	var given []givenAt
	for v := range b.Case.Variables {
		for g := range b.Case.Variables[v].Given {
			given = append(given, givenAt{v, g})
		}
	}
	add("given", "Reference weights of the variables", len(given), func(i int) inputRow {
		v := &b.Case.Variables[given[i].v]
		g := &v.Given[given[i].g]
		var figures []named
		for k, w := range g.Weights {
			if k < len(v.States) {
				figures = append(figures, named{words(v.States[k]), w})
			}
		}
		name := v.Name
		if g.When != nil {
			name += ", when " + g.When.Text()
		}
		return b.row("given", fmt.Sprintf("%s-%d", v.ID, given[i].g+1), name, freight.Ref{Pos: g.Pos, Source: g.Source, Letter: g.Letter, Note: g.Reason}, figures...)
	})
	add("effect", "Effects of states on the network", len(b.Case.Effects), func(i int) inputRow {
		e := &b.Case.Effects[i]
		var figures []named
		if e.ShareOfYear.Known && !(e.ShareOfYear.Fixed() && e.ShareOfYear.Central == 1) {
			figures = append(figures, named{"share of the year", e.ShareOfYear})
		}
		for _, c := range e.Freight {
			figures = append(figures, named{string(c.Op) + " " + string(c.How), c.Amount})
		}
		for _, c := range e.Energy {
			figures = append(figures, named{string(c.Op) + " " + string(c.How), c.Amount})
		}
		name := e.Name
		if name == "" {
			name = words(e.ID)
		}
		if e.When != nil {
			name += ", when " + e.When.Text()
		}
		return b.row("effect", e.ID, name, freight.Ref{Pos: e.Pos, Source: e.Why.Source, Letter: e.Why.Letter, Note: e.Why.Reason}, figures...)
	})
}

func join(a, b string) string { return strings.Join(nonempty(a, b), "; ") }

func nonempty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" && s != "*" {
			out = append(out, s)
		}
	}
	return out
}
