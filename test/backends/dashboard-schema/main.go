// Reads dashboards as strictly as the schema that Grafana publishes, and prints what is wrong with each, as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

type said struct {
	Problem string `json:"problem"`
	// Types of panels that this version does not know.
	Unknown []string `json:"unknown"`
}

func main() {
	plugins.RegisterDefaultPlugins()
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		line, _ := json.Marshal(read(text))
		fmt.Println(string(line))
	}
}

func read(text []byte) said {
	answer := said{Unknown: []string{}}
	board := dashboard.Dashboard{}
	if err := board.UnmarshalJSONStrict(text); err != nil {
		answer.Problem = err.Error()
	}
	plain := struct{ Panels []struct{ Type string } }{}
	if json.Unmarshal(text, &plain) == nil {
		for _, panel := range plain.Panels {
			if _, known := cog.ConfigForPanelcfgVariant(panel.Type); !known && panel.Type != "row" {
				answer.Unknown = append(answer.Unknown, panel.Type)
			}
		}
	}
	return answer
}
