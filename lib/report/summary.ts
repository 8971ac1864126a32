import { markdownTable } from 'markdown-table';
import stringWidth from 'string-width';
import type { ProbeVerdict, Verdict } from '../judge/verdict.ts';
import { abortedDrill } from './aborted-drill.ts';
import { headline } from './headline.ts';
import { claimDetail } from './claim-detail.ts';
import { buildMatrix } from './matrix.ts';
import type { ReportMeta, ReportRun } from './report-input.ts';
import { runState, type RunState } from './run-state.ts';
import { worstClaimsFirst } from './worst-claims-first.ts';
import { formatCount, formatLatency, formatOutage } from '../judge/format.ts';
import { durationText, failuresText, worstOutage } from './words.ts';

/** Limit of what CI systems take as a job summary or a comment, with room to spare: GitHub's comment limit is 65,536 characters. */
const mostBytes = 64_000;

/** The result in Markdown, from heading 3 on, so that it fits below the headings of a job summary. Words stand beside marks. */
export function renderSummary(runs: readonly ReportRun[], meta: ReportMeta, limit = mostBytes): string {
  const parts = [
    ...runs.map((run) => runPart(run, meta)),
    ...meta.broken.map(
      (broken) =>
        `### ■ Suite error: ${escapeMarkdown(broken.experiment)}\n\nThere is no verdict: ${escapeMarkdown(broken.message)}\n`,
    ),
    ...meta.skipped.map(
      (skipped) =>
        `### – Skipped: ${escapeMarkdown(skipped.experiment)}\n\nNot passed; it could not run here: ${escapeMarkdown(skipped.reason)}\n`,
    ),
  ];
  const whole = parts.join('\n');
  return Buffer.byteLength(whole) <= limit ? whole : shortened(runs, meta, limit);
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
    `### ${stateMarks[state]}: ${escapeMarkdown(verdict.head.experiment)}`,
    '',
    `**${escapeMarkdown(sentence)}** ${escapeMarkdown(consequence)}`,
    ...(verdict.fit === null
      ? []
      : ['', escapeMarkdown(`Asked less than planned, as the machine could not do all of it: ${verdict.fit.what}.`)]),
    '',
    ...claimLines(verdict, state),
    ...missedLines(verdict),
    ...(state === 'aborted' ? abortedLines({ verdict, journal }) : []),
    '',
    `Run ${escapeMarkdown(verdict.head.runId)}, ${durationText(verdict.durationNs)}, ${formatCount(verdict.lookups)} lookups; node-cache: ${escapeMarkdown(verdict.head.cluster.nodeCache.program)}.`,
  ];
}

function claimLines({ claims, mustFeel }: Verdict, state: RunState): string[] {
  const judged = state === 'pass' || state === 'fail';
  const word = (result: string): string =>
    !judged ? '? not judged' : result === 'fail' ? '✕ broken' : result === 'pass' ? '✓ holds' : '? not judged';
  const felt = mustFeel.map(
    (unsafe) =>
      `- ${unsafe.felt ? '○ felt it' : '? did not feel it'}: known unsafe ${escapeMarkdown(unsafe.of.replace('*/', ''))}, fault ${unsafe.fault}. ${escapeMarkdown(unsafe.detail)}`,
  );
  return [
    ...worstClaimsFirst(claims).map(
      (claim) =>
        `- ${word(claim.result)}: **${escapeMarkdown(claim.name)}**, ${escapeMarkdown(claim.claim)}.${judged ? ` ${escapeMarkdown(claimDetail(claim))}` : ''}`,
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
        `- ? **${escapeMarkdown(check.name)}**: bound ${escapeMarkdown(check.bound)}; found ${escapeMarkdown(check.found)}. ${escapeMarkdown(check.advice)}`,
    ),
  ];
}

function abortedLines({ journal }: ReportRun): string[] {
  const { when, why, undone, leftBehind } = abortedDrill(journal);
  return [
    '',
    `- aborted: ${escapeMarkdown(when)}`,
    `- why: ${escapeMarkdown(why)}`,
    `- undone: ${escapeMarkdown(undone)}`,
    `- left behind: ${escapeMarkdown(leftBehind)}`,
  ];
}

function matrixTable(verdict: Verdict): string[] {
  const { columns, groups } = buildMatrix(verdict);
  const rows = groups.flatMap((group) =>
    group.rows.map((row, index) => [
      index === 0 ? escapeMarkdown(group.name) : '',
      row.place.long,
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
  return ['', 'What to change:', '', ...advice.map((item) => `- (${item.basis}) ${escapeMarkdown(item.text)}`)];
}

function folded(title: string, lines: readonly string[]): string[] {
  return ['', `<details><summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

/** Without the matrices, and cut at a line: better short than refused. */
function shortened(runs: readonly ReportRun[], meta: ReportMeta, limit: number): string {
  const note = '\n\nShortened; the whole is in index.html.\n';
  const whole = [
    ...runs.map((run) => `${resultLines(run).join('\n')}\n`),
    ...meta.broken.map(
      ({ experiment, message }) => `### ■ Suite error: ${escapeMarkdown(experiment)}\n\n${escapeMarkdown(message)}\n`,
    ),
    ...meta.skipped.map(
      ({ experiment, reason }) => `### – Skipped: ${escapeMarkdown(experiment)}\n\n${escapeMarkdown(reason)}\n`,
    ),
  ].join('\n');
  const room = limit - Buffer.byteLength(note);
  if (Buffer.byteLength(whole) <= room) return whole + note;
  const cut = Buffer.from(whole).subarray(0, room).toString('utf8');
  return cut.slice(0, cut.lastIndexOf('\n')) + note;
}

/** On one line, and with nothing that Markdown or HTML would take for its own. */
export function escapeMarkdown(value: string): string {
  return value
    .replaceAll('\n', ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[|*_`[\]]/g, '\\$&');
}
