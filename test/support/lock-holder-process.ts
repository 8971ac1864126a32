/** Run as a process: takes the lock of the cluster named in argv, says so on stdout, and holds it until it is killed. */
import { spawn } from 'node:child_process';
import { noProgress } from '../../lib/build/progress.ts';
import { lockCluster } from '../../lib/cluster/embedded/cluster-lock.ts';

const [name = '', runId = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
await lockCluster({ name, runId, command: 'npm start', wait: false, signal, progress: noProgress });
// It outlives its parent, as a build does.
const child = spawn('sleep', ['600'], { stdio: 'ignore' });
process.stdout.write(`held ${child.pid}\n`);
setInterval(() => undefined, 60_000);
