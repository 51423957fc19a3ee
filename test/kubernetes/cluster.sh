#!/bin/bash
# cluster.sh up|down: a Kubernetes with one node in a network namespace of its own. STATE is its folder, KUBERNETES the program of
# all its parts, NAMESPACE the name of the network namespace. `down` ends what runs in that namespace and in the cluster's own containers,
# each by its id and nothing else, and is safe to repeat.
set -u
cd "$STATE" || exit 1
IP=10.88.0.2
inside() { nsenter --net="/run/netns/$NAMESPACE" "$@"; }
part() { # NAME COMMAND…: in the background, with its log and its id
  local name=$1; shift
  nsenter --net="/run/netns/$NAMESPACE" "$@" >"log/$name.log" 2>&1 </dev/null &
  echo $! >"run/$name.pid"
}
certificate() { # NAME COMMON-NAME ORGANISATION ALTERNATIVE-NAMES
  openssl req -newkey rsa:2048 -nodes -keyout "pki/$1.key" -out "pki/$1.csr" -subj "/O=$3/CN=$2" 2>/dev/null
  openssl x509 -req -in "pki/$1.csr" -CA pki/ca.crt -CAkey pki/ca.key -CAcreateserial -out "pki/$1.crt" -days 2 \
    -extfile <(echo "subjectAltName=$4"; echo extendedKeyUsage=serverAuth,clientAuth) 2>/dev/null
}
until_true() { # SECONDS COMMAND…
  local deadline=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $deadline ] || { echo "never: $*" >&2; exit 1; }; sleep 0.3; done
}

up() {
  set -e
  mkdir -p pki log run etcd ctr/root ctr/state cni/conf kubelet
  ip netns add "$NAMESPACE"
  ip -n "$NAMESPACE" link set lo up
  ip link add eth0 netns "$NAMESPACE" type veth peer name eth0p netns "$NAMESPACE"
  ip -n "$NAMESPACE" link set eth0p up
  ip -n "$NAMESPACE" addr add $IP/24 dev eth0
  ip -n "$NAMESPACE" link set eth0 up
  # It leads nowhere; without it the node takes itself for offline.
  ip -n "$NAMESPACE" route add default via 10.88.0.1
  inside sysctl -qw net.ipv4.ip_forward=1
  openssl genrsa -out pki/sa.key 2048 2>/dev/null
  openssl req -x509 -newkey rsa:2048 -nodes -keyout pki/ca.key -out pki/ca.crt -days 2 -subj /CN=test-ca 2>/dev/null
  certificate apiserver kube-apiserver x "DNS:kubernetes,DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:$IP,IP:10.96.0.1"
  certificate admin admin system:masters DNS:x
  certificate kubelet system:node:node1 system:nodes "DNS:node1,IP:$IP"
  certificate manager system:kube-controller-manager x DNS:x
  certificate scheduler system:kube-scheduler x DNS:x
  for user in admin kubelet manager scheduler; do cat >"$user.kubeconfig" <<Y; done
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://$IP:6443", certificate-authority: $STATE/pki/ca.crt}}]
users: [{name: u, user: {client-certificate: $STATE/pki/$user.crt, client-key: $STATE/pki/$user.key}}]
contexts: [{name: $user, context: {cluster: c, user: u}}]
current-context: $user
Y
  part etcd etcd --data-dir etcd --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380 --unsafe-no-fsync
  part apiserver "$KUBERNETES" kube-apiserver --etcd-servers=http://127.0.0.1:2379 --service-cluster-ip-range=10.96.0.0/16 \
    --advertise-address=$IP --bind-address=0.0.0.0 --secure-port=6443 --tls-cert-file=pki/apiserver.crt \
    --tls-private-key-file=pki/apiserver.key --client-ca-file=pki/ca.crt --authorization-mode=Node,RBAC \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=pki/sa.key \
    --service-account-signing-key-file=pki/sa.key --kubelet-client-certificate=pki/admin.crt \
    --kubelet-client-key=pki/admin.key --kubelet-certificate-authority=pki/ca.crt \
    --kubelet-preferred-address-types=InternalIP --cert-dir=run
  until_true 90 inside kubectl --kubeconfig admin.kubeconfig get --raw /readyz
  part manager "$KUBERNETES" kube-controller-manager --kubeconfig=manager.kubeconfig --root-ca-file=pki/ca.crt \
    --service-account-private-key-file=pki/sa.key --use-service-account-credentials --leader-elect=false \
    --cluster-cidr=10.244.0.0/16 --allocate-node-cidrs=false
  part scheduler "$KUBERNETES" kube-scheduler --kubeconfig=scheduler.kubeconfig --leader-elect=false
  node
  until_true 90 ready
}

ready() { inside kubectl --kubeconfig admin.kubeconfig get nodes | grep -q ' Ready'; }

node() {
  cat >ctr/config.toml <<T
version = 2
root = "$STATE/ctr/root"
state = "$STATE/ctr/state"
[grpc]
  address = "$STATE/ctr/c.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/local/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$STATE/cni/conf"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
T
  cat >cni/conf/10-test.conflist <<T
{"cniVersion":"0.4.0","name":"test","plugins":[
 {"type":"bridge","bridge":"cni0","isGateway":true,"ipMasq":false,"hairpinMode":true,
  "ipam":{"type":"host-local","ranges":[[{"subnet":"10.244.0.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}],"dataDir":"$STATE/cni/data"}}]}
T
  cat >kubelet.yaml <<T
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failSwapOn: false
failCgroupV1: false
containerRuntimeEndpoint: unix://$STATE/ctr/c.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $STATE/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $STATE/pki/kubelet.crt
tlsPrivateKeyFile: $STATE/pki/kubelet.key
resolvConf: ""
clusterDNS: []
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 99
podLogsDir: $STATE/podlogs
readOnlyPort: 0
maxPods: 60
T
  cat >proxy.yaml <<T
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: {kubeconfig: $STATE/admin.kubeconfig}
clusterCIDR: 10.244.0.0/16
conntrack: {maxPerCore: 0}
hostnameOverride: node1
T
  part containerd containerd -c ctr/config.toml
  until_true 30 ctr -a ctr/c.sock version
  for image in images/*.tar; do ctr -a ctr/c.sock -n k8s.io image import "$image" >/dev/null; done
  part kubelet "$KUBERNETES" kubelet --config=kubelet.yaml --kubeconfig=kubelet.kubeconfig --hostname-override=node1 \
    --node-ip=$IP --root-dir="$STATE/kubelet"
  part proxy "$KUBERNETES" kube-proxy --config=proxy.yaml
}

ours() { ip netns pids "$NAMESPACE" 2>/dev/null; }
end() { # SIGNAL ID: unless the process is gone and its id is somebody else's
  ours | grep -qx "$2" && kill "-$1" "$2" 2>/dev/null
}


down() {
  local kubectl="timeout 20 nsenter --net=/run/netns/$NAMESPACE kubectl --kubeconfig admin.kubeconfig"
  $kubectl delete deployments,jobs,pods --all-namespaces --all --grace-period=0 --force >/dev/null 2>&1
  for name in kubelet proxy manager scheduler apiserver etcd; do end 9 "$(cat run/$name.pid)"; done
  local tasks="timeout 10 ctr -a ctr/c.sock -n k8s.io task" containers="timeout 10 ctr -a ctr/c.sock -n k8s.io container"
  # Each pod has a network namespace, which its containers name.
  local networks
  networks=$(for one in $($containers ls -q 2>/dev/null); do $containers info "$one" | grep -o '/netns/cni-[0-9a-f-]*'; done | sort -u)
  for task in $($tasks ls -q 2>/dev/null); do $tasks rm -f "$task" >/dev/null 2>&1; done
  end TERM "$(cat run/containerd.pid)"
  # A shim outlives its containerd.
  for left in $(ours); do end 9 "$left"; done
  for _ in {1..50}; do [ -z "$(ours)" ] && break; sleep 0.2; done
  awk '{print $2}' /proc/mounts | grep "^$STATE/" | sort -r | while read -r mount; do umount -l "$mount"; done
  for pod in $networks; do ip netns del "${pod#/netns/}" 2>/dev/null; done
  ip netns del "$NAMESPACE" 2>/dev/null
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null
  true
}

"$1"
