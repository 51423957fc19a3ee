// Command engine is k6 with one more output, `hdr`. Nothing else is changed.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "aragora.dev/slo/engine/hdr"
)

func main() { cmd.Execute() }
