package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/casefile"
)

// versionInfo is what the program knows of itself.
type versionInfo struct {
	Version    string `json:"version"`
	Commit     string `json:"commit,omitempty"`
	Modified   bool   `json:"modified,omitempty"`
	Go         string `json:"go"`
	Platform   string `json:"platform"`
	CaseFormat int    `json:"case_format"`
}

func version() versionInfo {
	v := versionInfo{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, CaseFormat: casefile.Format}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

// versionText names the program in what it writes: "astara v0.1.0".
func versionText() string { return "astara " + version().Version }

func versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit and the format versions",
		Args:  cobra.NoArgs,
	}
	format := formatFlag(cmd, "text", "json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		v := version()
		if *format == "json" {
			return writeJSON(cmd.OutOrStdout(), v)
		}
		commit := ""
		if v.Commit != "" {
			commit = ", commit " + v.Commit[:min(12, len(v.Commit))]
			if v.Modified {
				commit += " (modified)"
			}
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "astara %s%s, %s %s, case format %d\n", v.Version, commit, v.Go, v.Platform, v.CaseFormat)
		return err
	}
	return cmd
}
