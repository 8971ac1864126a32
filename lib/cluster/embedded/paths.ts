import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is built once and kept: programs, images, compilers' caches. `NODELOCAL_DRILL_CACHE` moves it. */
export function cacheDir(): string {
  const configured = process.env['NODELOCAL_DRILL_CACHE'];
  if (configured !== undefined && configured !== '') return configured;
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nodelocal-drill');
}

/** Everything that a running embedded cluster leaves on the machine outside the cache, but for its cgroups. */
export function runDir(name: string): string {
  return join('/run/nodelocal-drill', name);
}

/** The one name under which its cgroups lie in every hierarchy (embedded/internal/machine/cgroup.go). */
export function cgroupName(name: string): string {
  return `nodelocal-drill-${name}`;
}

/** The kubeconfig context of an embedded cluster. */
export function contextName(name: string): string {
  return cgroupName(name);
}
