// Command astara answers what a pact between states, or its breakdown, does to
// the corridors of a region. It holds flags and exit codes; the work is done by
// the packages of the module.
//
// Exit codes: 0 ok, 1 fault, 2 input, 3 not converged, 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes of every command.
const (
	exitOK           = 0
	exitFault        = 1
	exitInput        = 2
	exitNotConverged = 3
	exitInterrupted  = 130
)

// errInput says that diagnostics have been printed and the user's files are at
// fault; nothing more is to be said.
var errInput = errors.New("the input has errors")

// errNotConverged says that results were written but some did not converge.
var errNotConverged = errors.New("not converged")

// usageError is a wrong flag or argument: input of the user, too.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func main() {
	collectOften()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments.
func run(args []string, in io.Reader, out, errw io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second interrupt ends the program at once: the default handler is back
	// as soon as the first one has been seen.
	go func() { <-ctx.Done(); stop() }()

	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	return exitCode(root.ExecuteContext(ctx), errw)
}

// exitCode prints what is left to say about err and gives the exit code.
func exitCode(err error, errw io.Writer) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInput):
		return exitInput
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(errw, "astara: interrupted; what the cache holds by now is kept, and a run with the cache goes on from there")
		return exitInterrupted
	case errors.Is(err, errNotConverged):
		fmt.Fprintln(errw, "astara:", err)
		return exitNotConverged
	case errors.As(err, &usage):
		fmt.Fprintln(errw, "astara:", err)
		return exitInput
	case errors.Is(err, syscall.EPIPE):
		return exitOK // the reader of our output has seen enough
	default:
		fmt.Fprintln(errw, "astara:", err)
		return exitFault
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "astara",
		Short: "What a pact between states does to the corridors of a region",
		Long: `astara reads a case (a folder of text files: states, agreements, what experts
said, networks, trade), solves every world the case allows, and answers with
numbers, ranges and maps, each traceable to the figure or quote behind it.

CASE is the name of a shipped case (caucasus) or a path with a separator (./mycase).`,
		SilenceErrors: true,
		SilenceUsage:  true,
		// Unknown commands are input of the user like unknown flags.
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%s; see '%s --help'", plainFlag(err.Error()), cmd.CommandPath())}
	})
	for _, c := range commands() {
		args := c.Args
		c.Args = func(cmd *cobra.Command, got []string) error {
			if args == nil {
				return nil
			}
			if err := args(cmd, got); err != nil {
				return usageError{fmt.Errorf("%w; usage: %s", err, cmd.UseLine())}
			}
			return nil
		}
		root.AddCommand(c)
	}
	return root
}

// numberFlag finds what the library of flags says of a text that is no number.
var numberFlag = regexp.MustCompile(`strconv\.Parse(Int|Uint|Float|Bool): parsing "(?:[^"\\]|\\.)*": (.*)$`)

// plainFlag says in plain words what is wrong with the value of a flag.
func plainFlag(message string) string {
	return numberFlag.ReplaceAllStringFunc(message, func(s string) string {
		m := numberFlag.FindStringSubmatch(s)
		switch {
		case m[2] == "value out of range":
			return "too large or too small"
		case m[1] == "Uint":
			return "expected a whole number of 0 or more"
		case m[1] == "Int":
			return "expected a whole number"
		case m[1] == "Bool":
			return "expected true or false"
		}
		return "expected a number"
	})
}
