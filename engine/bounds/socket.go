package bounds

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/gorilla/websocket"
)

const (
	// Frame is how many bytes a WebSocket message may have.
	Frame = 1 << 20
	// waitingFrames and waitingBytes are what one socket keeps of what the script has not seen yet. Beyond it, the server has to wait.
	waitingFrames = 8192
	waitingBytes  = 4 << 20
	// behindFrames is how many frames may come on end without the script ever having seen all of them.
	behindFrames = 50_000
)

var (
	// ErrHandshake ends a handshake whose answer is over the bound of a header.
	ErrHandshake = fmt.Errorf("bounds: the answer to the handshake is larger than %d bytes", Header)
	// ErrFlood ends a socket on which more comes than a client can read.
	ErrFlood = fmt.Errorf("bounds: a flood: %d frames came faster than they could be read", behindFrames)
	// ErrGone ends a socket that nobody reads any more.
	ErrGone = errors.New("bounds: the script has ended")
)

func isFrame(err error) bool { return errors.Is(err, websocket.ErrReadLimit) }

// Inbox counts the frames of one socket that wait for its script. One goroutine enters frames, another one takes them.
type Inbox struct {
	mutex         sync.Mutex
	frames, bytes int
	behind        int
	freed         chan struct{}
}

// NewInbox is empty.
func NewInbox() *Inbox { return &Inbox{freed: make(chan struct{}, 1)} }

// Enter waits until there is room for a frame of `size` bytes. An empty inbox has room for any. An error means that the socket must end: the
// frame is one too many, or `done` or `script` says that nobody will read it.
func (b *Inbox) Enter(size int, done <-chan struct{}, script context.Context) error {
	for {
		entered, err := b.tryEnter(size)
		if entered || err != nil {
			return err
		}
		select {
		case <-b.freed:
		case <-done:
			return ErrGone
		case <-script.Done():
			return ErrGone
		}
	}
}

func (b *Inbox) tryEnter(size int) (bool, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.behind >= behindFrames {
		return false, ErrFlood
	}
	if b.frames > 0 && (b.frames >= waitingFrames || b.bytes+size > waitingBytes) {
		return false, nil
	}
	b.frames++
	b.bytes += size
	b.behind++
	return true, nil
}

// Leave takes a frame out. `open`: the script still reads. On a socket that is closing nothing is read, so nobody can catch up there.
func (b *Inbox) Leave(size int, open bool) {
	b.mutex.Lock()
	b.frames--
	b.bytes -= size
	if open && b.frames == 0 {
		b.behind = 0
	}
	b.mutex.Unlock()
	select {
	case b.freed <- struct{}{}:
	default:
	}
}

// Dial is how k6 connects.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Handshake makes `dial` return connections from which no more than a header is read until `done` is called. It is for one connection.
func Handshake(dial Dial) (bounded Dial, done func()) {
	var shaking *handshake
	bounded = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		shaking = &handshake{Conn: conn, left: Header}
		return shaking, nil
	}
	return bounded, func() {
		if shaking != nil {
			shaking.over = true
		}
	}
}

type handshake struct {
	net.Conn
	left int
	over bool
}

func (h *handshake) Read(into []byte) (int, error) {
	if h.over {
		return h.Conn.Read(into)
	}
	if h.left <= 0 {
		return 0, ErrHandshake
	}
	n, err := h.Conn.Read(into)
	h.left -= n
	return n, err
}
