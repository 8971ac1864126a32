import { Command, Option } from '@commander-js/extra-typings';
import ipaddr from 'ipaddr.js';
import { reachToAsk } from '../cluster/reach-to-ask.ts';
import { defaultKubeconfigPath } from '../kube/kubeconfig-path.ts';
import { KubeError } from '../kube/kube-error.ts';
import { connectToLook, type Look } from '../kube/look.ts';
import { readSnapshot } from '../kube/read-snapshot.ts';
import type { ClusterSnapshot } from '../kube/snapshot.ts';
import { renderVerifyPage } from '../report/terminal/verify-page.ts';
import { withDeadline } from '../time/with-deadline.ts';
import { verify } from '../verify/verify.ts';
import type { VerifyReport } from '../verify/verify-report.ts';
import { exitCodes } from './exit-codes.ts';
import type { Interrupts } from './interrupts.ts';
import { UsageError } from './usage-error.ts';
import { probe, probeTarget } from './verify-probe.ts';

/** `nodelocal-drill verify`: looks at a cluster and changes nothing; a view-only kubeconfig is enough. With --probe it creates pods that ask. */
export function verifyCommand(interrupts: Interrupts) {
  const { signal } = interrupts;
  return new Command('verify')
    .description(
      'look at any cluster without changing it: how NodeLocal DNSCache is set up, what is wrong, which pods lose DNS with it',
    )
    .option('--context <name>', "kubeconfig context (default: the kubeconfig's current one)")
    .option('--kubeconfig <file>', 'default: the first file of $KUBECONFIG, else ~/.kube/config')
    .option(
      '--cluster-dns <addresses>',
      "kubelet's clusterDNS, such as 169.254.20.10, where it can't be read (needs more rights than to view)",
      parseAddresses,
    )
    .addOption(
      new Option('--fail-on <severity>', 'the least severity of a finding that makes the exit code 1')
        .choices(['problem', 'risk', 'note', 'never'] as const)
        .default('problem' as const),
    )
    .option(
      '--probe',
      'have a short-lived pod on some nodes ask for fresh names twice: first CoreDNS, then the cache',
      false,
    )
    .option(
      '--nodes <n>',
      'with --probe: on how many nodes (default: one for each DaemonSet of node-cache)',
      parseNodes,
    )
    .option('--yes', "with --probe: create pods on somebody else's cluster without asking", false)
    .option('--json', 'print all of it as JSON (docs/schemas/verify.schema.json)', false)
    .addHelpText(
      'after',
      `
Without --probe only GET and LIST requests are sent; deploy/rbac.yaml has the rights that they need. With it the context must be in
allowContexts (drill.config.ts), and what will be created is said first.
Exit codes: 0 nothing found of that severity, 1 found, 3 the cluster can't be read, 64 wrong usage.`,
    )
    .action(async ({ context, kubeconfig, clusterDns, failOn, json, probe: isProbe, nodes, yes }) => {
      if (!isProbe && (nodes !== undefined || yes)) throw new UsageError('--nodes and --yes are for --probe');
      const kubeconfigPath = kubeconfig ?? defaultKubeconfigPath(context ?? null);
      const look = await connectToLook(kubeconfigPath, context ?? null);
      if (context === undefined) process.stderr.write(`current context: ${look.context}\n`);
      const view = { clusterDns: clusterDns ?? [] };
      const streams = { input: process.stdin, output: process.stderr };
      const target = isProbe ? await probeTarget({ kubeconfigPath, context: look.context }, { yes, ...streams }) : null;
      const kube = target === null ? null : await reachToAsk(target, target.config, signal);
      const snapshot = await lookAt(look, signal);
      const probing =
        target === null || kube === null
          ? null
          : await probe(kube, snapshot, target, {
              view,
              mostNodes: nodes ?? null,
              command: 'nodelocal-drill verify --probe',
              interrupts,
              signal,
              ...streams,
            });
      const report = verify(snapshot, view, probing);
      process.exitCode = exitCodeOf(report, failOn);
      process.stdout.write(
        json
          ? `${JSON.stringify(report, null, 2)}\n`
          : `${renderVerifyPage(report, {
              columns: process.stdout.columns || 100,
              colour: process.stdout.isTTY && process.stdout.hasColors(),
              exitCode: process.exitCode,
            })}\n`,
      );
    });
}

/** A cluster of thousands of pods takes some seconds. */
const deadlineNs = 60e9;

async function lookAt(look: Look, signal: AbortSignal): Promise<ClusterSnapshot> {
  const enough = new AbortController();
  try {
    return await withDeadline(readSnapshot(look, AbortSignal.any([signal, enough.signal])), {
      deadlineNs,
      what: () => `reading the cluster of context "${look.context}"`,
      signal,
    });
  } catch (error) {
    if (error instanceof KubeError && error.status === 403)
      throw new Error(
        `context "${look.context}" has not the rights to look: apply deploy/rbac.yaml and use its ServiceAccount`,
        { cause: error },
      );
    throw error;
  } finally {
    enough.abort();
  }
}

const severities = ['note', 'risk', 'problem'] as const;

function exitCodeOf({ findings }: VerifyReport, failOn: (typeof severities)[number] | 'never'): number {
  if (failOn === 'never') return exitCodes.pass;
  const counted: readonly string[] = severities.slice(severities.indexOf(failOn));
  return findings.some(({ severity }) => counted.includes(severity)) ? exitCodes.fail : exitCodes.pass;
}

function parseAddresses(text: string): readonly string[] {
  const addresses = text.split(',').map((address) => address.trim());
  const wrong = addresses.find((address) => !ipaddr.isValid(address));
  if (wrong !== undefined) throw new UsageError(`--cluster-dns ${text}: "${wrong}" is not an IP address`);
  return addresses;
}

/** Enough to see that nodes differ; each is a pod. */
const mostNodes = 50;

function parseNodes(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostNodes) return count;
  throw new UsageError(`--nodes takes a number from 1 to ${mostNodes}, not "${text}"`);
}
