// Command server answers every request with one small health JSON, as cheaply as possible, so that the load generator
// is the bottleneck and not the server. GET /count returns how many other requests were answered before.
//
// It implements just enough HTTP/1.1 for that: keep-alive, requests without a body. It prints its URL and stops when
// its stdin closes.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
)

const body = `{"status":"healthy","timestamp":"2026-01-01T00:00:00.000Z"}`

var (
	answer   = []byte(response(body))
	answered atomic.Int64
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			go serve(connection)
		}
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// serve answers until the client closes the connection.
func serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return
		}
		counting := bytes.HasPrefix(line, []byte("GET /count "))
		for len(bytes.TrimRight(line, "\r\n")) > 0 {
			if line, err = reader.ReadSlice('\n'); err != nil {
				return
			}
		}
		if counting {
			_, err = io.WriteString(connection, response(fmt.Sprint(answered.Load())))
		} else {
			answered.Add(1)
			_, err = connection.Write(answer)
		}
		if err != nil {
			return
		}
	}
}

func response(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}
