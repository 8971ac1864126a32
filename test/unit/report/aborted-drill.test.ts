import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Journal } from '../../../lib/journal/journal.ts';
import { abortedDrill } from '../../../lib/report/aborted-drill.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';

const cutShort = syntheticJournal({ flaw: 'aborted', resolvers: ['glibc'], dnsConfigs: ['single'] });
const end = { type: 'phase', atNs: 0, phase: 'end', fault: null } as const;
const phases = [...cutShort.phases.filter(({ phase }) => phase !== 'end'), end];
const left = { type: 'trouble', atNs: 0, what: 'cluster', probe: null, message: 'left behind: two pods' } as const;

test('what the recorder could not put back is left behind', () => {
  assert.equal(abortedDrill({ ...cutShort, phases }).leftBehind, 'nothing that is known');
  assert.match(abortedDrill({ ...cutShort, phases }).undone, /the pods of the run are deleted$/);
  const failed: Journal = { ...cutShort, phases, troubles: [...cutShort.troubles, left] };
  assert.equal(abortedDrill(failed).leftBehind, 'two pods');
  assert.doesNotMatch(abortedDrill(failed).undone, /deleted/);
});

test('a recorder that was killed has put nothing back', () => {
  const killed = { ...cutShort, phases: phases.slice(0, -1) };
  assert.match(abortedDrill(killed).undone, /^nothing by the recorder/);
  assert.match(abortedDrill(killed).leftBehind, /^the pods of the run/);
});
