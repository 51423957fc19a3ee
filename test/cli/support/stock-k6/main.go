// Command stock-k6 is k6 as it is, for the tests of the way without our output.
package main

import "go.k6.io/k6/v2/cmd"

func main() { cmd.Execute() }
