package main

import (
	"context"
	"encoding/json"
	"strings"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// connections is toxiproxy between the client and the layer of requests: it breaks bytes, not requests.
type connections struct{ proxy *toxiproxy.Proxy }

func newConnections(upstream string) (*connections, error) {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "faults", "127.0.0.1:0", upstream)
	if err := proxy.Start(); err != nil {
		return nil, err
	}
	return &connections{proxy}, nil
}

func (c *connections) set(faults []*fault) error {
	c.proxy.Toxics.ResetToxics(context.Background())
	for _, f := range faults {
		for _, t := range toxicsOf(f) {
			line, err := json.Marshal(t)
			if err != nil {
				return err
			}
			if _, err = c.proxy.Toxics.AddToxicJson(strings.NewReader(string(line))); err != nil {
				return err
			}
		}
	}
	return nil
}

type toxic struct {
	Type       string           `json:"type"`
	Stream     string           `json:"stream"`
	Attributes map[string]int64 `json:"attributes,omitempty"`
}

const lostType = "aragora_lost"

func init() { toxics.Register(lostType, new(lost)) }

// lost is a toxic through which nothing passes, not even the end of a connection: toxiproxy's own `timeout` passes that on.
type lost struct{}

// Pipe reads until the toxic is taken away.
func (*lost) Pipe(stub *toxics.ToxicStub) {
	input := stub.Input
	for {
		select {
		case <-stub.Interrupt:
			return
		case chunk := <-input:
			if chunk == nil {
				input = nil
			}
		}
	}
}

// Cleanup ends the connection: bytes are missing in it.
func (*lost) Cleanup(stub *toxics.ToxicStub) { stub.Close() }

// toxicsOf are toxiproxy's words for a fault; none for one that looks at requests.
func toxicsOf(f *fault) []toxic {
	const fromServer, fromClient = "downstream", "upstream"
	switch f.Kind {
	case "latency":
		return []toxic{{"latency", fromServer, map[string]int64{"latency": f.DelayMs, "jitter": f.JitterMs}}}
	case "bandwidth":
		return []toxic{{"bandwidth", fromServer, map[string]int64{"rate": max(1, f.BytesPerSec/1000)}}}
	case "reset":
		return []toxic{{"reset_peer", fromServer, map[string]int64{"timeout": f.AfterMs}}}
	case "black-hole":
		return []toxic{{lostType, fromServer, nil}, {lostType, fromClient, nil}}
	case "half-open":
		return []toxic{{lostType, fromServer, nil}}
	default:
		return nil
	}
}
