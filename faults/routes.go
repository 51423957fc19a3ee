package main

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// route is a method and a path of which requests are counted, under the name of what clients measure there.
type route struct {
	Name   string `json:"name"`
	Method string `json:"method"`
	// Path may have segments in braces, which stand for any one segment.
	Path string `json:"path"`
}

// routeCount is what became of the requests of a route.
type routeCount struct {
	// Came are those of clients, Passed those of them that were sent on to the server.
	Came   int64 `json:"came"`
	Passed int64 `json:"passed"`
	// Answered are the whole answers of the server, by status.
	Answered map[string]int64 `json:"answered"`
}

// routes counts requests by their route.
type routes struct {
	mutex  sync.Mutex
	known  []route
	counts map[string]*routeCount
}

func (rs *routes) watch(known []route) {
	rs.mutex.Lock()
	defer rs.mutex.Unlock()
	rs.known = known
	rs.counts = map[string]*routeCount{}
	for _, one := range known {
		rs.counts[one.Name] = &routeCount{Answered: map[string]int64{}}
	}
}

// nameOf is the name of the route of a request, "" if nobody asked for it.
func (rs *routes) nameOf(r *http.Request) string {
	rs.mutex.Lock()
	defer rs.mutex.Unlock()
	for _, one := range rs.known {
		if one.Method == r.Method && isPath(one.Path, strings.TrimSuffix(r.URL.Path, "/")) {
			return one.Name
		}
	}
	return ""
}

func isPath(path, asked string) bool {
	wanted, seen := strings.Split(path, "/"), strings.Split(asked, "/")
	if len(wanted) != len(seen) {
		return false
	}
	for i, segment := range wanted {
		if segment != seen[i] && (!strings.HasPrefix(segment, "{") || seen[i] == "") {
			return false
		}
	}
	return true
}

func (rs *routes) add(name string, change func(*routeCount)) {
	rs.mutex.Lock()
	defer rs.mutex.Unlock()
	if count := rs.counts[name]; count != nil {
		change(count)
	}
}

func (rs *routes) addTo(sums map[string]routeCount) {
	rs.mutex.Lock()
	defer rs.mutex.Unlock()
	for name, count := range rs.counts {
		sum := sums[name]
		if sum.Answered == nil {
			sum.Answered = map[string]int64{}
		}
		sum.Came += count.Came
		sum.Passed += count.Passed
		for status, answers := range count.Answered {
			sum.Answered[status] += answers
		}
		sums[name] = sum
	}
}

// countWhole counts an answer of the server once all of it has come. What a client still gets of it is another matter.
func (rs *routes) countWhole(answer *http.Response) {
	name := rs.nameOf(answer.Request)
	if name == "" || answer.StatusCode == http.StatusSwitchingProtocols {
		return
	}
	status := strconv.Itoa(answer.StatusCode)
	answer.Body = &countedBody{ReadCloser: answer.Body, left: answer.ContentLength, whole: func() {
		rs.add(name, func(count *routeCount) { count.Answered[status]++ })
	}}
}

type countedBody struct {
	io.ReadCloser
	// left are the bytes until its end; below 0: not known.
	left int64
	// whole is called once, at its end.
	whole func()
}

func (b *countedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	isEnd := err == io.EOF
	if b.left >= 0 {
		b.left -= int64(n)
		isEnd = isEnd || b.left == 0
	}
	if isEnd && b.whole != nil {
		b.whole()
		b.whole = nil
	}
	return n, err
}
