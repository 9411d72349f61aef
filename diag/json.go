package diag

import (
	"bytes"
	"encoding/json"
)

// JSONFormat is the version of the JSON form of a list. It grows when a field
// changes its meaning or goes away, not when one is added.
const JSONFormat = 1

type jsonPos struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
	Len  int    `json:"len,omitempty"`
}

type jsonDiagnostic struct {
	Rule     string `json:"rule"`
	Name     string `json:"name"`
	Severity string `json:"severity"`
	jsonPos
	Text     string    `json:"text,omitempty"`
	Message  string    `json:"message"`
	Expected string    `json:"expected,omitempty"`
	Hint     string    `json:"hint,omitempty"`
	Also     []jsonPos `json:"also,omitempty"`
}

type jsonList struct {
	Format      int              `json:"format"`
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
	Notes       int              `json:"notes"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
}

// JSON returns the list as one JSON object with the keys format, errors,
// warnings, notes and diagnostics (in the order of [List.All]). Unknown parts
// of a place are left out. The bytes depend on the diagnostics alone.
func (l *List) JSON() ([]byte, error) {
	out := jsonList{
		Format: JSONFormat, Errors: l.Count(Error), Warnings: l.Count(Warning), Notes: l.Count(Note),
		Diagnostics: []jsonDiagnostic{},
	}
	for _, d := range l.All() {
		j := jsonDiagnostic{
			Rule: d.Rule.ID, Name: d.Rule.Name, Severity: d.Rule.Severity.String(), jsonPos: jsonPos(d.Pos),
			Text: d.Text, Message: d.Message, Expected: d.Expected, Hint: d.Hint,
		}
		for _, p := range d.Also {
			j.Also = append(j.Also, jsonPos(p))
		}
		out.Diagnostics = append(out.Diagnostics, j)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
