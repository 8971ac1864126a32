import type { Resolver, SiteName } from '../../lib/journal/entry.ts';
import type { SyntheticClaims } from './synthetic-hypothesis.ts';

export interface SyntheticOptions {
  readonly seed?: number;
  /** What the hypothesis claims; `calm` injects nothing. `true` passes, `wrong` fails. */
  readonly claims?: SyntheticClaims;
  /**
   * What went wrong with the run itself: a dirty baseline, a probe whose clock lags, a hole in a probe's record, a kill
   * that could not be confirmed, a kill that nobody felt, or an abort 3 s after the second kill.
   */
  readonly flaw?: 'none' | 'dirty-baseline' | 'late' | 'gap' | 'unconfirmed' | 'not-felt' | 'aborted';
  /** Distance of a busy probe's lookups; 50 ms unless told. */
  readonly intervalNs?: number;
  readonly sites?: readonly SiteName[];
  readonly resolvers?: readonly Exclude<Resolver, 'wire'>[];
  readonly dnsConfigs?: readonly string[];
  /** Whether packets were captured in the probes' pods; true unless told. */
  readonly captures?: boolean;
  /** How long the process is gone after each kill; 1.1 s and 11 s unless told. */
  readonly downNs?: readonly number[];
}

const second = 1_000_000_000;
const millisecond = 1_000_000;

/** Plan of the synthetic run, in ns since its start. */
export const syntheticPlan = {
  startNs: 86_400 * second,
  baselineNs: 10 * second,
  killsNs: [20 * second, 35 * second],
  drainingNs: 65 * second,
  endNs: 85 * second,
} as const;

/** The options with their defaults, and when node-cache was gone. */
export interface SyntheticRun {
  readonly seed: number;
  readonly claims: SyntheticClaims;
  readonly flaw: NonNullable<SyntheticOptions['flaw']>;
  readonly intervalNs: number;
  readonly sites: readonly SiteName[];
  readonly resolvers: readonly Exclude<Resolver, 'wire'>[];
  readonly dnsConfigs: readonly string[];
  readonly captures: boolean;
  /** When the process was gone, per kill. */
  readonly kills: readonly { readonly atNs: number; readonly goneNs: number; readonly boundNs: number }[];
  readonly stopNs: number;
}

export function planRun(options: SyntheticOptions): SyntheticRun {
  const claims = options.claims ?? 'true';
  const flaw = options.flaw ?? 'none';
  const downNs = options.downNs ?? [1.1 * second, 11 * second];
  const kills = syntheticPlan.killsNs.map((killNs, index) => {
    const atNs = syntheticPlan.startNs + killNs;
    const down = flaw === 'not-felt' && index === 1 ? 4 * millisecond : (downNs[index] ?? second);
    return { atNs, goneNs: atNs + 4 * millisecond, boundNs: atNs + 4 * millisecond + down };
  });
  const lastKillNs = kills.at(-1)?.atNs ?? 0;
  return {
    seed: options.seed ?? 1,
    claims,
    flaw,
    intervalNs: options.intervalNs ?? 50 * millisecond,
    sites: options.sites ?? ['both', 'link-local', 'control'],
    resolvers: options.resolvers ?? ['glibc', 'musl', 'go', 'c-ares'],
    dnsConfigs: options.dnsConfigs ?? ['single', 'single-2s', 'fallback', 'fallback-upstream', 'stock'],
    captures: options.captures ?? true,
    kills: claims === 'calm' ? [] : kills,
    stopNs: flaw === 'aborted' ? lastKillNs + 3 * second : syntheticPlan.startNs + syntheticPlan.endNs,
  };
}
