package server

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// cutOff is what a job that the end of the server has stopped says of itself.
const cutOff = "astara serve ended before this was done; what was solved is kept, and asking again goes on from there"

// noted is a job as it is written down: a file a job that waits or runs. Progress is
// not written, so a job that was cut off knows what it was and not how far it was.
type noted struct {
	Job Job    `json:"job"`
	Key string `json:"key"`
}

func (q *jobs) file(id string) string { return filepath.Join(q.dir, id+".json") }

// note writes a job down. A disk that refuses is no reason not to solve.
func (q *jobs) note(e *entry) {
	if q.dir == "" {
		return
	}
	b, err := json.Marshal(noted{e.Job, e.key})
	if err == nil {
		err = os.MkdirAll(q.dir, 0o700)
	}
	if err == nil {
		err = writeFile(q.file(e.ID), 0o600, b)
	}
	if err != nil {
		q.log.Warn("a job cannot be written down; after a crash nothing would be known of it", "error", err)
	}
}

// cross removes what was written down of a job.
func (q *jobs) cross(id string) {
	if q.dir == "" {
		return
	}
	if err := os.Remove(q.file(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		q.log.Warn("a finished job cannot be removed from those written down", "error", err)
	}
}

// recover reads what the last server of this folder has left undone.
func (q *jobs) recover() {
	if q.dir == "" {
		return
	}
	entries, err := os.ReadDir(q.dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			q.log.Warn("the jobs that were cut off cannot be read", "error", err)
		}
		return
	}
	for _, f := range entries {
		id, ok := strings.CutSuffix(f.Name(), ".json")
		if !ok {
			continue
		}
		var n noted
		b, err := os.ReadFile(q.file(id))
		if err == nil {
			err = json.Unmarshal(b, &n)
		}
		if err != nil || n.Job.ID != id {
			q.log.Warn("what was written down of a job cannot be read", "file", f.Name(), "error", err)
			continue
		}
		n.Job.State, n.Job.Problem, n.Job.Finished = CutOff, cutOff, time.Now().UTC()
		q.all = append(q.all, &entry{Job: n.Job, key: n.Key})
	}
	slices.SortStableFunc(q.all, func(a, b *entry) int { return a.Asked.Compare(b.Asked) })
	q.forget()
}
