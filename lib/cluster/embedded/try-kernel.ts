import { execa } from 'execa';
import { lastLine } from '../../build/last-line.ts';

const limitMs = 20_000;

/**
 * Tries in namespaces that are gone at once what the cluster will ask of the kernel: reading a list of modules would not tell what loads on
 * demand, and what a container or a security module forbids. What needs a program that is not installed yet (`ip`, `iptables`) is left out.
 * @returns why the cluster can't run, in one sentence; null where all worked
 */
export async function tryKernel(signal: AbortSignal): Promise<string | null> {
  const tried = await execa('unshare', [...namespaces, 'sh', '-c', script], {
    stdin: 'ignore',
    reject: false,
    timeout: limitMs,
    cancelSignal: signal,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    extendEnv: false,
  });
  signal.throwIfAborted();
  return tried.failed ? refusalOf(tried.stdout, tried.stderr, tried.code) : null;
}

/** From the names of the steps that were begun, one a line, and what the last of them complained of. */
export function refusalOf(begun: string, complaint: string, code?: string): string {
  if (code === 'ENOENT')
    return 'the embedded cluster needs the command unshare, which is not there: install the package util-linux';
  const name = lastLine(begun);
  const { needs, wayOut } = steps.find((step) => step.name === name) ?? newNamespaces;
  const [line = ''] = complaint.trim().split('\n');
  return `the embedded cluster needs ${needs}, which this kernel or container refuses${line === '' ? '' : ` (${line.slice(0, 200)})`}: ${wayOut}`;
}

const namespaces = ['--net', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--'] as const;

const privileged = 'in a container, run it privileged';

const newNamespaces = {
  needs: 'new PID, network, mount, IPC and UTS namespaces',
  wayOut: `${privileged}, and see that the user.max_*_namespaces sysctls are not 0`,
};

interface TrialStep {
  readonly name: string;
  readonly needs: string;
  readonly wayOut: string;
  readonly command: string;
  /** A program without which the step is left out. */
  readonly with?: string;
}

/** In order; later steps stand on earlier ones. */
const steps: readonly TrialStep[] = [
  { name: 'proc', needs: 'to mount /proc', wayOut: privileged, command: 'mount -t proc proc /proc' },
  {
    name: 'sysctl',
    needs: 'to set /proc/sys/net/ipv4/ip_forward in a network namespace of its own',
    wayOut: privileged,
    command: 'echo 1 > /proc/sys/net/ipv4/ip_forward',
  },
  { name: 'tmpfs', needs: 'to mount a tmpfs', wayOut: privileged, command: 'mount -t tmpfs try /tmp' },
  {
    name: 'overlay',
    needs: 'overlay mounts',
    wayOut: 'modprobe overlay, or boot a kernel with CONFIG_OVERLAY_FS',
    command:
      'mkdir /tmp/upper /tmp/work /tmp/all && mount -t overlay -o lowerdir=/usr,upperdir=/tmp/upper,workdir=/tmp/work try /tmp/all',
  },
  {
    name: 'bridge',
    needs: 'bridges',
    wayOut: 'modprobe bridge, or boot a kernel with CONFIG_BRIDGE',
    command: 'ip link add try0 type bridge',
    with: 'ip',
  },
  {
    name: 'veth',
    needs: 'veth pairs',
    wayOut: 'modprobe veth, or boot a kernel with CONFIG_VETH',
    command: 'ip link add try1 type veth peer name try2',
    with: 'ip',
  },
  {
    name: 'nat',
    needs: 'NAT by iptables',
    wayOut: 'modprobe nft_compat nft_chain_nat xt_MASQUERADE, or boot a kernel that has them',
    command:
      'iptables -w -t nat -A POSTROUTING -m comment --comment try -m statistic --mode random --probability 0.5 -j MASQUERADE',
    with: 'iptables',
  },
  {
    name: 'notrack',
    needs: 'the raw table of iptables',
    wayOut: 'modprobe xt_CT, or boot a kernel with CONFIG_NETFILTER_XT_TARGET_CT',
    command: 'iptables -w -t raw -A PREROUTING -d 169.254.20.10 -p udp --dport 53 -j NOTRACK',
    with: 'iptables',
  },
];

const script = steps
  .map(({ name, command, with: program }) => {
    const tried = `echo ${name}; { ${command}; } || exit 1`;
    return program === undefined ? tried : `if command -v ${program} > /dev/null; then ${tried}; fi`;
  })
  .join('\n');
