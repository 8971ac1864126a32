import type { Progress } from '../../build/progress.ts';
import { InUse } from '../../kube/in-use.ts';
import { endOrphans, lockMark } from './orphans.ts';
import { nameOf, type LockHolder } from './lock-holder.ts';
import { listenAs, meetHolder } from './lock-socket.ts';
import { ownIdentity } from '../../build/process-identity.ts';

export interface LockOptions {
  /** Of the cluster: a kind one's begins with `kind/`, so that it is no embedded one's. */
  readonly name: string;
  /** Null where there is no run. */
  readonly runId: string | null;
  /** What the user typed, for those who have to wait. */
  readonly command: string;
  /** Else a cluster that is in use is refused. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** By name, what this process holds; a second use inside it is no second holder. */
const held = new Map<string, { users: number; readonly giveBack: () => Promise<void> }>();

/**
 * Has an embedded cluster to itself until disposed of: nobody else boots it, puts it away or drills on it meanwhile. Whoever comes
 * second waits, and says for whom, or is refused. The lock goes with its process, however that ends. What an earlier holder that was
 * killed left running (a build, a launcher, a drill) is ended first, as it works on a cluster that is no longer its own.
 * @throws InUse when `wait` is false and another process has it
 */
export async function lockCluster(options: LockOptions): Promise<AsyncDisposable> {
  const { name, progress, signal } = options;
  const mine = held.get(name);
  if (mine !== undefined) return share(name, mine);
  const holder: LockHolder = {
    ...(await ownIdentity()),
    runId: options.runId,
    command: options.command,
    startedAtUtc: new Date(performance.timeOrigin).toISOString(),
  };
  for (let told = 0; ;) {
    signal.throwIfAborted();
    const giveBack = await listenAs(name, holder);
    if (giveBack !== null) {
      await endOrphans(name);
      process.env[lockMark(name)] = markOf(holder);
      return share(name, keep(name, giveBack));
    }
    using other = await meetHolder(name);
    if (other === null) continue;
    if (other.holder !== null && process.env[lockMark(name)] === markOf(other.holder)) return inherited;
    const inUse = `${nameOf(other.holder)}, has the ${inWords(name)} to itself`;
    if (!options.wait)
      throw new InUse(
        `${inUse}; wait for its end, or name a cluster of your own with cluster.${name.startsWith('kind/') ? 'kind' : 'embedded'}.name`,
      );
    if (told !== (other.holder?.pid ?? -1)) progress('waiting', `${inUse}: waiting for its end (Ctrl-C gives up)`);
    told = other.holder?.pid ?? -1;
    await Promise.race([other.gone, aborted(signal)]);
  }
}

function inWords(name: string): string {
  return name.startsWith('kind/') ? `kind cluster "${name.slice(5)}"` : `embedded cluster "${name}"`;
}

/** A process that was started by the holder works under its lock. */
const inherited: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };

function markOf({ pid, startTicks }: LockHolder): string {
  return `${pid} ${startTicks}`;
}

function keep(name: string, giveBack: () => Promise<void>) {
  const kept = { users: 0, giveBack };
  held.set(name, kept);
  return kept;
}

function share(name: string, kept: { users: number; readonly giveBack: () => Promise<void> }): AsyncDisposable {
  kept.users += 1;
  let over = false;
  return {
    [Symbol.asyncDispose]: async () => {
      if (over) return;
      over = true;
      kept.users -= 1;
      if (kept.users > 0) return;
      held.delete(name);
      Reflect.deleteProperty(process.env, lockMark(name));
      await kept.giveBack();
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}
