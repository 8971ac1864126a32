import { countOf, formatCount, listOf } from '../../judge/format.ts';
import type { VerifyReport } from '../../verify/verify-report.ts';
import { painter, type Tone } from './paint.ts';
import { spread, wrapField, wrapText } from './wrap-text.ts';
import { verifyCensus } from './verify-census.ts';
import { verifyFacts } from './verify-facts.ts';
import { verifyProbe } from './verify-probe.ts';

export interface VerifyPageOptions {
  readonly columns: number;
  readonly colour: boolean;
  readonly exitCode: number;
}

/** How a look at a cluster reads on the terminal: the answer, what is there, the census of its pods, each finding. */
export function renderVerifyPage(report: VerifyReport, options: VerifyPageOptions): string {
  const paint = painter(options.colour);
  const { columns } = options;
  const worst = report.findings[0]?.severity ?? 'none';
  const where = `context ${report.context}, Kubernetes ${report.kubernetesVersion}, ${countOf(report.nodes, 'node')}`;
  return [
    spread(`${paint(tones[worst], titles[worst])}  ${countsText(report)}`, where, columns),
    ...wrapText(sentence(report), columns),
    '',
    ...verifyFacts(report, columns),
    '',
    ...verifyCensus(report, columns, paint),
    ...(report.probe === undefined ? [] : verifyProbe(report.probe, columns, paint)),
    ...report.findings.flatMap((finding) => ['', ...findingLines(finding, columns, paint)]),
    '',
    spread('', `exit code ${options.exitCode}`, columns).trimStart().padStart(columns),
  ].join('\n');
}

type Finding = VerifyReport['findings'][number];

const titles = { problem: 'PROBLEM', risk: 'RISK', note: 'OK', none: 'OK' } as const;
const tones: Readonly<Record<keyof typeof titles, Tone>> = { problem: 'bad', risk: 'slow', note: 'good', none: 'good' };

function countsText({ findings }: VerifyReport): string {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  const counts = (['problem', 'risk', 'note'] as const).flatMap((severity) =>
    count(severity) === 0 ? [] : [countOf(count(severity), severity)],
  );
  return counts.length === 0 ? 'nothing found' : counts.join(', ');
}

/** Who has no DNS, and who will lose it. */
function sentence({ census }: VerifyReport): string {
  const { killed, updated } = census;
  const verb = (count: number, singular: string, plural: string) =>
    `${formatCount(count)} ${count === 1 ? singular : plural}`;
  const parts = [
    ...(killed.dead > 0 ? [`${verb(killed.dead, 'has', 'have')} no DNS now`] : []),
    ...(killed.loses > 0
      ? [
          `${verb(killed.loses, 'loses', 'lose')} it when node-cache of the node is killed`,
          `${updated.loses === 0 ? 'none loses' : verb(updated.loses, 'loses', 'lose')} it when node-cache is updated`,
        ]
      : []),
    ...(killed.slows > 0 ? [`${verb(killed.slows, 'goes', 'go')} on by a fallback`] : []),
  ];
  return parts.length === 0
    ? 'No pod depends on node-cache.'
    : `DNS of ${countOf(census.pods, 'pod')}: ${listOf(parts)}.`;
}

function findingLines(finding: Finding, columns: number, paint: ReturnType<typeof painter>): readonly string[] {
  const field = (label: string, text: string) => wrapField(label, text, columns);
  const [first = '', ...rest] = wrapField(finding.severity, finding.what, columns);
  return [
    paint(finding.severity === 'note' ? 'faint' : tones[finding.severity], first.slice(0, labelWidth)) +
      paint('strong', first.slice(labelWidth)),
    ...rest.map((line) => paint('strong', line)),
    ...field('why', finding.why),
    ...field('do', finding.change),
    ...field('source', finding.sources.map(({ text, evidence }) => `${text} (${evidence})`).join(', ')),
  ];
}

const labelWidth = 10;
