import { markdownTable } from 'markdown-table';
import stringWidth from 'string-width';
import type { ProbeVerdict, Verdict } from '../judge/verdict.ts';
import { abortedDrill } from './aborted-drill.ts';
import { headline } from './headline.ts';
import { claimDetail } from './claim-detail.ts';
import { buildMatrix } from './matrix.ts';
import type { ReportMeta, ReportRun } from './report-input.ts';
import { runState, type RunState } from './run-state.ts';
import { listensOn } from './site-words.ts';
import { worstClaimsFirst } from './worst-claims-first.ts';
import { formatCount, formatLatency, formatOutage } from '../judge/format.ts';
import { durationText, failuresText, worstOutage } from './words.ts';

/** Limit of what CI systems take as a job summary or a comment, with room to spare: GitHub's comment limit is 65,536 characters. */
const mostBytes = 64_000;

/** The result in Markdown, from heading 3 on, so that it fits below the headings of a job summary. Words stand beside marks. */
export function renderSummary(runs: readonly ReportRun[], meta: ReportMeta): string {
  const parts = [
    ...runs.map((run) => runPart(run, meta)),
    ...meta.broken.map(
      (broken) => `### ■ Suite error: ${text(broken.experiment)}\n\nThere is no verdict: ${text(broken.message)}\n`,
    ),
    ...meta.skipped.map(
      (skipped) =>
        `### – Skipped: ${text(skipped.experiment)}\n\nNot passed; it could not run here: ${text(skipped.reason)}\n`,
    ),
  ];
  const whole = parts.join('\n');
  return Buffer.byteLength(whole) <= mostBytes ? whole : shortened(runs, meta);
}

const stateMarks: Readonly<Record<RunState, string>> = {
  pass: '✓ Pass',
  fail: '✕ Fail',
  inconclusive: '? Inconclusive',
  aborted: '□ Aborted',
  broken: '■ Suite error',
  skipped: '– Skipped',
};

function runPart(run: ReportRun, meta: ReportMeta): string {
  return [
    ...resultLines(run),
    '',
    ...folded('Matrix: longest time without an answer, at least–at most', matrixTable(run.verdict)),
    ...changeLines(run.verdict),
    ...folded('Reproduce', ['```sh', ...meta.commands, '```']),
    '',
  ].join('\n');
}

function resultLines({ verdict, journal }: ReportRun): string[] {
  const state = runState({ verdict, journal });
  const { sentence, consequence } = headline(verdict, state === 'aborted' ? abortedDrill(journal) : null);
  return [
    `### ${stateMarks[state]}: ${text(verdict.head.experiment)}`,
    '',
    `**${text(sentence)}** ${text(consequence)}`,
    '',
    ...claimLines(verdict, state),
    ...missedLines(verdict),
    ...(state === 'aborted' ? abortedLines({ verdict, journal }) : []),
    '',
    `Run ${text(verdict.head.runId)}, ${durationText(verdict.durationNs)}, ${formatCount(verdict.lookups)} lookups; node-cache: ${text(verdict.head.cluster.nodeCache.program)}.`,
  ];
}

function claimLines({ claims, mustFeel }: Verdict, state: RunState): string[] {
  const judged = state === 'pass' || state === 'fail';
  const word = (result: string): string =>
    !judged ? '? not judged' : result === 'fail' ? '✕ broken' : result === 'pass' ? '✓ holds' : '? not judged';
  const felt = mustFeel.map(
    (unsafe) =>
      `- ${unsafe.felt ? '○ felt it' : '? did not feel it'}: known unsafe ${text(unsafe.of.replace('*/', ''))}, fault ${unsafe.fault}. ${text(unsafe.detail)}`,
  );
  return [
    ...worstClaimsFirst(claims).map(
      (claim) =>
        `- ${word(claim.result)}: **${text(claim.name)}**, ${text(claim.claim)}.${judged ? ` ${text(claimDetail(claim))}` : ''}`,
    ),
    ...felt,
  ];
}

function missedLines({ checks }: Verdict): string[] {
  const missed = checks.filter((check) => check.result === 'missed');
  if (missed.length === 0) return [];
  return [
    '',
    'Missed checks, so nothing is proven:',
    '',
    ...missed.map(
      (check) =>
        `- ? **${text(check.name)}**: bound ${text(check.bound)}; found ${text(check.found)}. ${text(check.advice)}`,
    ),
  ];
}

function abortedLines({ journal }: ReportRun): string[] {
  const { when, why, undone, leftBehind } = abortedDrill(journal);
  return [
    '',
    `- aborted: ${text(when)}`,
    `- why: ${text(why)}`,
    `- undone: ${text(undone)}`,
    `- left behind: ${text(leftBehind)}`,
  ];
}

function matrixTable(verdict: Verdict): string[] {
  const { columns, groups } = buildMatrix(verdict);
  const rows = groups.flatMap((group) =>
    group.rows.map((row, index) => [
      index === 0 ? text(group.name) : '',
      listensOn[row.site],
      ...row.cells.map(cellText),
    ]),
  );
  const head = ['dnsConfig', 'listens on', ...columns.map((column) => column.label)];
  return [markdownTable([head, ...rows], { stringLength: stringWidth })];
}

function cellText(probe: ProbeVerdict | null): string {
  if (probe === null) return 'not probed';
  const worst = worstOutage(probe, 'hard');
  const outage = worst === null ? '' : `${formatOutage(worst.outage, probe.intervalNs)}; `;
  const { worstNs } = probe.afterFaults;
  const mark = probe.mark === 'broken' ? '✕ broken: ' : '';
  return `${mark}${outage}${failuresText(probe.afterFaults)}, worst ${worstNs === null ? '–' : formatLatency(worstNs)}`;
}

function changeLines({ advice }: Verdict): string[] {
  if (advice.length === 0) return [];
  return ['', 'What to change:', '', ...advice.map((item) => `- (${item.basis}) ${text(item.text)}`)];
}

function folded(title: string, lines: readonly string[]): string[] {
  return ['', `<details><summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

/** Without the matrices, and cut at a line: better short than refused. */
function shortened(runs: readonly ReportRun[], meta: ReportMeta): string {
  const note = '\n\nShortened; the whole is in index.html.\n';
  const whole = [
    ...runs.map((run) => `${resultLines(run).join('\n')}\n`),
    ...meta.broken.map(({ experiment, message }) => `### ■ Suite error: ${text(experiment)}\n\n${text(message)}\n`),
    ...meta.skipped.map(({ experiment, reason }) => `### – Skipped: ${text(experiment)}\n\n${text(reason)}\n`),
  ].join('\n');
  const room = mostBytes - Buffer.byteLength(note);
  if (Buffer.byteLength(whole) <= room) return whole + note;
  const cut = Buffer.from(whole).subarray(0, room).toString('utf8');
  return cut.slice(0, cut.lastIndexOf('\n')) + note;
}

/** On one line, and with nothing that Markdown or HTML would take for its own. */
function text(value: string): string {
  return value
    .replaceAll('\n', ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[|*_`[\]]/g, '\\$&');
}
