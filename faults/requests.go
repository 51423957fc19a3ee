package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// requests passes requests on to a server, and breaks some. WebSockets and streams of events pass unbuffered.
type requests struct {
	proxy *httputil.ReverseProxy
	// came counts requests of clients, answered those that the server answered.
	came, answered atomic.Int64
	routes         routes
	breaks         breaks

	mutex  sync.RWMutex
	faults []*fault
	// mark tells clients which answers are the layer's own; "" if nobody asked for it.
	mark string
}

// markHeader has the mark, in answers that are none of the server's.
const markHeader = "Aragora-Slo-Fault"

func newRequests(upstream *url.URL, wrong breaks) *requests {
	layer := &requests{breaks: wrong}
	layer.breaks.upstream = upstream
	layer.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			// The server is to see what the client sent. The proxy takes these away.
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values := r.In.Header.Values(name); len(values) > 0 {
					r.Out.Header[name] = values
				}
			}
		},
		ModifyResponse: func(answer *http.Response) error {
			layer.answered.Add(1)
			layer.routes.countWhole(answer)
			return breakBody(answer)
		},
		ErrorHandler:  abort,
		FlushInterval: -1,
		// What is cut on purpose is no news.
		ErrorLog: log.New(io.Discard, "", 0),
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 1024,
			// The client decides what it accepts.
			DisableCompression: true,
		},
	}
	return layer
}

// abort cuts the connection: an answer of the layer's own would look like one of the server's.
func abort(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }

func (l *requests) set(faults []*fault) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.faults = faults
}

func (l *requests) active() ([]*fault, string) {
	l.mutex.RLock()
	defer l.mutex.RUnlock()
	return l.faults, l.mark
}

// watch counts the requests of these routes from now on, and marks what the layer answers itself.
func (l *requests) watch(known []route, mark string) {
	l.routes.watch(known)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.mark = mark
}

type bodyFault struct{}

func (l *requests) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.came.Add(1)
	name := l.routes.nameOf(r)
	l.routes.add(name, func(count *routeCount) { count.Came++ })
	faults, mark := l.active()
	for _, f := range faults {
		isSocket := r.Header.Get("Upgrade") != ""
		if !strings.HasPrefix(r.URL.Path, f.Path) || (f.Kind == "socket-drop") != isSocket || !f.hits() || l.breaks.ignores {
			continue
		}
		switch f.Kind {
		case "status":
			if mark != "" {
				w.Header().Set(markHeader, mark)
			}
			http.Error(w, "injected", f.Status)
			return
		case "delay":
			if !waited(r.Context(), ms(f.DelayMs)) {
				return
			}
		case "socket-drop":
			ctx, cancel := context.WithTimeout(r.Context(), ms(f.AfterMs))
			defer cancel()
			r = r.WithContext(ctx)
		default:
			r = r.WithContext(context.WithValue(r.Context(), bodyFault{}, f))
		}
	}
	l.routes.add(name, func(count *routeCount) { count.Passed++ })
	if len(faults) > 0 && l.breaks.asksTwice {
		l.breaks.ask(r, l.proxy.Transport)
	}
	l.proxy.ServeHTTP(w, r)
}

func breakBody(answer *http.Response) error {
	f, _ := answer.Request.Context().Value(bodyFault{}).(*fault)
	if f == nil {
		return nil
	}
	body := &brokenBody{ReadCloser: answer.Body, ctx: answer.Request.Context(), left: -1}
	if f.Kind == "truncated" {
		body.left = f.AfterBytes
	} else {
		body.bytesPerSec = f.BytesPerSec
	}
	answer.Body = body
	return nil
}

// brokenBody ends before its end, or comes slowly.
type brokenBody struct {
	io.ReadCloser
	ctx context.Context
	// left are the bytes until it breaks off; below 0: it does not.
	left int64
	// bytesPerSec is its rate; 0: as it comes.
	bytesPerSec int64
}

// slowPart of a second is waited for at a time.
const slowPart = 20

func (b *brokenBody) Read(into []byte) (int, error) {
	if b.left == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	if b.left > 0 {
		into = into[:min(int64(len(into)), b.left)]
	}
	if b.bytesPerSec > 0 {
		if !waited(b.ctx, time.Second/slowPart) {
			return 0, b.ctx.Err()
		}
		into = into[:min(int64(len(into)), max(1, b.bytesPerSec/slowPart))]
	}
	n, err := b.ReadCloser.Read(into)
	if b.left > 0 {
		b.left -= int64(n)
	}
	return n, err
}

// waited says whether the whole time passed.
func waited(ctx context.Context, duration time.Duration) bool {
	select {
	case <-time.After(duration):
		return true
	case <-ctx.Done():
		return false
	}
}

func ms(count int64) time.Duration { return time.Duration(count) * time.Millisecond }
