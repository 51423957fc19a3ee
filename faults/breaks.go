package main

import (
	"io"
	"net/http"
	"net/url"
)

// breaks are what the layer itself does wrong, on purpose: the harness has to notice it. Nothing of it is counted.
type breaks struct {
	// ignores lets everything pass, whatever faults are on.
	ignores bool
	// asksTwice sends each GET request to the server once more while a fault is on, as a gateway does that tries again.
	asksTwice bool
	upstream  *url.URL
}

// ask sends a copy of the request to the server, and takes no notice of the answer.
func (b breaks) ask(r *http.Request, server http.RoundTripper) {
	if r.Method != http.MethodGet || r.Header.Get("Upgrade") != "" {
		return
	}
	again := r.Clone(r.Context())
	again.URL.Scheme, again.URL.Host = b.upstream.Scheme, b.upstream.Host
	again.RequestURI, again.Body = "", nil
	answer, err := server.RoundTrip(again)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
}
