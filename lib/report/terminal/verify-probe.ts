import type { VerifyReport } from '../../verify/verify-report.ts';
import type { painter, Tone } from './paint.ts';
import { wrapField, wrapText } from './wrap-text.ts';

type Probe = NonNullable<VerifyReport['probe']>;
type ProbedNode = Probe['nodes'][number];
type Paint = ReturnType<typeof painter>;

/** What pods saw that asked for fresh names twice, node by node. */
export function verifyProbe({ nodes }: Probe, columns: number, paint: Paint): readonly string[] {
  const title =
    nodes.length === 0
      ? 'No pod has asked: no node has a node-cache.'
      : 'Fresh names, asked for twice by a pod of each node: first CoreDNS, then the cache, by counters';
  return ['', ...wrapText(title, columns), ...nodes.flatMap((node) => nodeLines(node, columns, paint))];
}

function nodeLines(
  { node, resolvConf, servers, failure }: ProbedNode,
  columns: number,
  paint: Paint,
): readonly string[] {
  const field = (label: string, text: string) => wrapField(label, text, columns, labelWidth);
  if (resolvConf === null) return field(node, `no word: ${failure ?? 'unknown'}`);
  const { nameservers, searches, options, differences } = resolvConf;
  return [
    ...field(
      node,
      `resolv.conf: nameserver ${nameservers.join(' ') || 'none'}; search ${searches.join(' ') || 'none'}; options ${options.join(' ') || 'none'} (${differences.length === 0 ? 'as computed' : 'not as computed'})`,
    ),
    ...servers.flatMap(({ server, outcome, because }) => {
      const [first = '', ...rest] = field('', `${server} ${words[outcome]}: ${because}`);
      return [first.replace(words[outcome], paint(tones[outcome], words[outcome])), ...rest];
    }),
  ];
}

const labelWidth = 13;

const words: Readonly<Record<ProbedNode['servers'][number]['outcome'], string>> = {
  proved: 'proved',
  'past-the-cache': 'past the cache',
  'not-kept': 'not kept',
  'cached-already': 'cached already',
  'no-answer': 'no answer',
  'not-proved': 'not proved',
};

const tones: Readonly<Record<ProbedNode['servers'][number]['outcome'], Tone>> = {
  proved: 'good',
  'past-the-cache': 'bad',
  'not-kept': 'bad',
  'cached-already': 'slow',
  'no-answer': 'bad',
  'not-proved': 'slow',
};
