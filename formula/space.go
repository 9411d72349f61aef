// Package formula holds variables, worlds and propositions about them.
//
// A [Variable] has 2 to 5 states. A [World] is one state for each variable of a
// [Space], coded as one number in mixed radix, variable 0 slowest. A
// proposition [Prop] is a set of worlds written by people:
//
//	rasht_astara=built and (sanctions in {as_2024, eased} or not pact=in_force)
//
// Inside, a proposition is a reduced ordered multi-valued decision diagram over
// the variables in the order of the space (T. Kam, T. Villa, R. K. Brayton and
// A. L. Sangiovanni-Vincentelli, "Multi-valued decision diagrams: theory and
// applications", Multiple-Valued Logic 4, 1998; after R. E. Bryant's binary
// diagrams, IEEE Trans. Computers C-35, 1986). Two propositions mean the same
// if and only if their diagrams are equal, so equality, implication and
// emptiness are decided exactly. [Prop.String] prints the diagram by rules that
// look at nothing else, so equal meaning and equal string are the same thing.
//
// All types are immutable once made and safe for concurrent use.
package formula

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/astara-corridors/astara/diag"
)

// The limits of a space.
const (
	MinStates = 2
	MaxStates = 5
	MaxSize   = 1 << 31 // worlds of the full product
	MaxWorlds = 1 << 20 // worlds after facts that a case may enumerate
)

// Variable is something that may turn out in several ways.
type Variable struct {
	ID, Name string
	Kind     string   // act, event, position, fact
	States   []string // 2 to 5 names
	Baseline int      // index of the state of the baseline world
	Pos      diag.Pos
}

// Space is the ordered list of the variables of a case.
type Space struct {
	vars    []Variable
	index   map[string]int
	strides []uint32 // code step of one state of each variable
	size    uint64
}

// World is the code of a world in the full product of the states.
type World uint32

// NewSpace checks the variables and returns their space. The error joins all
// problems: an id or state that is empty, malformed, a word of the grammar or
// there twice; too few or too many states; a baseline that is no state; more
// than [MaxSize] worlds.
func NewSpace(vars []Variable) (*Space, error) {
	s := &Space{vars: append([]Variable(nil), vars...), index: map[string]int{}, strides: make([]uint32, len(vars)), size: 1}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("formula: "+format, args...)) }
	for i := range s.vars {
		v := &s.vars[i]
		v.States = append([]string(nil), v.States...)
		if err := CheckID(v.ID); err != nil {
			bad("variable %d: %v", i+1, err)
		}
		if _, twice := s.index[v.ID]; twice {
			bad("variable %q is there twice", v.ID)
		}
		s.index[v.ID] = i
		if n := len(v.States); n < MinStates || n > MaxStates {
			bad("variable %q has %d states, from %d to %d are allowed", v.ID, n, MinStates, MaxStates)
		}
		seen := map[string]bool{}
		for _, st := range v.States {
			if err := CheckState(st); err != nil {
				bad("variable %q: %v", v.ID, err)
			}
			if seen[st] {
				bad("variable %q has the state %q twice", v.ID, st)
			}
			seen[st] = true
		}
		if v.Baseline < 0 || v.Baseline >= len(v.States) {
			bad("variable %q: baseline %d is no index of its %d states", v.ID, v.Baseline, len(v.States))
		}
	}
	for i := len(s.vars) - 1; i >= 0 && len(errs) == 0; i-- {
		s.strides[i] = uint32(s.size)
		s.size *= uint64(len(s.vars[i].States))
		if s.size > MaxSize {
			bad("the states multiply to more than %d worlds", uint64(MaxSize))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return s, nil
}

// wordRune reports whether r may stand in an id or a state.
func wordRune(r rune) bool {
	return r == '_' || r == '.' || r == '-' || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

var reserved = map[string]bool{"and": true, "or": true, "not": true, "in": true, "true": true, "false": true}

// CheckState returns an error when text cannot name a state: it must be made
// of letters, digits, "_", "." and "-" and be no word of the grammar.
func CheckState(text string) error {
	switch {
	case text == "":
		return errors.New("an empty name")
	case reserved[text]:
		return fmt.Errorf("%q is a word of the grammar of propositions", text)
	}
	for _, r := range text {
		if !wordRune(r) {
			return fmt.Errorf("%q: %q may not stand in a name", text, string(r))
		}
	}
	return nil
}

// CheckID returns an error when text cannot be the id of a variable: a name as
// in [CheckState], or one with arguments such as "position(IR,zangezur)",
// without spaces.
func CheckID(text string) error {
	name, args, has := strings.Cut(text, "(")
	if err := CheckState(name); err != nil || !has {
		return err
	}
	args, closed := strings.CutSuffix(args, ")")
	if !closed {
		return fmt.Errorf("%q: the parenthesis is not closed", text)
	}
	for a := range strings.SplitSeq(args, ",") {
		if err := CheckState(a); err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
	}
	return nil
}

// Vars returns the variables in order. The slice belongs to the space.
func (s *Space) Vars() []Variable { return s.vars }

// Index returns the number of the variable with the id.
func (s *Space) Index(id string) (int, bool) {
	i, ok := s.index[id]
	return i, ok
}

// StateIndex returns the number of a state of variable v by name.
func (s *Space) StateIndex(v int, state string) (int, bool) {
	for i, st := range s.vars[v].States {
		if st == state {
			return i, true
		}
	}
	return 0, false
}

// Size returns the number of worlds of the full product; 1 without variables.
func (s *Space) Size() uint64 { return s.size }

// State returns the state of variable v in world w.
func (s *Space) State(w World, v int) int {
	return int(uint32(w) / s.strides[v] % uint32(len(s.vars[v].States)))
}

// With returns w with variable v in state st.
func (s *Space) With(w World, v, st int) World {
	if st < 0 || st >= len(s.vars[v].States) {
		panic(fmt.Sprintf("formula: variable %q has no state %d", s.vars[v].ID, st))
	}
	return World(uint32(w) + (uint32(st)-uint32(s.State(w, v)))*s.strides[v])
}

// Baseline returns the world with every variable at its baseline.
func (s *Space) Baseline() World {
	w := World(0)
	for i, v := range s.vars {
		w += World(uint32(v.Baseline) * s.strides[i])
	}
	return w
}

// baselineName is how [Space.Format] writes the baseline world.
const baselineName = "baseline"

// Format names a world by the variables that are off their baseline, in the
// order of the space: "pact=in_force,zangezur=closed"; "baseline" when none
// is. [Space.ParseWorld] reads it back.
func (s *Space) Format(w World) string {
	if text := s.format(w, false); text != "" {
		return text
	}
	return baselineName
}

// FormatAll names a world by the states of all its variables.
func (s *Space) FormatAll(w World) string { return s.format(w, true) }

func (s *Space) format(w World, all bool) string {
	var b strings.Builder
	for i, v := range s.vars {
		st := s.State(w, i)
		if !all && st == v.Baseline {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v.ID + "=" + v.States[st])
	}
	return b.String()
}

// ParseWorld reads "pact=in_force,zangezur=closed"; variables it does not name
// are at their baseline, and "" or "baseline" is the baseline world. The error
// joins all problems.
func (s *Space) ParseWorld(text string) (World, error) {
	w := s.Baseline()
	if t := strings.TrimSpace(text); t == "" || t == baselineName {
		return w, nil
	}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	named := map[int]bool{}
	for _, part := range splitWorld(text) {
		id, state, ok := strings.Cut(part, "=")
		id, state = strings.TrimSpace(id), strings.TrimSpace(state)
		if !ok {
			bad("world %q: %q is not variable=state", text, strings.TrimSpace(part))
			continue
		}
		v, ok := s.index[id]
		if !ok {
			bad("world %q: no variable %q%s", text, id, didYouMean(id, s.ids()))
			continue
		}
		st, ok := s.StateIndex(v, state)
		if !ok {
			bad("world %q: variable %s has no state %q, it has %s%s", text, id, state,
				strings.Join(s.vars[v].States, ", "), didYouMean(state, s.vars[v].States))
			continue
		}
		if named[v] {
			bad("world %q: variable %s is named twice", text, id)
		}
		named[v] = true
		w = s.With(w, v, st)
	}
	if len(errs) > 0 {
		return 0, errors.Join(errs...)
	}
	return w, nil
}

// splitWorld cuts at commas outside parentheses.
func splitWorld(text string) []string {
	var parts []string
	depth, start := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, text[start:])
}

func (s *Space) ids() []string {
	ids := make([]string, len(s.vars))
	for i, v := range s.vars {
		ids[i] = v.ID
	}
	return ids
}

func didYouMean(word string, options []string) string {
	if near := diag.Nearest(word, options); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}
