// Package bounds limits what a server that misbehaves can make k6 keep in memory. The patches of mends.json put it into k6: into what reads a body,
// into the WebSocket, and before the handshake.
package bounds

import (
	"errors"
	"fmt"
	"io"
)

// Body is how many bytes of an answer's body are read, packed and again unpacked. The longest that a document describes is a list of debates.
const Body = 4 << 20

// Header is how many bytes of an answer's header are read.
const Header = 1 << 20

// Window is how far back a packed body may refer, in bytes: what each decoder must accept (RFC 8878, 3.1.1.1.2).
const Window = 8 << 20

// BodyErrorCode is what scenarios read as `error_code`. k6 leaves the numbers from 1702 on free.
const BodyErrorCode = 1790

// ErrBody ends an answer whose body is over the bound.
var ErrBody = fmt.Errorf("bounds: the body is larger than %d bytes", Body)

// Reader reads as much as one body may have, and fails at one byte more.
func Reader(body io.Reader) io.Reader { return &reader{body, Body} }

// ReadCloser is Reader for a body that is closed.
func ReadCloser(body io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{Reader(body), body}
}

type reader struct {
	from io.Reader
	left int
}

func (r *reader) Read(into []byte) (int, error) {
	if r.left < 0 {
		return 0, ErrBody
	}
	// One more than is left shows whether there is more.
	if len(into) > r.left+1 {
		into = into[:r.left+1]
	}
	n, err := r.from.Read(into)
	if n > r.left {
		n, err = r.left, ErrBody
		r.left = -1
		return n, err
	}
	r.left -= n
	return n, err
}

// Exceeded says whether a bound of this package, or that of a frame, ended what was read.
func Exceeded(err error) bool {
	return errors.Is(err, ErrBody) || errors.Is(err, ErrHandshake) || errors.Is(err, ErrFlood) || isFrame(err)
}
