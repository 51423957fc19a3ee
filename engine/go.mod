module aragora.dev/slo/engine

go 1.25.0

require (
	github.com/HdrHistogram/hdrhistogram-go v1.3.0
	go.k6.io/k6/v2 v2.2.0
)
