package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// layered is the layer in front of a server of the test, with its orders and answers.
type layered struct {
	t       *testing.T
	url     string
	orders  io.Writer
	answers *bufio.Scanner
	id      int
}

func layerOf(t *testing.T, handler http.HandlerFunc) *layered {
	t.Helper()
	return brokenLayerOf(t, handler, breaks{})
}

func brokenLayerOf(t *testing.T, handler http.HandlerFunc, wrong breaks) *layered {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	in, orders := io.Pipe()
	out, answers := io.Pipe()
	go func() { _ = answers.CloseWithError(run([]string{server.URL}, in, answers, wrong)) }()
	t.Cleanup(func() { _ = orders.Close() })
	l := &layered{t: t, orders: orders, answers: bufio.NewScanner(out)}
	var first struct{ Listening []string }
	l.next(&first)
	l.url = "http://" + first.Listening[0]
	return l
}

func (l *layered) next(into any) {
	l.t.Helper()
	if !l.answers.Scan() {
		l.t.Fatalf("no answer: %v", l.answers.Err())
	}
	if err := json.Unmarshal(l.answers.Bytes(), into); err != nil {
		l.t.Fatal(err)
	}
}

// order sends the faults as they are written, or only asks where they are "".
func (l *layered) order(faults string) answer {
	l.t.Helper()
	l.id++
	line := fmt.Sprintf(`{"id":%d}`, l.id)
	if faults != "" {
		line = fmt.Sprintf(`{"id":%d,"faults":%s}`, l.id, faults)
	}
	if _, err := fmt.Fprintln(l.orders, line); err != nil {
		l.t.Fatal(err)
	}
	var said answer
	l.next(&said)
	if said.ID != l.id {
		l.t.Fatalf("answer %d to order %d", said.ID, l.id)
	}
	return said
}

func (l *layered) set(faults string) {
	l.t.Helper()
	if said := l.order(faults); said.Error != "" {
		l.t.Fatal(said.Error)
	}
}

// get returns status and body over a connection of its own; status 0 and the error where there is no whole answer.
func get(url string) (int, string, error) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

func good(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, strings.Repeat("good ", 100))
}

func TestWithoutAFaultItPassesEverything(t *testing.T) {
	l := layerOf(t, good)
	if status, body, err := get(l.url); status != 200 || len(body) != 500 || err != nil {
		t.Fatal(status, len(body), err)
	}
}

func TestAnEventReachesTheClientBeforeTheAnswerEnds(t *testing.T) {
	isRead := make(chan bool)
	l := layerOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: 1\n\n")
		w.(http.Flusher).Flush()
		<-isRead
	})
	response, err := http.Get(l.url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	close(isRead)
	if line != "data: 1\n" || err != nil {
		t.Fatal(line, err)
	}
}

func TestStatusHitsItsShareOfItsPathAlone(t *testing.T) {
	l := layerOf(t, good)
	l.set(`[{"kind":"status","path":"/api/debates","share":0.25,"status":503}]`)
	hit := 0
	for range 20 {
		if status, _, _ := get(l.url + "/api/debates"); status == 503 {
			hit++
		}
		if status, _, _ := get(l.url + "/api/health"); status != 200 {
			t.Fatal(status)
		}
	}
	if hit != 5 {
		t.Fatalf("%d of 20 had 503, and not a quarter", hit)
	}
	if counts := l.order("").Counts; counts[0] != (count{20, 5}) {
		t.Fatal(counts)
	}
	if counts := l.order("[]").Counts; counts[0] != (count{20, 5}) {
		t.Fatal("the order that ends a fault has its last counts, got", counts)
	}
	if status, _, _ := get(l.url + "/api/debates"); status != 200 {
		t.Fatal("it is over, got", status)
	}
}

func TestDelaysLastAtLeastAsLongAsTheySay(t *testing.T) {
	l := layerOf(t, good)
	for _, faults := range []string{
		`[{"kind":"delay","share":1,"delayMs":300}]`,
		`[{"kind":"latency","delayMs":300}]`,
		// 500 bytes at 1,000 a second.
		`[{"kind":"slow-body","share":1,"bytesPerSec":1000}]`,
	} {
		l.set(faults)
		began := time.Now()
		status, body, err := get(l.url)
		if took := time.Since(began); took < 300*time.Millisecond || status != 200 || len(body) != 500 || err != nil {
			t.Fatal(faults, took, status, len(body), err)
		}
	}
}

func TestATruncatedAnswerBreaksOff(t *testing.T) {
	l := layerOf(t, good)
	l.set(`[{"kind":"truncated","share":1,"afterBytes":120}]`)
	if status, body, err := get(l.url); status != 200 || len(body) != 120 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(status, len(body), err)
	}
}

func TestResetEndsTheConnection(t *testing.T) {
	l := layerOf(t, good)
	l.set(`[{"kind":"reset","afterMs":0}]`)
	if status, _, err := get(l.url); err == nil {
		t.Fatal("an answer came, with status", status)
	}
}

// asked sends one request over TCP, and says whether a byte of the answer comes in time.
func asked(t *testing.T, l *layered) bool {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_, _ = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	_ = connection.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
	n, err := connection.Read(make([]byte, 1))
	var timeout net.Error
	return n > 0 || !errors.As(err, &timeout) || !timeout.Timeout()
}

func TestWhatIsLostOnTheWay(t *testing.T) {
	for kind, reaches := range map[string]int64{"black-hole": 0, "half-open": 1} {
		var reached atomic.Int64
		l := layerOf(t, func(w http.ResponseWriter, r *http.Request) {
			reached.Add(1)
			good(w, r)
		})
		l.set(`[{"kind":"` + kind + `"}]`)
		if asked(t, l) {
			t.Fatal(kind, "lets an answer pass")
		}
		if reached.Load() != reaches {
			t.Fatal(kind, "let", reached.Load(), "requests pass")
		}
		l.set(`[]`)
		if status, _, err := get(l.url); status != 200 {
			t.Fatal(kind, "is not over", err)
		}
	}
}

// echo answers an upgrade, and repeats what it gets.
func echo(w http.ResponseWriter, _ *http.Request) {
	connection, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer connection.Close()
	_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
	_, _ = io.Copy(connection, buffer)
}

func TestASocketIsPassedOnAndDropped(t *testing.T) {
	l := layerOf(t, echo)
	l.set(`[{"kind":"socket-drop","share":1,"afterMs":300},{"kind":"status","share":1,"status":500}]`)
	connection, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(20 * time.Second))
	upgrade := "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	began := time.Now()
	_, _ = io.WriteString(connection, upgrade)
	read := bufio.NewReader(connection)
	if first, err := read.ReadString('\n'); !strings.Contains(first, "101 Switching") {
		t.Fatalf("%q %v", first, err)
	}
	_, _ = io.WriteString(connection, "hello")
	rest, err := io.ReadAll(read)
	if err != nil || !bytes.HasSuffix(rest, []byte("hello")) {
		t.Fatalf("%q %v", rest, err)
	}
	if took := time.Since(began); took < 250*time.Millisecond {
		t.Fatal("dropped after", took)
	}
}

func TestAnOrderThatCantBeObeyedChangesNothing(t *testing.T) {
	l := layerOf(t, good)
	l.set(`[{"kind":"status","share":1,"status":503}]`)
	for faults, says := range map[string]string{
		`[{"kind":"stauts","share":1}]`:   `there is no fault of the kind "stauts"`,
		`[{"kind":"status","share":1.5}]`: "the share of status must be above 0 and at most 1, got 1.5",
		`[{"kind":"status","share":0}]`:   "the share of status must be above 0 and at most 1, got 0",
	} {
		if said := l.order(faults).Error; said != says {
			t.Fatalf("%q", said)
		}
	}
	if status, _, _ := get(l.url); status != 503 {
		t.Fatal(status)
	}
}

func TestAServerThatIsGoneGivesNoAnswerOfTheLayersOwn(t *testing.T) {
	l := layerOf(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if status, _, err := get(l.url); err == nil {
		t.Fatal("an answer came, with status", status)
	}
}

func TestArguments(t *testing.T) {
	for _, upstreams := range [][]string{nil, {"nonsense"}, {"://"}} {
		if err := run(upstreams, strings.NewReader(""), io.Discard, breaks{}); err == nil {
			t.Fatal(upstreams)
		}
	}
}

func TestALayerThatIgnoresSaysThatItHits(t *testing.T) {
	l := brokenLayerOf(t, good, breaks{ignores: true})
	l.set(`[{"kind":"status","share":1,"status":503}]`)
	if status, _, err := get(l.url); status != 200 {
		t.Fatal(status, err)
	}
	if counts := l.order("").Counts; counts[0] != (count{1, 1}) {
		t.Fatal(counts)
	}
}

func TestALayerThatAsksTwiceTellsNobody(t *testing.T) {
	var reached atomic.Int64
	l := brokenLayerOf(t, func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		good(w, r)
	}, breaks{asksTwice: true})
	_, _, _ = get(l.url)
	l.set(`[{"kind":"status","share":1,"status":503,"path":"/other"}]`)
	_, _, _ = get(l.url)
	if said := l.order(""); said.Answered != 2 || said.Requests != 2 || reached.Load() != 3 {
		t.Fatal(said, reached.Load())
	}
}

func TestAStreamOfEventsOutlivesEveryChangeOfFaults(t *testing.T) {
	events := make(chan string)
	defer close(events)
	l := layerOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/events" {
			good(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush()
		for event := range events {
			_, _ = io.WriteString(w, event)
			w.(http.Flusher).Flush()
		}
	})
	response, err := http.Get(l.url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	stream := bufio.NewReader(response.Body)
	for n, faults := range []string{
		`[]`,
		`[{"kind":"status","share":1,"status":503}]`,
		`[{"kind":"truncated","share":1,"afterBytes":5},{"kind":"latency","delayMs":20}]`,
		`[{"kind":"delay","share":1,"delayMs":50},{"kind":"bandwidth","bytesPerSec":100000}]`,
		`[{"kind":"slow-body","share":1,"bytesPerSec":50}]`,
		`[]`,
	} {
		l.set(faults)
		event := fmt.Sprintf("data: %d\n", n)
		events <- event
		if line, err := stream.ReadString('\n'); line != event || err != nil {
			t.Fatal(faults, line, err)
		}
	}
}
