import type { ServerBlock, Directive } from '../corefile.ts';
import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

/** A variable of upstream's manifest that nobody has replaced. */
export const placeholders = ofEachNodeCache((nodeCache) => {
  const { corefile, flags, object } = nodeCache;
  const words = [...(corefile ?? []).flatMap(wordsOf), ...flags.values()];
  const left = [...new Set(words.flatMap((word) => word.match(/__PILLAR__\w+?__(?=\W|$)/g) ?? []))].filter(
    (name) => !filledInAtStart.has(name),
  );
  if (left.length === 0) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} still has ${left.join(', ')} in its manifest`,
    why: 'node-cache fills in only what it knows at its start; this stands there as it is, as a zone or an address that does not exist.',
    change: 'Replace it, as the README of the addon says.',
    sources: [source('kubernetes/dns cmd/node-cache/app/configmap.go')],
  };
});

const filledInAtStart = new Set(['__PILLAR__CLUSTER__DNS__', '__PILLAR__UPSTREAM__SERVERS__']);

function wordsOf({ zones, directives }: ServerBlock): readonly string[] {
  return [...zones, ...directives.flatMap(wordsOfDirective)];
}

function wordsOfDirective({ name, args, block }: Directive): readonly string[] {
  return [name, ...args, ...block.flatMap(wordsOfDirective)];
}
