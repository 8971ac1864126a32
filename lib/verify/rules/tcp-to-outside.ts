import { directivesOf, isBlockOf } from '../corefile.ts';
import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const tcpToOutside = ofEachNodeCache((nodeCache) => {
  const { corefile, corefileFrom, object } = nodeCache;
  const forced = directivesOf(
    (corefile ?? []).filter((block) => isBlockOf(block, '.')),
    'forward',
  ).some(
    ({ block, args }) => block.some(({ name }) => name === 'force_tcp') && !args.includes('__PILLAR__CLUSTER__DNS__'),
  );
  if (!forced) return null;
  return {
    ...about(nodeCache),
    severity: 'note',
    what: `${objectText(object)} asks outside resolvers over TCP alone (force_tcp in the block of \`.\`, ${corefileFrom})`,
    why: 'Users of the AWS resolver saw lookups suffer from it.',
    change: 'Leave force_tcp out of that block, as upstream does.',
    sources: [issue('kubernetes/kubernetes', 111975), issue('kubernetes/kops', 9917)],
  };
});
