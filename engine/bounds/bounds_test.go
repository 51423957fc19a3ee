package bounds

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gorilla/websocket"
)

// endless never ends, and counts what was taken from it.
type endless struct{ taken int }

func (e *endless) Read(into []byte) (int, error) {
	e.taken += len(into)
	clear(into)
	return len(into), nil
}

func TestABodyUpToTheBoundIsWhole(t *testing.T) {
	for _, size := range []int{0, 1, Body - 1, Body} {
		got, err := io.ReadAll(Reader(strings.NewReader(strings.Repeat("x", size))))
		if err != nil || len(got) != size {
			t.Errorf("of %d bytes came %d: %v", size, len(got), err)
		}
	}
}

func TestALongerBodyFails(t *testing.T) {
	for name, body := range map[string]io.Reader{
		"by one byte":  strings.NewReader(strings.Repeat("x", Body+1)),
		"byte by byte": iotest.OneByteReader(strings.NewReader(strings.Repeat("x", Body+1))),
		"without end":  &endless{},
	} {
		body := Reader(body)
		got, err := io.ReadAll(body)
		if !errors.Is(err, ErrBody) || !Exceeded(err) || len(got) != Body {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		// k6 reads the rest before it closes.
		if n, err := io.Copy(io.Discard, body); n != 0 || !errors.Is(err, ErrBody) {
			t.Errorf("%s: %d bytes more, %v", name, n, err)
		}
	}
}

func TestAnEndlessBodyIsNotTakenBeyondTheBound(t *testing.T) {
	from := &endless{}
	_, _ = io.Copy(io.Discard, Reader(from))
	if from.taken > Body+1 {
		t.Errorf("%d bytes were taken", from.taken)
	}
}

func TestWhatIsUnpackedIsBoundedToo(t *testing.T) {
	packed, into := io.Pipe()
	go func() {
		writer := gzip.NewWriter(into)
		_, err := io.Copy(writer, &endless{})
		_ = into.CloseWithError(err)
	}()
	unpacked, err := gzip.NewReader(Reader(packed))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(Reader(unpacked))
	_ = packed.Close()
	if !errors.Is(err, ErrBody) || len(got) != Body {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func enterAll(t *testing.T, inbox *Inbox, frames, size int) {
	t.Helper()
	for range frames {
		if entered, err := inbox.tryEnter(size); !entered || err != nil {
			t.Fatalf("not entered: %v", err)
		}
	}
}

func TestAnInboxHoldsNoMoreThanItsBounds(t *testing.T) {
	for name, c := range map[string]struct{ frames, size int }{
		"many small ones": {waitingFrames, 10},
		"few large ones":  {waitingBytes / Frame, Frame},
	} {
		inbox := NewInbox()
		enterAll(t, inbox, c.frames, c.size)
		if entered, _ := inbox.tryEnter(c.size); entered {
			t.Errorf("%s: one more entered", name)
		}
		if inbox.bytes > waitingBytes || inbox.frames > waitingFrames {
			t.Errorf("%s: %d bytes in %d frames", name, inbox.bytes, inbox.frames)
		}
		inbox.Leave(c.size, true)
		enterAll(t, inbox, 1, c.size)
	}
}

func TestOneFrameAlwaysEntersAnEmptyInbox(t *testing.T) {
	enterAll(t, NewInbox(), 1, 2*waitingBytes)
}

func TestEnterWaitsForRoom(t *testing.T) {
	inbox := NewInbox()
	enterAll(t, inbox, waitingFrames, 0)
	entered := make(chan error)
	go func() { entered <- inbox.Enter(0, nil, context.Background()) }()
	inbox.Leave(0, true)
	if err := <-entered; err != nil {
		t.Error(err)
	}
	if inbox.frames != waitingFrames {
		t.Errorf("%d frames", inbox.frames)
	}
}

func TestNobodyWaitsForAScriptThatIsGone(t *testing.T) {
	inbox := NewInbox()
	enterAll(t, inbox, waitingFrames, 0)
	done := make(chan struct{})
	close(done)
	if err := inbox.Enter(0, done, context.Background()); !errors.Is(err, ErrGone) {
		t.Error(err)
	}
	script, end := context.WithCancel(context.Background())
	end()
	if err := inbox.Enter(0, nil, script); !errors.Is(err, ErrGone) {
		t.Error(err)
	}
	// What has room is taken all the same: the server's answer to the close comes so.
	if err := NewInbox().Enter(0, done, script); err != nil {
		t.Error(err)
	}
}

// passOn is a script that always leaves `left` frames unread.
func passOn(inbox *Inbox, left, frames int, open bool) error {
	for range left {
		if _, err := inbox.tryEnter(1); err != nil {
			return err
		}
	}
	for range frames {
		if _, err := inbox.tryEnter(1); err != nil {
			return err
		}
		inbox.Leave(1, open)
	}
	return nil
}

func TestAFloodIsWhatIsNeverReadToItsEnd(t *testing.T) {
	if err := passOn(NewInbox(), 1, behindFrames, true); !errors.Is(err, ErrFlood) || !Exceeded(err) {
		t.Errorf("a flood: %v", err)
	}
	if err := passOn(NewInbox(), 0, 20*behindFrames, true); err != nil {
		t.Errorf("many frames, each read before the next: %v", err)
	}
	if err := passOn(NewInbox(), 1, behindFrames-2, true); err != nil {
		t.Errorf("a long standstill: %v", err)
	}
	if err := passOn(NewInbox(), 0, behindFrames+1, false); !errors.Is(err, ErrFlood) {
		t.Errorf("no end after the close: %v", err)
	}
}

func TestAFrameOverItsLimitIsABound(t *testing.T) {
	if !Exceeded(websocket.ErrReadLimit) || Exceeded(io.EOF) || Exceeded(nil) {
		t.Error("wrong")
	}
}

type conn struct {
	net.Conn
	endless
}

func (c *conn) Read(into []byte) (int, error) { return c.endless.Read(into) }

func TestAHandshakeHasNoMoreThanAHeader(t *testing.T) {
	raw := &conn{}
	dial, done := Handshake(func(context.Context, string, string) (net.Conn, error) { return raw, nil })
	shaking, err := dial(context.Background(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	into := make([]byte, 4096)
	for err == nil {
		_, err = shaking.Read(into)
	}
	if !errors.Is(err, ErrHandshake) || !Exceeded(err) || raw.taken > Header+len(into) {
		t.Errorf("%d bytes were taken: %v", raw.taken, err)
	}
	done()
	if _, err := shaking.Read(into); err != nil {
		t.Errorf("after the handshake: %v", err)
	}
}

func TestAFailedDialIsPassedOn(t *testing.T) {
	dial, done := Handshake(func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF })
	if _, err := dial(context.Background(), "tcp", ""); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	done()
}
