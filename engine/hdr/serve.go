package hdr

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	// maxWaitingRecords limits the memory when nobody fetches the records: five minutes of them.
	maxWaitingRecords = 300
	// answerWithin is how long a request for records waits for the next one.
	answerWithin = 10 * time.Second
	// linger is how long the engine waits, after its end, for somebody to say that everything has arrived.
	linger = 60 * time.Second
)

// numbered keeps records until their reader has them: `GET /records?after=N` says that it has those up to N, and gets a
// line `{"engine":…,"nowMs":…}` and the next records, each as `{"seq":N+1,"record":…}` on a line of its own. So a reader
// loses none and takes none twice, however often its connection breaks.
type numbered struct {
	id     string
	limit  int
	within time.Duration

	mutex   sync.Mutex
	done    int64 // the reader has the records up to this number
	lines   [][]byte
	changed chan struct{} // closed with each record and each acknowledgement, and made anew
}

func newNumbered() *numbered {
	return &numbered{id: rand.Text(), limit: maxWaitingRecords, within: answerWithin, changed: make(chan struct{})}
}

// listen serves the records at this address for as long as the process lives.
func (n *numbered) listen(address string) (net.Addr, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the records can't be served: %w", err)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /records", n.answer)
	server := &http.Server{Handler: routes, ReadHeaderTimeout: answerWithin}
	go func() { _ = server.Serve(listener) }()
	return listener.Addr(), nil
}

// Write takes whole records, each a line.
func (n *numbered) Write(lines []byte) (int, error) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if len(n.lines) >= n.limit {
		return 0, fmt.Errorf("nobody has fetched the last %d records", n.limit)
	}
	for line := range bytes.Lines(bytes.Clone(lines)) {
		n.lines = append(n.lines, bytes.TrimRight(line, "\n"))
	}
	n.tell()
	return len(lines), nil
}

// waitUntilRead returns when the reader has all records, and at the latest after `bound`.
func (n *numbered) waitUntilRead(bound time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	n.wait(ctx, func() bool { return len(n.lines) == 0 })
}

func (n *numbered) answer(w http.ResponseWriter, r *http.Request) {
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil || after < 0 {
		http.Error(w, "after must be the number of the last record that has arrived, 0 for none", http.StatusBadRequest)
		return
	}
	n.mutex.Lock()
	last := n.done + int64(len(n.lines))
	if after > last {
		n.mutex.Unlock()
		http.Error(w, fmt.Sprintf("there is no record %d yet, the last one is %d", after, last), http.StatusConflict)
		return
	}
	if after > n.done {
		n.lines = n.lines[after-n.done:]
		n.done = after
		n.tell()
	}
	n.mutex.Unlock()
	ctx, cancel := context.WithTimeout(r.Context(), n.within)
	defer cancel()
	n.wait(ctx, func() bool { return len(n.lines) > 0 })
	n.send(w)
}

// send writes all records that are there; whoever asks for older ones sees a gap.
func (n *numbered) send(w http.ResponseWriter) {
	n.mutex.Lock()
	first, lines := n.done+1, n.lines
	n.mutex.Unlock()
	w.Header().Set("Content-Type", "application/x-ndjson")
	if _, err := fmt.Fprintf(w, `{"engine":%q,"nowMs":%d}`+"\n", n.id, time.Now().UnixMilli()); err != nil {
		return
	}
	for i, line := range lines {
		if _, err := fmt.Fprintf(w, `{"seq":%d,"record":%s}`+"\n", first+int64(i), line); err != nil {
			return
		}
	}
}

// wait returns when `reached`, which is asked with the mutex locked, or when the context ends.
func (n *numbered) wait(ctx context.Context, reached func() bool) {
	for {
		n.mutex.Lock()
		isReached, changed := reached(), n.changed
		n.mutex.Unlock()
		if isReached {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// tell wakes all that wait. The caller must have locked the mutex.
func (n *numbered) tell() {
	close(n.changed)
	n.changed = make(chan struct{})
}
