/** What the tests with a real cluster need of this machine. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PROGRAMS = 'etcd containerd ctr runc iptables ip nsenter sysctl openssl kubectl curl busybox tar ldd';
/** As Debian calls them. */
export const PACKAGES = [
  ...['etcd-server', 'containerd', 'runc', 'containernetworking-plugins', 'iptables', 'iproute2', 'openssl', 'curl'],
  'busybox-static',
];

/** Why they can't run here, in one line; undefined: they can. */
export function missingForKubernetes(): string | undefined {
  if (process.platform !== 'linux') return 'they need Linux';
  if (process.getuid?.() !== 0) return 'they need root: a network namespace, mounts and cgroups of their own';
  const absent = PROGRAMS.split(' ').filter((name) => !isThere(name));
  if (!existsSync('/usr/lib/cni/bridge')) absent.push('/usr/lib/cni/bridge');
  if (absent.length > 0)
    return `there is no ${absent.join(', no ')} (Debian: apt-get install ${PACKAGES.join(' ')}, and kubectl)`;
  const pods = ['/sys/fs/cgroup/kubepods', '/sys/fs/cgroup/memory/kubepods'].find((path) => existsSync(path));
  return pods === undefined ? undefined : `${pods} shows that this machine is the node of a cluster already`;
}

function isThere(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
