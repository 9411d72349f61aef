package casefile

// Known reports whether a file at this path inside a case's folder is read as a part
// of the case.
func Known(path string) bool { return knownFile(path) }

// KnownFolder reports whether a folder at this path inside a case's folder may hold
// parts of the case. Others are not looked into.
func KnownFolder(path string) bool { return path == "." || knownFolder(path) }
