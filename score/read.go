package score

import (
	"bufio"
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// The rules of study files.
var (
	RuleHeader   = diag.NewRule("A690", "study-header", diag.Error, "A file of assessments does not name its quantiles in its first line.")
	RuleLine     = diag.NewRule("A691", "study-line", diag.Error, "A line of a study file does not hold the columns of its format.")
	RuleQuantile = diag.NewRule("A692", "study-quantiles", diag.Error, "An expert's quantiles do not rise, or a LOG item has one that is not positive.")
	RuleItem     = diag.NewRule("A693", "study-item", diag.Error, "An item is assessed and not listed, listed twice or on two scales, or assessed twice by one expert.")
	RuleNoSeeds  = diag.NewRule("A694", "study-no-seeds", diag.Error, "No item has a realisation, or an expert assessed none that has.")
)

// unknown is the largest number that stands for "not known" in these files, which
// write -999.5 and -999.6.
const unknown = -999

// Study is a set of assessments.
type Study struct {
	Quantiles []float64 // shares, rising
	Items     []Item
	Experts   []Expert
}

// Item is a quantity that experts assess.
type Item struct {
	Name string
	Log  bool
	// Value is its realisation; Seed says that it has one.
	Value float64
	Seed  bool
}

// Expert holds the quantiles of one expert by item; nil for an item left out.
type Expert struct {
	Name       string
	Assessment [][]float64
}

// The columns of the two files, in characters.
const (
	wNumber = 5
	wExpert = 9
	wItem   = 15
	wScale  = 4
)

// Read reads the two files of a study. All problems go to l; the study is nil
// when there are errors.
func Read(dttName string, dtt []byte, rlsName string, rls []byte, l *diag.List) *Study {
	before := l.Count(diag.Error)
	s := &Study{}
	s.realisations(rlsName, rls, l)
	s.assessments(dttName, dtt, l)
	if l.Count(diag.Error) > before {
		return nil
	}
	seeds := 0
	for _, it := range s.Items {
		if it.Seed {
			seeds++
		}
	}
	if seeds == 0 {
		l.Report(RuleNoSeeds, diag.Pos{File: rlsName}, "", "no item of the study has a realisation")
		return nil
	}
	return s
}

// lines calls f with the lines that hold something.
func lines(data []byte, f func(n int, line string)) {
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		if line := strings.TrimRight(sc.Text(), " \r\t\x1a"); line != "" {
			f(n, line)
		}
	}
}

// cut takes the first n characters of a line.
func cut(line *string, n int) string {
	if len(*line) < n {
		n = len(*line)
	}
	s := (*line)[:n]
	*line = (*line)[n:]
	return strings.TrimSpace(s)
}

func (s *Study) realisations(file string, data []byte, l *diag.List) {
	lines(data, func(n int, line string) {
		at, whole := diag.Pos{File: file, Line: n, Col: 1}, line
		num, err := strconv.Atoi(cut(&line, wNumber))
		name := cut(&line, wItem)
		fields := strings.Fields(line)
		if err != nil || len(fields) < 2 {
			l.Report(RuleLine, at, whole, "this is no line of realisations").Expected = "number, name, value, UNI or LOG"
			return
		}
		value, ok := number(fields[0])
		log, known := scale(fields[1])
		if !ok || !known {
			l.Report(RuleLine, at, whole, "the value %q or the scale %q cannot be read", fields[0], fields[1]).Expected = "a number, then UNI or LOG"
			return
		}
		if num != len(s.Items)+1 {
			l.Report(RuleItem, at, whole, "item %d stands where item %d should", num, len(s.Items)+1)
			return
		}
		it := Item{Name: name, Log: log, Value: value, Seed: value > unknown}
		if it.Seed && log && value <= 0 {
			l.Report(RuleQuantile, at, whole, "the LOG item %q has the realisation %v", name, value).Expected = "a value above 0"
			return
		}
		s.Items = append(s.Items, it)
	})
}

func (s *Study) assessments(file string, data []byte, l *diag.List) {
	of := map[string]int{}
	lines(data, func(n int, line string) {
		at, whole := diag.Pos{File: file, Line: n, Col: 1}, line
		if s.Quantiles == nil {
			s.Quantiles = header(line)
			if s.Quantiles == nil {
				l.Report(RuleHeader, at, whole, "the quantiles cannot be read").Expected = "* ... NQ= 3 QU= 5 50 95"
				s.Quantiles = []float64{}
			}
			return
		}
		if len(s.Quantiles) == 0 {
			return
		}
		cut(&line, wNumber)
		expert := cut(&line, wExpert)
		num, err := strconv.Atoi(cut(&line, wNumber))
		name := cut(&line, wItem)
		log, known := scale(cut(&line, wScale))
		fields := strings.Fields(line)
		if err != nil || !known || expert == "" || len(fields) < len(s.Quantiles) {
			l.Report(RuleLine, at, whole, "this is no line of assessments").Expected = "number, expert, item number, item, UNI or LOG, " + strconv.Itoa(len(s.Quantiles)) + " quantiles"
			return
		}
		if num < 1 || num > len(s.Items) || s.Items[num-1].Log != log {
			l.Report(RuleItem, at, whole, "item %d (%s) is not among the realisations, or has another scale there", num, name)
			return
		}
		var qs []float64
		missing := false
		for _, f := range fields[:len(s.Quantiles)] {
			v, ok := number(f)
			if !ok {
				l.Report(RuleLine, at, f, "%q is no number", f)
				return
			}
			missing = missing || v <= unknown
			qs = append(qs, v)
		}
		e, ok := of[expert]
		if !ok {
			e = len(s.Experts)
			of[expert] = e
			s.Experts = append(s.Experts, Expert{Name: expert, Assessment: make([][]float64, len(s.Items))})
		}
		if missing {
			return
		}
		if !slices.IsSorted(qs) || log && qs[0] <= 0 {
			l.Report(RuleQuantile, at, whole, "the quantiles of %q for %q do not rise, or are not positive on a LOG scale", expert, name).Expected = "rising quantiles"
			return
		}
		if s.Experts[e].Assessment[num-1] != nil {
			l.Report(RuleItem, at, whole, "%q assesses item %d twice", expert, num)
			return
		}
		s.Experts[e].Assessment[num-1] = qs
	})
}

// header reads "NQ= 3 QU= 5 50 95", nil when it cannot.
func header(line string) []float64 {
	_, counts, ok := strings.Cut(line, "NQ=")
	if !ok {
		return nil
	}
	count, rest, ok := strings.Cut(counts, "QU=")
	n, err := strconv.Atoi(strings.TrimSpace(count))
	fields := strings.Fields(rest)
	if !ok || err != nil || n < 1 || len(fields) < n {
		return nil
	}
	var out []float64
	for _, f := range fields[:n] {
		v, ok := number(f)
		if !ok || v <= 0 || v >= 100 || len(out) > 0 && v/100 <= out[len(out)-1] {
			return nil
		}
		out = append(out, v/100)
	}
	return out
}

func number(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

func scale(s string) (log, ok bool) {
	switch strings.ToUpper(s) {
	case "LOG":
		return true, true
	case "UNI":
		return false, true
	}
	return false, false
}
