// Package module gives scripts of k6 v2 the agents of xk6-disruptor, as k6/x/disruptor.
package module

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/grafana/sobek"
	d "github.com/grafana/xk6-disruptor/pkg/disruptors"
	"github.com/grafana/xk6-disruptor/pkg/kubernetes"
	"github.com/grafana/xk6-disruptor/pkg/kubernetes/helpers"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
	corev1 "k8s.io/api/core/v1"
	client "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func init() { modules.Register("k6/x/disruptor", root{}) }

type root struct{}

type instance struct{ vu modules.VU }

func (root) NewModuleInstance(vu modules.VU) modules.Instance { return &instance{vu} }

func (i *instance) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{"PodDisruptor": i.newPods}}
}

// pods are those that a script breaks. Each has, or gets, an ephemeral container with an agent.
type pods struct {
	vu        modules.VU
	disruptor d.PodDisruptor
	helper    helpers.PodHelper
	client    client.Interface
	namespace string
	targets   []corev1.Pod
}

// newPods connects to the cluster now and not at the import: a script may be checked without a cluster.
func (i *instance) newPods(c sobek.ConstructorCall) *sobek.Object {
	what := "PodDisruptor"
	var spec d.PodSelectorSpec
	i.arg(what, c.Arguments, 0, &spec)
	k8s, err := connect(os.Getenv("ARAGORA_SLO_CONTEXT"))
	i.must(what, err)
	namespace := spec.NamespaceOrDefault()
	helper := k8s.PodHelper(namespace)
	disruptor, err := d.NewPodDisruptor(i.vu.Context(), k8s, spec, d.PodDisruptorOptions{})
	i.must(what, err)
	selector, err := d.NewPodSelector(spec, helper)
	i.must(what, err)
	targets, err := selector.Targets(i.vu.Context())
	i.must(what, err)
	p := &pods{i.vu, disruptor, helper, k8s.Client(), namespace, targets}
	object := i.vu.Runtime().NewObject()
	for name, function := range map[string]any{
		"targets": p.names,
		"attach":  func(image string) { i.must("attach", p.attach(image)) },
		"injectHTTPFaults": func(a ...sobek.Value) {
			var fault d.HTTPFault
			var options d.HTTPDisruptionOptions
			duration := i.timed("injectHTTPFaults", a, &fault, &options)
			before, after := gently(fault.Port.Str(), fmt.Sprint(options.ProxyPort))
			i.must("injectHTTPFaults", p.inject(deed{redirects, before, after, func(ctx context.Context) error {
				return p.disruptor.InjectHTTPFaults(ctx, fault, duration, options)
			}}))
		},
		"injectNetworkFaults": func(a ...sobek.Value) {
			var fault d.NetworkFault
			duration := i.timed("injectNetworkFaults", a, &fault, nil)
			i.must("injectNetworkFaults", p.inject(deed{isOn: drops, run: func(ctx context.Context) error {
				return p.disruptor.InjectNetworkFaults(ctx, fault, duration)
			}}))
		},
	} {
		i.must(name, object.Set(name, function))
	}
	return object
}

// connect reads the kubeconfig as kubectl does.
func connect(kubeContext string) (kubernetes.Kubernetes, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	overrides := &clientcmd.ConfigOverrides{CurrentContext: kubeContext}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewFromConfig(config)
}

func (i *instance) must(what string, err error) {
	if err != nil {
		common.Throw(i.vu.Runtime(), fmt.Errorf("%s: %w", what, err))
	}
}

// timed decodes (fault, duration, options).
func (i *instance) timed(what string, a []sobek.Value, fault, options any) (duration time.Duration) {
	i.arg(what, a, 0, fault)
	i.arg(what, a, 1, &duration)
	if options != nil && len(a) > 2 {
		i.arg(what, a, 2, options)
	}
	return duration
}

// arg decodes argument n into dst.
func (i *instance) arg(what string, args []sobek.Value, n int, dst any) {
	if n >= len(args) || sobek.IsUndefined(args[n]) || sobek.IsNull(args[n]) {
		i.must(what, fmt.Errorf("argument %d is required", n+1))
	}
	i.must(what, decode(args[n].Export(), reflect.ValueOf(dst).Elem(), fmt.Sprintf("argument %d", n+1)))
}

func (p *pods) names() []string {
	names := make([]string, 0, len(p.targets))
	for _, pod := range p.targets {
		names = append(names, pod.Name)
	}
	return names
}

// say tells the harness, which reads line by line.
func say(event string, names []string) {
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"event": event, "pods": names})
}
