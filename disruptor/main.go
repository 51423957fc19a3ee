// Command disruptor is k6 with xk6-disruptor in it, as k6/x/disruptor: it breaks pods of a cluster, and sends no load.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "aragora.dev/slo/disruptor/module"
)

func main() { cmd.Execute() }
