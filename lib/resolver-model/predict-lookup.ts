import type { Resolver } from '../journal/entry.ts';
import { predictCAres } from './c-ares.ts';
import { predictGlibc } from './glibc.ts';
import { predictGo } from './go.ts';
import type { ExpectedLookup, LookupQuestion } from './lookup-question.ts';
import { predictMusl } from './musl.ts';
import { predictWire } from './wire.ts';

/**
 * What one lookup should give, from nothing but resolv.conf, the resolver, and the state of each nameserver over time.
 * Said before it happens, so that a deviation is a finding and not an anecdote.
 */
export function predictLookup(question: LookupQuestion): ExpectedLookup {
  return models[question.resolver](question);
}

const models: Readonly<Record<Resolver, (question: LookupQuestion) => ExpectedLookup>> = {
  glibc: predictGlibc,
  musl: predictMusl,
  go: predictGo,
  'c-ares': predictCAres,
  wire: predictWire,
};
