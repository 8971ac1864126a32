import type { ProbeVerdict, Verdict } from '../../judge/verdict.ts';
import type { AbortedDrill } from '../aborted-drill.ts';
import { headline } from '../headline.ts';
import { buildMatrix, type MatrixColumn, type MatrixRow } from '../matrix.ts';
import { exitCodeOf } from '../run-state.ts';
import { formatCount, formatLatency, formatOutage } from '../../judge/format.ts';
import { durationText, worstOutage } from '../words.ts';
import { padTo, spread, wrapField, wrapText } from './wrap-text.ts';
import { painter, type Tone } from './paint.ts';

export interface VerdictTableOptions {
  readonly columns: number;
  readonly colour: boolean;
  /** Where the report is; `results/<run-id>/index.html` unless told. */
  readonly reportPath?: string;
  /** Set when the drill was aborted: the verdict then is no verdict. */
  readonly aborted?: AbortedDrill;
}

/** How a drill ends on the terminal: the verdict, the sentence, the matrix, the evidence, the way to the report. */
export function renderVerdictTable(verdict: Verdict, options: VerdictTableOptions): string {
  const paint = painter(options.colour);
  const state = options.aborted === undefined ? verdict.result : 'aborted';
  const { sentence, consequence } = headline(verdict, options.aborted ?? null);
  const judged = state === 'pass' || state === 'fail';
  const run = `run ${verdict.head.runId}, ${durationText(verdict.durationNs)}, ${formatCount(verdict.lookups)} lookups`;
  const title = `${paint(tones[state], state.toUpperCase())}  ${countsText(verdict, state)}`;
  const reportPath = options.reportPath ?? `results/${verdict.head.runId}/index.html`;
  return [
    spread(title, run, options.columns),
    ...wrapText(`${sentence} ${consequence}`.trimEnd(), options.columns),
    ...abortedLines(options),
    ...missedLines(verdict, options),
    '',
    ...matrixLines(verdict, options, judged),
    '',
    ...evidenceLines(verdict, options.columns),
    ...fitLines(verdict, options.columns),
    spread(`report    ${reportPath}`, `exit code ${exitCodeOf(state)}`, options.columns),
  ].join('\n');
}

const tones: Readonly<Record<'pass' | 'fail' | 'inconclusive' | 'aborted', Tone>> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'unknown',
  aborted: 'unknown',
};

function countsText({ claims, checks }: Verdict, state: keyof typeof tones): string {
  const broken = claims.filter((claim) => claim.result === 'fail').length;
  const missed = checks.filter((check) => check.result === 'missed').length;
  if (state === 'fail') return `${broken} of ${claims.length} claims broken`;
  if (state === 'pass') return `${claims.length} of ${claims.length} claims hold`;
  if (state === 'aborted') return 'no claim is judged';
  return `${missed} of ${checks.length} checks missed, no claim is judged`;
}

function fitLines({ fit }: Verdict, columns: number): string[] {
  return fit === null ? [] : wrapField('asked', `${fit.what}, for in the warm-up ${fit.reason}`, columns, 10);
}

function abortedLines({ aborted, columns }: VerdictTableOptions): string[] {
  if (aborted === undefined) return [];
  const { when, why, undone, leftBehind } = aborted;
  const field = (label: string, text: string): string[] => wrapField(label, text, columns, 13);
  return [
    '',
    ...field('aborted', when),
    ...field('why', why),
    ...field('undone', undone),
    ...field('left behind', leftBehind),
  ];
}

function missedLines({ checks }: Verdict, { columns, aborted }: VerdictTableOptions): string[] {
  const missed = checks.filter((check) => check.result === 'missed');
  if (missed.length === 0 || aborted !== undefined) return [];
  return [
    '',
    ...missed.flatMap((check) =>
      wrapField(
        'missed',
        `${check.name}: bound ${check.bound}; found ${check.found}. ${check.advice}`.trimEnd(),
        columns,
      ),
    ),
  ];
}

/** A cell is `none`, or the bounds of the longest hard outage, or `slow` with the worst answer where none failed. */
function matrixLines(verdict: Verdict, options: VerdictTableOptions, judged: boolean): string[] {
  const paint = painter(options.colour);
  const matrix = buildMatrix(verdict);
  const rows = matrix.groups.flatMap((group) =>
    group.rows.map((row, index) => ({ name: index === 0 ? group.name : '', row, claim: claimWord(row, judged) })),
  );
  const nameWidth = Math.max(9, ...rows.map(({ name }) => name.length)) + 2;
  const claimWidth = Math.max(5, ...rows.map(({ claim }) => claim.text.length));
  const cellWidths = rows.flatMap(({ row }) => row.cells.map((cell) => cellText(cell).text.length));
  const labelWidths = matrix.columns.map(({ label }) => label.length - 1);
  const cellWidth = Math.max(10, ...cellWidths, ...labelWidths) + 2;
  const listensWidth = 12;
  const room = Math.floor((options.columns - nameWidth - listensWidth - claimWidth) / cellWidth);
  const shown = matrix.columns.slice(0, Math.max(1, room));
  const left = matrix.columns.slice(shown.length);
  const lines = rows.map(
    ({ name, row, claim }) =>
      padTo(name, nameWidth) +
      padTo(row.place.short, listensWidth) +
      shown.map((_, index) => cell(row, index, cellWidth, paint)).join('') +
      paint(claim.tone, claim.text),
  );
  return [
    ...wrapText(
      'longest time without an answer, at least-at most; slow: all were answered, the slowest after',
      options.columns,
    ),
    (
      padTo('dnsConfig', nameWidth) +
      padTo('listens on', listensWidth) +
      shown.map(({ label }) => padTo(label, cellWidth)).join('') +
      'claim'
    ).trimEnd(),
    ...lines.map((line) => line.trimEnd()),
    ...leftOut(left),
  ];
}

function leftOut(columns: readonly MatrixColumn[]): string[] {
  return columns.length === 0
    ? []
    : [`too wide for this terminal, in the report: ${columns.map(({ label }) => label).join('; ')}`];
}

function cell(row: MatrixRow, index: number, width: number, paint: ReturnType<typeof painter>): string {
  const { text, tone } = cellText(row.cells[index] ?? null);
  return paint(tone, text) + ' '.repeat(Math.max(0, width - text.length));
}

function cellText(probe: ProbeVerdict | null): { readonly text: string; readonly tone: Tone } {
  if (probe === null) return { text: '', tone: 'plain' };
  const worst = worstOutage(probe, 'hard');
  const failed = probe.afterFaults.failed + probe.afterFaults.abandoned;
  if (worst !== null && worst.outage.kind === 'outage') {
    if (worst.outage.atMostNs === null) return { text: 'not back', tone: 'bad' };
    return { text: formatOutage(worst.outage, probe.intervalNs, '-'), tone: 'bad' };
  }
  if (failed > 0) return { text: `${formatCount(failed)} failed`, tone: 'bad' };
  const { worstNs } = probe.afterFaults;
  if (worstNs !== null && worstNs > 1e9) return { text: `slow ${formatLatency(worstNs)}`, tone: 'slow' };
  return { text: 'none', tone: 'plain' };
}

function claimWord(row: MatrixRow, judged: boolean): { readonly text: string; readonly tone: Tone } {
  const marks = new Set(row.cells.flatMap((probe) => (probe === null ? [] : [probe.mark])));
  if (!judged) return { text: 'not judged', tone: 'faint' };
  if (marks.has('broken')) return { text: 'BROKEN', tone: 'bad' };
  if (marks.has('not-felt')) return { text: 'unsafe, NOT felt', tone: 'unknown' };
  if (marks.has('thin')) return { text: 'holds, thin', tone: 'good' };
  if (marks.has('holds')) return { text: 'holds', tone: 'good' };
  return marks.has('felt') ? { text: 'unsafe, felt', tone: 'faint' } : { text: 'measured', tone: 'faint' };
}

function evidenceLines({ checks, advice }: Verdict, columns: number): string[] {
  const measured = checks.filter((check) => check.result !== 'not-measured');
  const ok = measured.filter((check) => check.result === 'ok').length;
  const unmeasured = checks.length - measured.length;
  const evidence = `evidence  ${ok} of ${measured.length} checks ok${unmeasured > 0 ? `, ${unmeasured} not measured` : ''}`;
  const change = (advice[0]?.text ?? '').split('\n')[0] ?? '';
  return change === '' ? [evidence] : [evidence, ...wrapField('change', change, columns)];
}
