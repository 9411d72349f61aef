package server

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNotesViewsAndWords(t *testing.T) {
	data := t.TempDir()
	u := start(t, Options{Data: data})
	api := u + base + "/cases/caucasus"
	post := func(at, body string, into any) int {
		t.Helper()
		status, _, got := do(t, "POST", at, body, "Content-Type", "application/json")
		if into != nil {
			if err := json.Unmarshal([]byte(got), into); err != nil {
				t.Fatal(status, got, err)
			}
		}
		return status
	}
	get := func(at string, into any) {
		t.Helper()
		status, _, got := do(t, "GET", at, "")
		if err := json.Unmarshal([]byte(got), into); err != nil || status != 200 {
			t.Fatal(status, got, err)
		}
	}
	var n Note
	if status := post(api+"/notes", `{"target":"claim/arkov-impulse","text":"ask again"}`, &n); status != 200 || n.ID == 0 {
		t.Fatal(status, n)
	}
	if status := post(api+"/notes", fmt.Sprintf(`{"id":%d,"text":"asked"}`, n.ID), nil); status != 200 {
		t.Error(status)
	}
	if status := post(api+"/notes", `{"id":12345,"text":"x"}`, nil); status != 404 {
		t.Error("a note that is not there was changed:", status)
	}
	if status := post(api+"/notes", `{"text":""}`, nil); status != 422 {
		t.Error("an empty note:", status)
	}
	var notes []Note
	get(api+"/notes", &notes)
	if len(notes) != 1 || notes[0].Text != "asked" || notes[0].Target != "claim/arkov-impulse" {
		t.Errorf("%+v", notes)
	}
	var v, again SavedView
	if status := post(api+"/views", `{"address":"#/caucasus/map?world=zangezur","about":"for the meeting"}`, &v); status != 201 || len(v.ID) != 8 {
		t.Fatal(status, v)
	}
	get(u+base+"/views/"+v.ID, &again)
	if again != v {
		t.Errorf("%+v, want %+v", again, v)
	}
	var found []Found
	get(api+"/find?q=zangez+rail", &found)
	if len(found) == 0 || !strings.Contains(strings.ToLower(fmt.Sprint(found)), "zangez") {
		t.Errorf("%+v", found)
	}
	for _, q := range []string{"", "%22", "NEAR(a%20b)", "*", "a%20OR%20b", "-x", "col:x"} {
		get(api+"/find?q="+q, &found)
	}
	// A backup of a database in use is whole, and is not written over anything.
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := Backup(data, to); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v %v", info, err)
	}
	if err := Backup(data, to); err == nil {
		t.Error("a backup has replaced a file")
	}
	other := t.TempDir()
	if err := os.Rename(to, filepath.Join(other, StateFile)); err != nil {
		t.Fatal(err)
	}
	s, err := openState(other)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if got, err := s.notes(t.Context(), "caucasus"); err != nil || len(got) != 1 {
		t.Error(got, err)
	}
}

func TestDamagedState(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"not a database":  func([]byte) []byte { return []byte(strings.Repeat("no database ", 500)) },
		"a page of zeros": func(b []byte) []byte { clear(b[4096:8192]); return b },
	} {
		dir := t.TempDir()
		s, err := openState(dir)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 200 {
			if _, err := s.keepNote(t.Context(), Note{Case: "c", Text: strings.Repeat("text ", 50) + fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
		s.close()
		path := filepath.Join(dir, StateFile)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, damage(b), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := openState(dir); err == nil {
			s.close()
			t.Errorf("%s: opened", name)
		} else if !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRuns(t *testing.T) {
	s, err := openState(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for _, text := range []string{`{"a":1}`, `{"a":2}`} {
		if err := s.keepRun(t.Context(), RunInfo{Hash: "h", Case: "c", Title: "t"}, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.runs(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if b, err := s.run(t.Context(), "h"); err != nil || string(b) != `{"a":2}` {
		t.Errorf("%s %v", b, err)
	}
}
