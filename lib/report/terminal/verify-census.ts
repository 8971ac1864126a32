import { formatCount } from '../../judge/format.ts';
import type { VerifyReport } from '../../verify/verify-report.ts';
import type { painter, Tone } from './paint.ts';
import { padStartTo, padTo, wrapText } from './wrap-text.ts';

type Group = VerifyReport['census']['groups'][number];
type Paint = ReturnType<typeof painter>;

/** The pods by what their resolv.conf comes to, and by namespace. */
export function verifyCensus(report: VerifyReport, columns: number, paint: Paint): readonly string[] {
  const { census } = report;
  const resolvers =
    columns >= wideColumns
      ? (census.groups.find(({ longestLookups }) => longestLookups !== null)?.longestLookups ?? [])
      : [];
  const headings = resolvers.length > 0 ? resolvers.map(({ resolver }) => resolver) : ['longest'];
  const shown = census.groups.slice(0, mostGroups);
  const left = census.groups.slice(mostGroups);
  return [
    ...wrapText(
      `DNS of pods when node-cache is killed, and when it is updated; longest: one lookup while it is gone for ${census.absenceSeconds} s, as the resolvers’ models say`,
      columns,
    ),
    row({
      pods: 'pods',
      servers: 'nameservers',
      options: 'options',
      killed: 'killed',
      updated: 'updated',
      longest: headings,
    }),
    ...shown.flatMap((group) => groupLines(group, headings.length > 1, paint)),
    ...(left.length === 0
      ? []
      : [
          `${padStartTo(formatCount(left.reduce((sum, { pods }) => sum + pods, 0)), 6)}  in ${left.length} more groups (--json has all)`,
        ]),
    ...namespaceLines(report),
  ];
}

const wideColumns = 117;
const mostGroups = 12;
const mostNamespaces = 10;
const widths = { servers: 27, options: 14, fate: 8, longest: 13 };

interface Row {
  readonly pods: string;
  readonly servers: string;
  readonly options: string;
  readonly killed: string;
  readonly updated: string;
  readonly longest: readonly string[];
}

function row({ pods, servers, options, killed, updated, longest }: Row): string {
  return [
    `${padStartTo(pods, 6)}  `,
    padTo(servers, widths.servers),
    padTo(options, widths.options),
    padTo(killed, widths.fate),
    padTo(updated, widths.fate),
    ...longest.map((text) => padTo(text, widths.longest)),
  ]
    .join('')
    .trimEnd();
}

/** A group takes as many lines as it has nameservers or options. */
function groupLines(group: Group, wide: boolean, paint: Paint): readonly string[] {
  const servers = serversOf(group);
  const height = Math.max(servers.length, group.options.length, 1);
  return Array.from({ length: height }, (_, index) =>
    row({
      pods: index === 0 ? formatCount(group.pods) : '',
      servers: servers[index] ?? '',
      options: group.options[index] ?? '',
      killed: index === 0 ? fateText(group.killed, paint) : '',
      updated: index === 0 ? fateText(group.updated, paint) : '',
      longest: index === 0 ? longestTexts(group, wide) : [],
    }),
  );
}

function serversOf({ base, nameservers }: Group): readonly string[] {
  const own = base === 'node' ? ["the node's own"] : [];
  return [...own, ...nameservers.map(({ address, answerer }) => `${address} ${answererWords[answerer]}`)];
}

const answererWords = { 'node-cache': 'node-cache', cluster: 'CoreDNS', nobody: 'nobody', foreign: 'outside' } as const;

function fateText(fate: Group['killed'], paint: Paint): string {
  return paint(fateTones[fate], fateWords[fate]);
}

const fateWords = { dead: 'no DNS', loses: 'loses', slows: 'slow', keeps: 'keeps', unknown: '?' } as const;
const fateTones: Readonly<Record<Group['killed'], Tone>> = {
  dead: 'bad',
  loses: 'bad',
  slows: 'slow',
  keeps: 'plain',
  unknown: 'faint',
};

function longestTexts({ longestLookups }: Group, wide: boolean): readonly string[] {
  if (longestLookups === null) return [];
  const texts = longestLookups.map(longestText);
  if (wide) return texts;
  const worst = longestLookups.toSorted((a, b) => Number(b.fails) - Number(a.fails) || b.seconds - a.seconds)[0];
  return worst === undefined ? [] : [longestText(worst)];
}

function longestText({ seconds, fails }: { readonly seconds: number; readonly fails: boolean }): string {
  return `${fails ? 'fails ' : ''}${seconds.toFixed(1)} s`;
}

/** Where the pods are that lose it. */
function namespaceLines({ census }: VerifyReport): readonly string[] {
  const felt = census.namespaces.filter(({ killed }) => killed.dead + killed.loses + killed.slows > 0);
  if (felt.length === 0) return [];
  const line = (cells: readonly string[], name: string) =>
    `${cells.map((text) => padStartTo(text, 9)).join('')}  ${name}`;
  const left = felt.length - mostNamespaces;
  return [
    '',
    line(['pods', 'no DNS', 'loses', 'slow', 'keeps'], 'namespace'),
    ...felt
      .slice(0, mostNamespaces)
      .map(({ namespace, pods, killed }) =>
        line([pods, killed.dead, killed.loses, killed.slows, killed.keeps].map(formatCount), namespace),
      ),
    ...(left > 0 ? [`${' '.repeat(45)}  ${left} more (--json has all)`] : []),
  ];
}
