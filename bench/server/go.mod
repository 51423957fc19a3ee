module aragora.dev/slo/bench/server

go 1.21
