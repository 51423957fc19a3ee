package hdr

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// served is a listening store of records, and its address.
func served(t *testing.T) (*numbered, string) {
	t.Helper()
	n := newNumbered()
	n.within = 20 * time.Millisecond
	address, err := n.listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return n, "http://" + address.String()
}

func write(t *testing.T, n *numbered, from, to int) {
	t.Helper()
	for i := from; i <= to; i++ {
		if _, err := fmt.Fprintf(n, "{\"type\":\"interval\",\"second\":%d}\n", i); err != nil {
			t.Fatal(err)
		}
	}
}

// fetch returns the numbers of the records after `after`, each of which must be that of its content.
func fetch(t *testing.T, url string, after int) []int {
	t.Helper()
	answer, err := http.Get(fmt.Sprintf("%s/records?after=%d", url, after))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	var first struct {
		Engine string
		NowMs  int64
	}
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &first) != nil || first.Engine == "" || first.NowMs == 0 {
		t.Fatalf("got %s with %q", answer.Status, lines.Text())
	}
	numbers := []int{}
	for lines.Scan() {
		var line struct {
			Seq    int
			Record struct{ Second int }
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Seq != line.Record.Second {
			t.Fatalf("got %q, %v", lines.Text(), err)
		}
		numbers = append(numbers, line.Seq)
	}
	return numbers
}

func expectNumbers(t *testing.T, got []int, want ...int) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("expected the records %v, got %v", want, got)
	}
}

func TestARecordIsKeptUntilItsReaderHasIt(t *testing.T) {
	n, url := served(t)
	write(t, n, 1, 3)
	expectNumbers(t, fetch(t, url, 0), 1, 2, 3)
	expectNumbers(t, fetch(t, url, 0), 1, 2, 3) // the first answer was lost
	write(t, n, 4, 4)
	expectNumbers(t, fetch(t, url, 2), 3, 4)
	expectNumbers(t, fetch(t, url, 4))
	write(t, n, 5, 5)
	expectNumbers(t, fetch(t, url, 1), 5) // a reader that forgot what it had: the gap shows it
}

func TestARequestWaitsForTheNextRecord(t *testing.T) {
	n, url := served(t)
	n.within = time.Minute
	go func() { time.Sleep(20 * time.Millisecond); _, _ = fmt.Fprintln(n, `{"second":1}`) }()
	expectNumbers(t, fetch(t, url, 0), 1)
}

func TestWhatNoReaderCanHaveIsRefused(t *testing.T) {
	n, url := served(t)
	write(t, n, 1, 2)
	for query, want := range map[string]int{
		"?after=3": http.StatusConflict, "?after=-1": http.StatusBadRequest, "?after=x": http.StatusBadRequest, "": http.StatusBadRequest,
	} {
		answer, err := http.Get(url + "/records" + query)
		if err != nil || answer.StatusCode != want {
			t.Errorf("%q: expected %d, got %v, %v", query, want, answer.Status, err)
		}
	}
}

func TestRecordsThatNobodyFetchesEndTheRun(t *testing.T) {
	n := newNumbered()
	write(t, n, 1, maxWaitingRecords)
	if _, err := n.Write([]byte("{}\n")); err == nil || !strings.Contains(err.Error(), "nobody has fetched the last 300 records") {
		t.Errorf("got %v", err)
	}
}

func TestTheEngineLingersUntilItsEndHasArrived(t *testing.T) {
	n, url := served(t)
	b := newBench(t, n)
	b.output.linger = func() { n.waitUntilRead(time.Minute) }
	if err := b.output.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- b.output.Stop() }()
	last := 0
	until(t, "an end record", func() bool {
		n.mutex.Lock()
		defer n.mutex.Unlock()
		last = int(n.done) + len(n.lines)
		return strings.Contains(string(n.lines[len(n.lines)-1]), `"type":"end"`)
	})
	select {
	case <-stopped:
		t.Fatal("it ended before its records had arrived")
	default:
	}
	go func() { _, _ = http.Get(fmt.Sprintf("%s/records?after=%d", url, last)) }()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestTheEngineLingersNotForEver(t *testing.T) {
	n := newNumbered()
	write(t, n, 1, 1)
	n.waitUntilRead(time.Millisecond)
}
