//go:build !unix

package world

const (
	limitEnv = "ASTARA_WORLD_LIMIT"
	canLimit = false
)

func limitFileSize() {}
