package main

import (
	"fmt"
	"net/http"
	"reflect"
	"testing"
)

const watched = `[{"name":"list","method":"GET","path":"/api/debates"},{"name":"one","method":"GET","path":"/api/debates/{id}"}]`

// watch asks the layer to count the routes above.
func (l *layered) watch(mark string) {
	l.t.Helper()
	l.id++
	if _, err := fmt.Fprintf(l.orders, `{"id":%d,"watch":%s,"mark":%q}`+"\n", l.id, watched, mark); err != nil {
		l.t.Fatal(err)
	}
	var said answer
	l.next(&said)
}

func TestRoutesAreCountedByWhatTheServerAnswered(t *testing.T) {
	l := layerOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/debates/none" {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(w, "a whole answer")
	})
	l.watch("")
	for _, path := range []string{"/api/debates", "/api/debates/", "/api/debates/7", "/api/debates/none", "/other", "/api/debates/7/x"} {
		if _, _, err := get(l.url + path); err != nil {
			t.Fatal(err)
		}
	}
	expectRoutes(t, l.order("").Routes, map[string]routeCount{
		"list": {2, 2, map[string]int64{"200": 2}},
		"one":  {2, 2, map[string]int64{"200": 1, "404": 1}},
	})
}

func TestWhatTheLayerAnswersItselfDidNotPassAndIsMarked(t *testing.T) {
	l := layerOf(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a whole answer") })
	l.watch("it was me")
	l.set(`[{"kind":"status","status":503,"share":0.5}]`)
	marks := map[string]int{}
	for range 4 {
		answer, err := http.Get(l.url + "/api/debates")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		marks[fmt.Sprint(answer.StatusCode, answer.Header.Get(markHeader))]++
	}
	if want := map[string]int{"200": 2, "503it was me": 2}; !reflect.DeepEqual(marks, want) {
		t.Errorf("got %v, want %v", marks, want)
	}
	expectRoutes(t, l.order("").Routes, map[string]routeCount{
		"list": {4, 2, map[string]int64{"200": 2}},
		"one":  {0, 0, map[string]int64{}},
	})
}

func TestAnAnswerThatBreaksOffIsNotKnownToBeWhole(t *testing.T) {
	l := layerOf(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a whole answer") })
	l.watch("")
	l.set(`[{"kind":"truncated","afterBytes":3,"share":1}]`)
	if _, _, err := get(l.url + "/api/debates"); err == nil {
		t.Error("the answer should break off")
	}
	expectRoutes(t, l.order("").Routes, map[string]routeCount{
		"list": {1, 1, map[string]int64{}},
		"one":  {0, 0, map[string]int64{}},
	})
}

func expectRoutes(t *testing.T, got, want map[string]routeCount) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
