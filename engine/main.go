// Command engine is k6 with one more output, `hdr`, and with what mends.json changes.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "aragora.dev/slo/engine/hdr"
)

func main() { cmd.Execute() }
