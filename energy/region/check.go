package region

import (
	"strings"

	"github.com/astara-corridors/astara/diag"
)

func joinNames(names []string) string { return strings.Join(names, ", ") }

// Check reports every problem of a spec in one pass.
func Check(s *Spec, l *diag.List) {}
