import type { DnsConfig, Outcome, Resolver } from '../../lib/journal/entry.ts';

/** A nameserver of the synthetic cluster: when nobody listens there, and what a query costs otherwise. */
export interface SyntheticServer {
  readonly address: string;
  readonly from: 'own-node' | 'elsewhere';
  readonly down: readonly { readonly fromNs: number; readonly toNs: number }[];
  readonly rttNs: number;
}

export interface SyntheticResult {
  readonly endNs: number;
  readonly outcome: Outcome;
  readonly error: string | null;
  /** The server whose answer counted; null when none did. */
  readonly server: SyntheticServer | null;
}

interface Question {
  readonly resolver: Resolver;
  readonly dnsConfig: DnsConfig;
  readonly servers: readonly SyntheticServer[];
  /** A quiet client is refused at once by a dead server; a busy one waits its timeout. */
  readonly refused: boolean;
  readonly startNs: number;
  readonly random: () => number;
}

/**
 * One lookup, roughly as that resolver makes it. On purpose it shares no line with `lib/resolver-model`: what one of
 * them gets wrong, tests see as a deviation of the other.
 */
export function syntheticLookup(question: Question): SyntheticResult {
  switch (question.resolver) {
    case 'musl':
      return parallel(question);
    case 'c-ares':
      return cAres(question);
    case 'wire':
      return sequential(question, {
        attempts: 1,
        names: 1,
        waitNs: () => (question.dnsConfig.timeoutS ?? 2) * second,
        error: 'timeout',
        searchesAfterSilence: 0,
      });
    case 'go':
      return sequential(question, {
        attempts: question.dnsConfig.attempts ?? 2,
        names: 1 + question.dnsConfig.searches.length,
        waitNs: () => timeoutNs(question),
        error: 'timeout',
        searchesAfterSilence: Infinity,
      });
    case 'glibc':
      return sequential(question, {
        attempts: question.dnsConfig.attempts ?? 2,
        names: 1 + question.dnsConfig.searches.length,
        searchesAfterSilence: 1,
        waitNs: (index) => {
          const shiftedS = (question.dnsConfig.timeoutS ?? 5) * 2 ** index;
          return Math.max(1, Math.trunc(index > 0 ? shiftedS / question.servers.length : shiftedS)) * second;
        },
        error: 'EAI_AGAIN',
      });
  }
}

const second = 1_000_000_000;
const refusalNs = 150_000;

interface Sequence {
  readonly attempts: number;
  readonly names: number;
  readonly waitNs: (serverIndex: number) => number;
  readonly error: string;
  /** How many names of the search list are met with silence before the resolver gives up. */
  readonly searchesAfterSilence: number;
}

function sequential(question: Question, sequence: Sequence): SyntheticResult {
  let nowNs = question.startNs;
  for (let name = 0, silences = 0; name < sequence.names && silences <= sequence.searchesAfterSilence; name += 1) {
    let nameExists = true;
    for (let attempt = 0; attempt < sequence.attempts && nameExists; attempt += 1) {
      for (const [index, server] of question.servers.entries()) {
        if (isUp(server, nowNs)) {
          nowNs += roundTripNs(server, question.random);
          if (name === 0) return { endNs: nowNs, outcome: 'answered', error: null, server };
          nameExists = false;
          break;
        }
        nowNs += question.refused ? refusalNs : sequence.waitNs(index);
      }
    }
    if (nameExists) silences += 1;
  }
  return { endNs: nowNs, outcome: 'failed', error: sequence.error, server: null };
}

function parallel(question: Question): SyntheticResult {
  const totalNs = timeoutNs(question);
  const everyNs = Math.trunc(totalNs / 1e6 / (question.dnsConfig.attempts ?? 2)) * 1e6;
  for (let sentNs = question.startNs; sentNs < question.startNs + totalNs; sentNs += everyNs) {
    const server = question.servers.find((candidate) => isUp(candidate, sentNs));
    if (server !== undefined) {
      return { endNs: sentNs + roundTripNs(server, question.random), outcome: 'answered', error: null, server };
    }
  }
  return { endNs: question.startNs + totalNs, outcome: 'failed', error: 'EAI_AGAIN', server: null };
}

/**
 * Rounds over the servers, each round's timeout doubled and shortened by up to half; timers tick by the second. Of the
 * first server the channel has learnt that 250 ms are enough.
 */
function cAres(question: Question): SyntheticResult {
  const tries = 4;
  let nowNs = question.startNs;
  for (let round = 0; round < tries; round += 1) {
    for (const server of question.servers) {
      if (isUp(server, nowNs)) {
        const endNs = nowNs + roundTripNs(server, question.random);
        return { endNs, outcome: 'answered', error: null, server };
      }
      const learnt = server.address === question.dnsConfig.nameservers[0];
      const baseNs = learnt ? second / 4 : (question.dnsConfig.timeoutS ?? 2) * second;
      const jitteredNs = Math.max(baseNs, baseNs * 2 ** round * (1 - question.random() / 2));
      nowNs += question.refused ? refusalNs : Math.round(jitteredNs + question.random() * 0.7 * second);
    }
  }
  return { endNs: nowNs, outcome: 'failed', error: 'ETIMEOUT', server: null };
}

function timeoutNs(question: Question): number {
  return (question.dnsConfig.timeoutS ?? 5) * second;
}

function isUp(server: SyntheticServer, atNs: number): boolean {
  return !server.down.some(({ fromNs, toNs }) => atNs >= fromNs && atNs < toNs);
}

/** Mostly the server's usual time, now and then four times that. */
function roundTripNs(server: SyntheticServer, random: () => number): number {
  const slow = random() < 0.01 ? 4 : 1;
  return Math.round(server.rttNs * slow * (0.8 + 0.5 * random()));
}
