package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/server"
	"github.com/astara-corridors/astara/web"
)

func serveCommand() *cobra.Command {
	var solve solveFlags
	var addr, cert, key, data string
	var open bool
	cmd := &cobra.Command{
		Use:   "serve [CASE...]",
		Short: "Open the web app over one or more cases",
		Long: `Serve the web app on this machine: maps, worlds, beliefs, evidence, agreements, countries and
chains of the cases given (all shipped ones without any), and forms to change them. Your own copies
of cases are always there; one server at a time uses the folder they lie in (--data gives another one
its own).

Only this machine can reach it, unless --addr says otherwise; then a token (in ASTARA_TOKEN) and a TLS
certificate are demanded. Nothing is loaded from elsewhere: it works with the cable pulled.`,
		Example:           "  astara serve --open\n  astara serve caucasus ./mycase\n  ASTARA_TOKEN=... astara serve --addr 10.0.0.5:8420 --cert cert.pem --key key.pem",
		ValidArgsFunction: completeCase,
	}
	solve.add(cmd)
	f := cmd.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:8420", "address to listen on; port 0 takes a free one")
	f.BoolVar(&open, "open", false, "open the browser")
	f.StringVar(&cert, "cert", "", "TLS certificate, PEM")
	f.StringVar(&key, "key", "", "key of the certificate, PEM")
	f.StringVar(&data, "data", "", "folder of your copies of cases, their history and notes (default: the user's data folder)")
	cmd.MarkFlagsRequiredTogether("cert", "key")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p := newProgress(cmd.ErrOrStderr(), true)
		defer p.close()
		o, err := solve.options(cmd, p)
		if err != nil {
			return err
		}
		for _, name := range args {
			if _, err := openCase(name); err != nil {
				return err
			}
		}
		app, err := web.Files()
		if err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "astara: %v\n", err)
		}
		s, err := server.New(server.Options{
			Cases: args, Data: data, Cache: o.Cache, Workers: o.Workers, Token: os.Getenv("ASTARA_TOKEN"), CertFile: cert, KeyFile: key,
			Version: versionText(), App: app, Log: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		})
		if err != nil {
			return usageError{err}
		}
		l, err := s.Listen(addr)
		if errors.Is(err, server.ErrUnsafe) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		url := s.URL(l)
		fmt.Fprintf(cmd.OutOrStdout(), "astara is at %s (Ctrl-C ends it)\n", url)
		if os.Getenv("ASTARA_TOKEN") != "" {
			fmt.Fprintln(cmd.OutOrStdout(), "Each browser is let in once by ?token= and the token of ASTARA_TOKEN behind that address.")
		}
		if open {
			if err := openBrowser(url); err != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "astara: no browser could be opened: %v\n", err)
			}
		}
		return s.Serve(cmd.Context(), l)
	}
	return cmd
}

// openBrowser asks the desktop to open an address.
func openBrowser(url string) error {
	var c *exec.Cmd
	switch runtime.GOOS {
	case "windows":
		c = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case "darwin":
		c = exec.Command("open", url)
	default:
		c = exec.Command("xdg-open", url)
	}
	if err := c.Start(); err != nil {
		return err
	}
	go c.Wait() // the desktop's opener ends by itself
	return nil
}
