package casefile

// Known reports whether a file at this path inside a case's folder is read as a part
// of the case.
func Known(path string) bool { return knownFile(path) }
