import { createServer, type Server } from 'node:net';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { execa } from 'execa';

/** What lies on the machine for a pod to reach: this process's, and gone with it. */
export interface Bait extends AsyncDisposable {
  readonly secret: string;
  /** A file that holds the secret, outside /usr. */
  readonly file: string;
  readonly unixSocket: string;
  /** Its name in the kernel's table, without the NUL before it. */
  readonly abstractSocket: string;
  /** Of a listener on all of the machine's addresses. */
  readonly port: number;
  /** The machine's addresses: loopback, and what others know it by. */
  readonly addresses: readonly string[];
  /** A process of the machine has this in its command line. */
  readonly process: string;
  /** The description of a key that root has. */
  readonly key: string;
  /** The first disk, as mknod takes it: "254 0"; empty where there is none. */
  readonly disk: string;
}

/** Lays it out. Nothing of it changes the machine: files in a folder of its own, sockets, a process, and a key that expires. */
export async function layBait(): Promise<Bait> {
  const name = `nodelocal-drill-bait-${process.pid}`;
  const folder = await mkdtempDisposable(join(tmpdir(), 'shut-in-'));
  const file = join(folder.path, 'secret');
  await writeFile(file, name);
  const unixSocket = join(folder.path, 'socket');
  const servers = [listening(), listening(), listening()] as const;
  servers[0].listen(0, '0.0.0.0');
  servers[1].listen(unixSocket);
  servers[2].listen(`\0${name}`);
  await Promise.all(servers.map(async (server) => once(server, 'listening')));
  const address = servers[0].address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  const sleeper = execa('sh', ['-c', 'while sleep 1; do :; done', name], { reject: false });
  await addKey(name);
  return {
    secret: name,
    file,
    unixSocket,
    abstractSocket: name,
    port: address.port,
    addresses: Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ family }) => family === 'IPv4')
      .map((each) => each.address),
    process: name,
    key: name,
    disk: await firstDisk(),
    async [Symbol.asyncDispose]() {
      sleeper.kill('SIGKILL');
      await sleeper;
      for (const server of servers) server.close();
      await folder.remove();
    },
  };
}

function listening(): Server {
  return createServer((socket) => socket.end());
}

async function firstDisk(): Promise<string> {
  const [, , ...lines] = (await readFile('/proc/partitions', 'utf8')).trim().split('\n');
  const [major, minor] = lines[0]?.trim().split(/\s+/) ?? [];
  return major === undefined || minor === undefined ? '' : `${major} ${minor}`;
}

/** Ten minutes in root's own keyring, whatever this process comes to. */
async function addKey(name: string): Promise<void> {
  const [add, control] = process.arch === 'arm64' ? [217, 219] : [248, 250];
  const program = `
    my ($type, $name, $secret) = ("user", @ARGV);
    my $key = syscall(${add}, $type, $name, $secret, length $secret, -4);
    die "add_key: $!" if $key < 0;
    syscall(${control}, 15, $key, 600) == 0 or die "timeout: $!";`;
  await execa('perl', ['-e', program, name, name]);
}
