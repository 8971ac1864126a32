import junit from 'junit-report-builder';
import type { Builder, TestCase, TestSuite } from 'junit-report-builder';
import type { Check, ClaimVerdict, Verdict } from '../judge/verdict.ts';
import { abortedDrill } from './aborted-drill.ts';
import { claimDetail, thresholdText } from './claim-detail.ts';
import type { ReportMeta, ReportRun } from './report-input.ts';
import { runState, type RunState } from './run-state.ts';

/**
 * JUnit XML: a suite for each experiment, a case for each claim and for each check. What was not judged is skipped with its
 * reason, never passed; a suite that broke is an error.
 */
export function renderJunit(runs: readonly ReportRun[], meta: ReportMeta): string {
  const report = builder.newBuilder().name('nodelocal-drill');
  for (const run of runs) addRun(report.testSuite(), run);
  for (const { experiment, title, message } of meta.broken) {
    const suite = report.testSuite().name(experiment);
    suite.testCase().className(experiment).name(title).error(message, 'suite');
  }
  for (const { experiment, title, reason } of meta.skipped) {
    skip(report.testSuite().name(experiment).testCase().className(experiment).name(title), reason);
  }
  return report.build();
}

/** The package's types describe `exports.default`; the program sets `module.exports`. */
const builder = junit as unknown as Builder;

function addRun(suite: TestSuite, run: ReportRun): void {
  const { verdict, journal } = run;
  const { head } = verdict;
  const state = runState(run);
  suite
    .name(head.experiment)
    .timestamp(head.startedAtUtc)
    .time(verdict.durationNs / 1e9);
  suite.property('run', head.runId).property('verdict', state).property('sentence', verdict.sentence);
  suite.property('node-cache', head.cluster.nodeCache.program);
  if (state === 'aborted') {
    const { when, why } = abortedDrill(journal);
    suite
      .testCase()
      .className(head.experiment)
      .name('the drill runs to its end')
      .error(`aborted ${when}: ${why}`, 'aborted');
  }
  for (const claim of verdict.claims) addClaim(suite.testCase().className(head.experiment), claim, verdict, state);
  for (const check of verdict.checks) addCheck(suite.testCase().className(`${head.experiment}.checks`), check);
  for (const unsafe of verdict.mustFeel) {
    const testCase = suite
      .testCase()
      .className(`${head.experiment}.checks`)
      .name(`known unsafe ${unsafe.of} feels fault ${unsafe.fault}`);
    if (!unsafe.felt) skip(testCase, `inconclusive: it did not feel the fault. ${unsafe.detail}`);
    else testCase.standardOutput(unsafe.detail);
  }
}

function addClaim(testCase: TestCase, claim: ClaimVerdict, verdict: Verdict, state: RunState): void {
  testCase.name(`${claim.name}: ${claim.claim}`);
  const broken = claim.thresholds.filter((threshold) => !threshold.holds);
  const judged = state === 'pass' || state === 'fail';
  if (judged && claim.result === 'fail') {
    testCase.failure(claimDetail(claim), 'claim broken').stacktrace(broken.map(thresholdText).join('\n'));
  } else if (judged && claim.result === 'pass') {
    testCase.standardOutput(claimDetail(claim));
  } else skip(testCase, `${state}: ${unjudgedReason(verdict)}`);
}

function unjudgedReason({ checks, sentence }: Verdict): string {
  const missed = checks.filter((check) => check.result === 'missed');
  return missed.length === 0
    ? sentence
    : missed.map(({ name, bound, found }) => `${name}: bound ${bound}, found ${found}`).join('; ');
}

function addCheck(testCase: TestCase, check: Check): void {
  testCase.name(check.name);
  const text = `bound ${check.bound}; found ${check.found}`;
  if (check.result === 'ok') testCase.standardOutput(text);
  else
    skip(
      testCase,
      `${check.result === 'missed' ? 'inconclusive' : 'not measured'}: ${text}. ${check.advice}`.trimEnd(),
    );
}

/** The builder's `skipped` element takes no message, so the reason goes where every reader of JUnit shows it. */
function skip(testCase: TestCase, reason: string): void {
  testCase.skipped().standardOutput(reason);
}
