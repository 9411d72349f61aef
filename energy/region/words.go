package region

import (
	"fmt"
	"strconv"
	"strings"
)

// amount writes a quantity for people: four significant digits and its unit.
func amount(x float64, unit string) string {
	s := strconv.FormatFloat(x, 'g', 4, 64)
	if y, err := strconv.ParseFloat(s, 64); err == nil {
		s = strconv.FormatFloat(y, 'f', -1, 64)
	}
	return s + " " + unit
}

func unitOf(c Carrier) string {
	if c == Gas {
		return "mcm/d"
	}
	return "MW"
}

// some lists at most a few names and says how many more there are.
func some(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}

// words says what a loss does.
func (e *extras) words(r *Contingency, x *incident) string {
	n := e.d.w.b.net
	what := r.Kind + " " + r.Element
	if r.Kind == lossTie && n.Ties[x.row].Circuits > 1 {
		what = "one circuit of " + what
	}
	if r.Part {
		what = "the largest part of " + what
	}
	if r.Kind == lossSupplier {
		what = "all gas of " + r.Element
	}
	if r.Reason == reasonNone {
		if x.loading > 1 {
			return fmt.Sprintf("loss of %s: %s would carry %.0f %% of its rating, which another dispatch avoids without shedding", what, n.Ties[x.worst].ID, 100*x.loading)
		}
		return fmt.Sprintf("loss of %s: nothing more is shed", what)
	}
	var shed []string
	if r.PowerShed > residualTolerance {
		shed = append(shed, amount(r.PowerShed, "MW of power"))
	}
	if r.GasShed > residualTolerance {
		shed = append(shed, amount(r.GasShed, "mcm/d of gas"))
	}
	why := ""
	switch r.Reason {
	case reasonBridge:
		why = fmt.Sprintf("it is the only AC tie between two parts of its area, which part; %s went over it", amount(x.flow, "MW"))
	case reasonOverload:
		why = "the others cannot carry its flow"
		if x.worst >= 0 {
			why = fmt.Sprintf("%s would carry %.0f %% of its rating", n.Ties[x.worst].ID, 100*x.loading)
		}
	default:
		why = "what is left cannot make up for it"
	}
	return fmt.Sprintf("loss of %s: %s shed, most in %s; %s", what, strings.Join(shed, " and "), r.Country, why)
}
