package answer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/casefile"
)

// stateText says that a variable is in one of some states, or with not in none of them,
// as it stands after "where" or "if": the Russia-Iran treaty is in force, “Gas
// Russia-Armenia” is stopped, Iran's stand is “oppose”, “Strikes on Iran” comes about. An
// act goes by its name as a thing, a position by what somebody does, all others by
// their titles. The app says it alike (web/src/conditions.ts).
func stateText(c *casefile.Case, v *casefile.Variable, states []string, not bool) string {
	if rest := othersOf(v, states); not && len(rest) > 0 && len(rest) < 3 {
		states, not = rest, false
	}
	name, _, _ := strings.Cut(nameOr(v.Name, v.ID), " (")
	title := "“" + name + "”"
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = properWords(c, s)
		if v.Kind == "position" {
			names[i] = "“" + names[i] + "”"
		}
	}
	is := " is "
	if not {
		is = " is not "
	}
	only := ""
	if len(states) == 1 {
		only = states[0]
	}
	switch {
	case isAct(*v) && only == "none" && !not:
		return "there is no " + strings.TrimPrefix(withArticle(name), "the ")
	case isAct(*v):
		return withArticle(name) + is + enumerate(names, "or")
	case v.Kind == "position":
		return name + is + enumerate(names, "or")
	case only == "none" && !not:
		return "there is no " + title
	case only == "yes" || only == "no":
		if (only == "yes") == not {
			return title + map[bool]string{true: " is not so", false: " does not come about"}[v.Kind == "fact"]
		}
		return title + map[bool]string{true: " is so", false: " comes about"}[v.Kind == "fact"]
	}
	return title + is + enumerate(names, "or")
}

func othersOf(v *casefile.Variable, states []string) (rest []string) {
	for _, s := range v.States {
		if !slices.Contains(states, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

// withArticle is a name after "the", where it has no article of its own.
func withArticle(name string) string {
	lower := strings.ToLower(name)
	for _, article := range []string{"the ", "a ", "an "} {
		if strings.HasPrefix(lower, article) {
			return name
		}
	}
	return "the " + name
}

// conditionAtom is the part of a condition that speaks of one variable, as
// docs/formats/propositions.md has it.
var conditionAtom = regexp.MustCompile(`([\pL_][\pL\pN_.-]*(?:\([^()]*\))?)\s*(?:(!?=)\s*([\pL\pN_.-]+)|(not\s+)?in\s*\{([^{}]*)\})`)

// conditionText says a condition in the names of a case; what the case has not stays as
// it is written.
func conditionText(c *casefile.Case, text string) string {
	return conditionAtom.ReplaceAllStringFunc(text, func(atom string) string {
		m := conditionAtom.FindStringSubmatch(atom)
		at := slices.IndexFunc(c.Variables, func(v casefile.Variable) bool { return v.ID == strings.ReplaceAll(m[1], " ", "") })
		if at < 0 {
			return atom
		}
		states := []string{m[3]}
		if m[3] == "" {
			states = strings.Split(m[5], ",")
			for i := range states {
				states[i] = strings.TrimSpace(states[i])
			}
		}
		return stateText(c, &c.Variables[at], states, m[2] == "!=" || m[4] != "")
	})
}
