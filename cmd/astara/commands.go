package main

import "github.com/spf13/cobra"

// commands lists the commands of the program, one file each.
func commands() []*cobra.Command {
	return []*cobra.Command{
		answerCommand(), checkCommand(), worldsCommand(), flowsCommand(), routesCommand(), compareCommand(),
		demandCommand(), calibrateCommand(), backtestCommand(), exportCommand(), initCommand(), schemaCommand(), versionCommand(),
		assignCommand(), opfCommand(), n1Command(), ptdfCommand(), gasCommand(), convertCommand(), conflictsCommand(), believeCommand(), ledgerCommand(), attachCommand(), scoreCommand(), discoverCommand(), serveCommand(), backupCommand(),
	}
}
