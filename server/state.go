package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite" // the driver
	sqlite3 "modernc.org/sqlite/lib"
)

// state is the database beside the cases: runs, notes and saved views, and an index of
// words that is made anew from the files whenever it is not theirs. Nothing of a case
// lives here alone.
//
// SQLite in WAL mode: a kill leaves the last commit or the one before, and readers
// never wait for a writer.
type state struct{ db *sql.DB }

// schemaVersion is kept in the file; a file of another version is refused, never
// changed in place without a way back.
const schemaVersion = 1

const schema = `
CREATE TABLE run(
	hash TEXT PRIMARY KEY, case_name TEXT NOT NULL, case_hash TEXT NOT NULL, title TEXT NOT NULL, program TEXT NOT NULL,
	finished TEXT NOT NULL, seconds REAL NOT NULL, answer BLOB NOT NULL) STRICT;
CREATE TABLE view(id TEXT PRIMARY KEY, case_name TEXT NOT NULL, address TEXT NOT NULL, about TEXT NOT NULL, made TEXT NOT NULL) STRICT;
CREATE TABLE note(
	id INTEGER PRIMARY KEY, case_name TEXT NOT NULL, target TEXT NOT NULL, text TEXT NOT NULL, made TEXT NOT NULL, changed TEXT NOT NULL) STRICT;
CREATE INDEX note_case ON note(case_name, target);
CREATE TABLE indexed(case_name TEXT PRIMARY KEY, case_hash TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE words USING fts5(case_name UNINDEXED, kind UNINDEXED, id UNINDEXED, title, text, tokenize='unicode61 remove_diacritics 2');
PRAGMA user_version = 1;
`

// StateFile is the name of the database in the data folder.
const StateFile = "state.db"

// openState opens the database of a data folder, makes it when it is not there, and
// checks it. A damaged one is an error that says what to do.
func openState(dir string) (*state, error) {
	path := filepath.Join(dir, StateFile)
	s, err := connect(path)
	if err == nil {
		if err = s.check(); err != nil {
			s.db.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w; move it away (runs, notes and saved views are in it, cases are not) or put a backup in its place", path, err)
	}
	return s, nil
}

// lockFile is the name of the database that tells other servers to keep off a data folder.
// It holds nothing.
const lockFile = "serve.lock"

// ErrInUse is the refusal of a data folder that another server works on.
var ErrInUse = errors.New("another astara serve uses this data folder: end it, or give this one a folder of its own with --data")

// lock takes a data folder for this server. The lock is that of the operating system on
// an open transaction, so it goes with the process, however that ends.
func lock(dir string) (release func(), err error) {
	path := filepath.Join(dir, lockFile)
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=exclusive")
	if err != nil {
		return nil, err
	}
	tx, err := db.Begin()
	if busy := (*sqlite.Error)(nil); errors.As(err, &busy) && busy.Code()&0xff == sqlite3.SQLITE_BUSY {
		err = fmt.Errorf("%w (%s)", ErrInUse, dir)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return func() { tx.Rollback(); db.Close() }, nil
}

func connect(path string) (*state, error) {
	q := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "foreign_keys(1)", "trusted_schema(0)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, err
	}
	return &state{db}, nil
}

func (s *state) check() error {
	var said string
	if err := s.db.QueryRow("PRAGMA quick_check(1)").Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return errors.New(said)
	}
	var version int
	if err := s.db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch version {
	case schemaVersion:
		return nil
	case 0:
		var tables int
		if err := s.db.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
			return err
		}
		if tables > 0 {
			return errors.New("it is a database of another program")
		}
		tx, err := s.db.Begin()
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.Exec(schema); err != nil {
			return err
		}
		return tx.Commit()
	}
	return fmt.Errorf("its version is %d; this program reads %d", version, schemaVersion)
}

func (s *state) close() error { return s.db.Close() }

// Backup writes a copy of the database of a data folder to a new file, also while a
// server uses it.
func Backup(dir, to string) error {
	path := filepath.Join(dir, StateFile)
	if _, err := os.Stat(path); err != nil {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s is there already", to)
	}
	s, err := connect(path)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.db.Exec("VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	return os.Chmod(to, 0o600) // notes are their user's, as the folder of the database is
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }

// RunInfo is an answer that was worked out here.
type RunInfo struct {
	Hash     string  `json:"hash" doc:"of the case's files, the options and the program: the name of the run"`
	Case     string  `json:"case"`
	CaseHash string  `json:"case_hash"`
	Title    string  `json:"title"`
	Program  string  `json:"program"`
	Finished string  `json:"finished"`
	Seconds  float64 `json:"seconds"`
}

// keepRun remembers an answer, as JSON. The same run again is the same row.
func (s *state) keepRun(ctx context.Context, r RunInfo, answer []byte) error {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(answer); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO run VALUES(?,?,?,?,?,?,?,?)
		ON CONFLICT(hash) DO UPDATE SET finished=excluded.finished, answer=excluded.answer`,
		r.Hash, r.Case, r.CaseHash, r.Title, r.Program, now(), r.Seconds, b.Bytes())
	return err
}

// runs lists runs, the newest first.
func (s *state) runs(ctx context.Context) ([]RunInfo, error) {
	return rows(ctx, s.db, func(x *RunInfo) []any {
		return []any{&x.Hash, &x.Case, &x.CaseHash, &x.Title, &x.Program, &x.Finished, &x.Seconds}
	}, "SELECT hash, case_name, case_hash, title, program, finished, seconds FROM run ORDER BY finished DESC, hash LIMIT 1000")
}

// hasRun reports whether a run is listed.
func (s *state) hasRun(ctx context.Context, hash string) (there bool, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM run WHERE hash=?", hash).Scan(&there)
	return there, err
}

// run returns the answer of a run as JSON, or [sql.ErrNoRows].
func (s *state) run(ctx context.Context, hash string) ([]byte, error) {
	var b []byte
	if err := s.db.QueryRowContext(ctx, "SELECT answer FROM run WHERE hash=?", hash).Scan(&b); err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// SavedView is an address of the app under a short name.
type SavedView struct {
	ID      string `json:"id"`
	Case    string `json:"case"`
	Address string `json:"address" doc:"the fragment of the address, with all that the page shows"`
	About   string `json:"about"`
	Made    string `json:"made"`
}

func (s *state) keepView(ctx context.Context, v SavedView) (SavedView, error) {
	var id [5]byte
	rand.Read(id[:])
	v.ID, v.Made = strings.ToLower(base32.StdEncoding.EncodeToString(id[:])), now()
	_, err := s.db.ExecContext(ctx, "INSERT INTO view VALUES(?,?,?,?,?)", v.ID, v.Case, v.Address, v.About, v.Made)
	return v, err
}

func (s *state) views(ctx context.Context, name string) ([]SavedView, error) {
	return rows(ctx, s.db, func(x *SavedView) []any { return []any{&x.ID, &x.Case, &x.Address, &x.About, &x.Made} },
		"SELECT id, case_name, address, about, made FROM view WHERE case_name=? ORDER BY made DESC, id LIMIT 1000", name)
}

func (s *state) view(ctx context.Context, id string) (v SavedView, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT id, case_name, address, about, made FROM view WHERE id=?", id).Scan(&v.ID, &v.Case, &v.Address, &v.About, &v.Made)
	return v, err
}

// Note is a remark of the user on a part of a case.
type Note struct {
	ID      int64  `json:"id"`
	Case    string `json:"case"`
	Target  string `json:"target" doc:"what it is on, as claim/arkov-impulse; empty: the case"`
	Text    string `json:"text"`
	Made    string `json:"made"`
	Changed string `json:"changed"`
}

func (s *state) notes(ctx context.Context, name string) ([]Note, error) {
	return rows(ctx, s.db, func(x *Note) []any { return []any{&x.ID, &x.Case, &x.Target, &x.Text, &x.Made, &x.Changed} },
		"SELECT id, case_name, target, text, made, changed FROM note WHERE case_name=? ORDER BY id", name)
}

// keepNote writes a note, a new one when its id is 0, or changes one, or with no text
// removes it. A note that is not there is [sql.ErrNoRows].
func (s *state) keepNote(ctx context.Context, n Note) (Note, error) {
	n.Changed = now()
	switch {
	case n.ID == 0:
		n.Made = n.Changed
		r, err := s.db.ExecContext(ctx, "INSERT INTO note(case_name, target, text, made, changed) VALUES(?,?,?,?,?)", n.Case, n.Target, n.Text, n.Made, n.Changed)
		if err == nil {
			n.ID, err = r.LastInsertId()
		}
		return n, err
	case n.Text == "":
		return n, one(s.db.ExecContext(ctx, "DELETE FROM note WHERE id=? AND case_name=?", n.ID, n.Case))
	}
	return n, one(s.db.ExecContext(ctx, "UPDATE note SET text=?, changed=? WHERE id=? AND case_name=?", n.Text, n.Changed, n.ID, n.Case))
}

// one is [sql.ErrNoRows] when nothing was changed.
func one(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return sql.ErrNoRows
}

// rows reads all rows of a query into values.
func rows[T any](ctx context.Context, db *sql.DB, into func(*T) []any, query string, args ...any) ([]T, error) {
	r, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	out := []T{}
	for r.Next() {
		var x T
		if err := r.Scan(into(&x)...); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, r.Err()
}
