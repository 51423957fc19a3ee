// Command faults stands in front of servers and breaks what passes, as its parent says, line by line of JSON.
//
// Its arguments are the servers' URLs, behind the breaks by which a test shows that a layer that does wrong is noticed. It first writes {"listening":["127.0.0.1:1234", …]}, an address for each. Then it
// reads orders, and answers each with its id: {"id":1,"faults":[…]} makes these the active ones, {"id":2} only asks, and
// {"id":3,"watch":[…],"mark":"…"} counts the requests of these routes from now on, and puts the mark on its own answers. The answer
// {"id":1,"counts":[{"seen":9,"hit":3}, …],"requests":9,"answered":6,"routes":{…}} has the counts of the faults that were active until
// then, and of all requests since its start. It ends when its input does.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

func main() {
	var wrong breaks
	flag.BoolVar(&wrong.ignores, "ignores", false, "say that faults hit, and let everything pass")
	flag.BoolVar(&wrong.asksTwice, "asks-twice", false, "ask each GET request twice while a fault is on")
	flag.Parse()
	if err := run(flag.Args(), os.Stdin, os.Stdout, wrong); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// layer is what stands in front of one server.
type layer struct {
	requests    *requests
	connections *connections
}

// maxOrderBytes is far more than any list of faults has.
const maxOrderBytes = 1 << 20

func run(upstreams []string, orders io.Reader, answers io.Writer, wrong breaks) error {
	if len(upstreams) == 0 {
		return errors.New("name the URL of a server")
	}
	layers := make([]*layer, 0, len(upstreams))
	listening := make([]string, 0, len(upstreams))
	for _, upstream := range upstreams {
		made, err := newLayer(upstream, wrong)
		if err != nil {
			return err
		}
		layers = append(layers, made)
		listening = append(listening, made.connections.proxy.Listen)
	}
	write := json.NewEncoder(answers)
	if err := write.Encode(map[string]any{"listening": listening}); err != nil {
		return err
	}
	var active []*fault
	lines := bufio.NewScanner(orders)
	lines.Buffer(nil, maxOrderBytes)
	for lines.Scan() {
		var answer answer
		active, answer = obey(lines.Bytes(), active, layers)
		if err := write.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

func newLayer(upstream string, wrong breaks) (*layer, error) {
	address, err := url.Parse(upstream)
	if err != nil || address.Host == "" {
		return nil, fmt.Errorf("%q is not the URL of a server", upstream)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	made := newRequests(address, wrong)
	server := &http.Server{Handler: made, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	front, err := newConnections(listener.Addr().String())
	if err != nil {
		return nil, err
	}
	return &layer{made, front}, nil
}

type answer struct {
	ID     int     `json:"id"`
	Counts []count `json:"counts"`
	// Requests that came to the layer since its start, and those of them that the servers answered.
	Requests int64 `json:"requests"`
	Answered int64 `json:"answered"`
	// Routes are the requests of those that are watched.
	Routes map[string]routeCount `json:"routes"`
	Error  string                `json:"error,omitempty"`
}

type count struct {
	Seen int64 `json:"seen"`
	Hit  int64 `json:"hit"`
}

// obey returns the faults that are active from now on. An order that can't be obeyed changes nothing.
func obey(line []byte, active []*fault, layers []*layer) ([]*fault, answer) {
	var order struct {
		ID     int       `json:"id"`
		Faults *[]*fault `json:"faults"`
		Watch  *[]route  `json:"watch"`
		Mark   string    `json:"mark"`
	}
	if err := json.Unmarshal(line, &order); err != nil {
		return active, answer{Error: err.Error(), Counts: []count{}}
	}
	said := answer{ID: order.ID, Counts: countsOf(active)}
	if order.Watch != nil {
		for _, l := range layers {
			l.requests.watch(*order.Watch, order.Mark)
		}
	}
	said.countRequests(layers)
	if order.Faults == nil {
		return active, said
	}
	for _, f := range *order.Faults {
		if err := f.check(); err != nil {
			said.Error = err.Error()
			return active, said
		}
	}
	for _, l := range layers {
		l.requests.set(*order.Faults)
		if l.requests.breaks.ignores {
			continue
		}
		if err := l.connections.set(*order.Faults); err != nil {
			said.Error = err.Error()
		}
	}
	said.Counts = countsOf(active)
	said.countRequests(layers)
	return *order.Faults, said
}

func (a *answer) countRequests(layers []*layer) {
	a.Requests, a.Answered, a.Routes = 0, 0, map[string]routeCount{}
	for _, l := range layers {
		l.requests.routes.addTo(a.Routes)
		a.Requests += l.requests.came.Load()
		a.Answered += l.requests.answered.Load()
	}
}

func countsOf(faults []*fault) []count {
	counts := make([]count, 0, len(faults))
	for _, f := range faults {
		counts = append(counts, count{f.seen.Load(), f.hit.Load()})
	}
	return counts
}
