package module

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/xk6-disruptor/pkg/kubernetes/helpers"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// agent is the name that xk6-disruptor gives the container: where one of that name is, it attaches no other.
	agent = "xk6-agent"
	// attachWithin is how long an agent may take to start, its image included.
	attachWithin = 60 * time.Second
	// endWithin is how long an agent may take to end when it is asked.
	endWithin = 15 * time.Second
	pollEvery = 200 * time.Millisecond
)

var (
	cleanup = []string{"xk6-disruptor-agent", "cleanup"}
	// What is there while a fault is on.
	redirects = []string{"sh", "-c", "iptables -t nat -S PREROUTING | grep -q REDIRECT"}
	drops     = []string{"sh", "-c", "iptables -S INPUT | grep -q DROP"}
)

// attach gives each pod an agent, and ends what one may still do since an earlier run.
func (p *pods) attach(image string) error {
	return p.each(func(pod string) error {
		ctx, cancel := context.WithTimeout(p.vu.Context(), attachWithin)
		defer cancel()
		options := helpers.AttachOptions{Timeout: attachWithin, IgnoreIfExists: true}
		if err := p.helper.AttachEphemeralContainer(ctx, pod, container(image), options); err != nil {
			return fmt.Errorf("the agent does not start: %w%s", err, p.waiting(pod))
		}
		return p.cleanUp(pod)
	})
}

// cleanUp ends what the agent of a pod does, if it does anything.
func (p *pods) cleanUp(pod string) error {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	if _, said, err := p.helper.Exec(ctx, pod, agent, cleanup, nil); err != nil {
		return fmt.Errorf("its agent does not answer: %w %s", err, said)
	}
	return nil
}

// container waits for orders. It ends with its pod: a shell that catches the signal does not make the pod wait.
func container(image string) corev1.EphemeralContainer {
	root, no := int64(0), false
	return corev1.EphemeralContainer{EphemeralContainerCommon: corev1.EphemeralContainerCommon{
		Name:            agent,
		Image:           image,
		ImagePullPolicy: corev1.PullIfNotPresent,
		Command:         []string{"sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"},
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: &no,
			Capabilities: &corev1.Capabilities{
				Drop: []corev1.Capability{"ALL"},
				Add:  []corev1.Capability{"NET_ADMIN", "NET_RAW"},
			},
			RunAsUser:    &root,
			RunAsGroup:   &root,
			RunAsNonRoot: &no,
		},
	}}
}

// waiting is what the node says of a container that does not start.
func (p *pods) waiting(pod string) string {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	seen, err := p.client.CoreV1().Pods(p.namespace).Get(ctx, pod, metav1.GetOptions{})
	if err != nil {
		return ""
	}
	for _, one := range seen.Status.EphemeralContainerStatuses {
		if one.Name == agent && one.State.Waiting != nil {
			return fmt.Sprintf(" (%s: %s)", one.State.Waiting.Reason, one.State.Waiting.Message)
		}
	}
	return ""
}

// deed is what the agents do.
type deed struct {
	isOn []string
	// before and after the agents are ended
	before, after []string
	run           func(context.Context) error
}

// gently lets requests that are under way come to their end. An agent that ends resets every connection, and with the last rule that looks at
// states the kernel stops tracking them: a client whose answer is held back then waits in vain, until its own deadline. With these rules
// connections are let through and tracked, and the agent closes each when it is idle.
func gently(port, proxyPort string) (before, after []string) {
	add, remove := "", ""
	for _, rule := range []string{
		"%s INPUT -p tcp --dport " + port + " -m state --state NEW,ESTABLISHED -j ACCEPT",
		"%s INPUT -p tcp --dport " + proxyPort + " -m state --state NEW,ESTABLISHED -j ACCEPT",
		"-t nat %s PREROUTING -p tcp --dport " + proxyPort + " -j ACCEPT",
	} {
		add += "iptables " + fmt.Sprintf(rule, "-I") + " && "
		remove += "iptables " + fmt.Sprintf(rule, "-D") + " && "
	}
	// The agent leaves this one.
	remove += "iptables -D INPUT -p tcp --dport " + proxyPort + " -j REJECT --reject-with tcp-reset"
	return []string{"sh", "-c", add + "true"}, []string{"sh", "-c", remove}
}

// inject breaks the pods until run returns. When k6 is interrupted it ends the agents, and waits for them.
func (p *pods) inject(what deed) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- what.run(ctx) }()
	on := make(chan struct{})
	go func() {
		if p.each(func(pod string) error { return p.awaits(ctx, pod, what.isOn) }) == nil {
			close(on)
		}
	}()
	for {
		select {
		case <-on:
			on = nil
			say("on", p.names())
		case err := <-ended:
			if err == nil {
				err = errors.New("the time of the agents was over")
			}
			// The others would go on where one has failed.
			if p.each(p.cleanUp) == nil {
				say("off", p.names())
			}
			return err
		case <-p.vu.Context().Done():
			return p.end(what, ended)
		}
	}
}

func (p *pods) awaits(ctx context.Context, pod string, isOn []string) error {
	for {
		if _, _, err := p.helper.Exec(ctx, pod, agent, isOn, nil); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// end asks the agents to end. What they say then is only that they were asked.
func (p *pods) end(what deed, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	if err := p.tell(ctx, what.before); err != nil {
		return fmt.Errorf("ending the agents: %w", err)
	}
	if err := p.each(p.cleanUp); err != nil {
		return fmt.Errorf("ending the agents: %w", err)
	}
	select {
	case <-ended:
		say("off", p.names())
		return p.tell(ctx, what.after)
	case <-ctx.Done():
		return fmt.Errorf("the agents did not end within %s", endWithin)
	}
}

// tell runs a command in the container of each agent; no command is none.
func (p *pods) tell(ctx context.Context, command []string) error {
	if command == nil {
		return nil
	}
	return p.each(func(pod string) error {
		if _, said, err := p.helper.Exec(ctx, pod, agent, command, nil); err != nil {
			return fmt.Errorf("%w %s", err, said)
		}
		return nil
	})
}

// each does it for all pods at once, and returns the first error, with the name of its pod.
func (p *pods) each(do func(pod string) error) error {
	errs := make(chan error, len(p.targets))
	for _, pod := range p.targets {
		go func() {
			if err := do(pod.Name); err != nil {
				errs <- fmt.Errorf("pod %s: %w", pod.Name, err)
				return
			}
			errs <- nil
		}()
	}
	for range p.targets {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}
