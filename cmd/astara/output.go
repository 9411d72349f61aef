package main

import (
	"io"

	"github.com/astara-corridors/astara"
)

// writeJSON writes v as indented JSON with a final newline.
func writeJSON(w io.Writer, v any) error { return astara.WriteJSON(w, v) }
