package par

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEveryIndexOnceWhateverTheWorkers(t *testing.T) {
	for _, workers := range []int{-1, 0, 1, 2, 7, 100} {
		for _, n := range []int{0, 1, 2, 50} {
			out := make([]int, n)
			if err := Do(context.Background(), workers, n, func(_, i int) error { out[i] += i + 1; return nil }); err != nil {
				t.Fatal(err)
			}
			for i, v := range out {
				if v != i+1 {
					t.Fatalf("workers %d, n %d: slot %d holds %d", workers, n, i, v)
				}
			}
		}
	}
}

func TestWorkersAreBoundedAndExclusive(t *testing.T) {
	const workers = 3
	var busy [workers]atomic.Int32
	err := Do(context.Background(), workers, 200, func(w, _ int) error {
		if busy[w].Add(1) != 1 {
			return fmt.Errorf("worker %d runs twice at once", w)
		}
		runtime.Gosched()
		busy[w].Add(-1)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLowestFailureWins(t *testing.T) {
	// 5 fails late, 7 at once: 5 must win however the two are timed.
	for _, workers := range []int{1, 2, 8} {
		err := Do(context.Background(), workers, 100, func(_, i int) error {
			switch i {
			case 5:
				time.Sleep(5 * time.Millisecond)
				return errors.New("five")
			case 7:
				return errors.New("seven")
			}
			return nil
		})
		if err == nil || err.Error() != "five" {
			t.Errorf("workers %d: %v", workers, err)
		}
	}
}

func TestNothingStartsAfterAFailure(t *testing.T) {
	var calls atomic.Int32
	err := Do(context.Background(), 1, 1000, func(_, i int) error {
		calls.Add(1)
		if i == 3 {
			return errors.New("three")
		}
		return nil
	})
	if err == nil || calls.Load() != 4 {
		t.Errorf("%d calls, %v", calls.Load(), err)
	}
}

func TestPanicBecomesAnError(t *testing.T) {
	cause := errors.New("cause")
	for _, workers := range []int{1, 4} {
		err := Do(context.Background(), workers, 10, func(_, i int) error {
			if i == 2 {
				panic(cause)
			}
			return nil
		})
		var p *PanicError
		if !errors.As(err, &p) || p.Index != 2 || !errors.Is(err, cause) {
			t.Fatalf("workers %d: %v", workers, err)
		}
		if text := err.Error(); !strings.Contains(text, "task 2 panicked: cause") || !strings.Contains(text, "TestPanicBecomesAnError") {
			t.Errorf("message without task or stack: %s", text)
		}
	}
}

func TestGoexitBecomesAnError(t *testing.T) {
	err := Do(context.Background(), 2, 4, func(_, i int) error {
		if i == 1 {
			runtime.Goexit()
		}
		return nil
	})
	var p *PanicError
	if !errors.As(err, &p) || p.Index != 1 || p.Value != nil || !strings.Contains(err.Error(), "ended its goroutine") {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	why := errors.New("the user had enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	var calls atomic.Int32
	err := Do(ctx, 2, 1000, func(_, i int) error {
		if calls.Add(1) == 10 {
			cancel(why)
		}
		return nil
	})
	if !errors.Is(err, why) {
		t.Errorf("got %v, want the cause", err)
	}
	if n := calls.Load(); n > 12 {
		t.Errorf("%d calls, cancelled at 10", n)
	}
	if err := Do(ctx, 2, 0, nil); err != nil {
		t.Errorf("nothing to do is done: %v", err)
	}
}

func TestCancelAfterTheLastTaskIsSuccess(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	if err := Do(ctx, 1, 3, func(_, i int) error {
		if i == 2 {
			cancel()
		}
		return nil
	}); err != nil {
		t.Errorf("all tasks succeeded, got %v", err)
	}
	cancel()
}

func ExampleDo() {
	squares := make([]int, 5)
	err := Do(context.Background(), 2, len(squares), func(_, i int) error {
		squares[i] = i * i
		return nil
	})
	fmt.Println(squares, err)
	// Output: [0 1 4 9 16] <nil>
}
