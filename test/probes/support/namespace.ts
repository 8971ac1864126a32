import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A network namespace with nothing but the loopback link, and a resolv.conf of its own. Ends with all that was started in it. */
export interface Namespace extends AsyncDisposable {
  readonly pid: number;
  /** Gone at the end. */
  readonly folder: string;
  start(command: readonly string[]): StartedProcess;
  /** glibc asks for A only where a link other than the loopback has an IPv4 address, for AAAA likewise (AI_ADDRCONFIG). */
  addLink(): Promise<void>;
  /** Starts the nameserver of responder.ts and waits until it is bound. */
  startResponder(address: string, mode: 'answer' | 'silent' | 'far' | 'truncated' | 'half'): Promise<StartedProcess>;
}

export interface StartedProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: Readable;
}

/** No test lasts longer; what would be left behind ends by then. */
const longestTestS = '120';

export async function makeNamespace(resolvConf: string): Promise<Namespace> {
  const folder = await mkdtemp(join(tmpdir(), 'probe-test-'));
  const file = join(folder, 'resolv.conf');
  await writeFile(file, resolvConf);
  const script = 'mount --bind "$1" /etc/resolv.conf && ip link set lo up && echo ready && exec sleep "$2"';
  const holder = started([
    'unshare',
    '--net',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    file,
    longestTestS,
  ]);
  const children: ChildProcess[] = [holder.child];
  await firstLine(holder.stdout);

  const start = (command: readonly string[]) => {
    const namespaces = [`--net=/proc/${holder.pid}/ns/net`, `--mount=/proc/${holder.pid}/ns/mnt`];
    const process = started(['nsenter', ...namespaces, '--', ...command]);
    children.push(process.child);
    return process;
  };
  return {
    pid: holder.pid,
    folder,
    start,
    async addLink() {
      const script =
        'ip link add pair0 type veth peer name pair1 && ip addr add 2001:db8::1/64 dev pair0 nodad && ip addr add 192.0.2.1/24 dev pair0 && ip link set pair0 up && echo ready';
      await firstLine(start(['sh', '-c', script]).stdout);
    },
    async startResponder(address, mode) {
      const responder = start([process.execPath, join(import.meta.dirname, 'responder.ts'), address, mode]);
      await firstLine(responder.stdout);
      return responder;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(end));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function started([program = '', ...rest]: readonly string[]): StartedProcess {
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.pid === undefined) throw new Error(`${program} did not start`);
  return { child, pid: child.pid, stdout: child.stdout };
}

/** `nsenter` and `unshare` become the program that they start, so the PID is the program's. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function firstLine(output: Readable): Promise<void> {
  for await (const line of createInterface({ input: output })) if (line === 'ready') return;
  throw new Error('the process ended before it was ready');
}
