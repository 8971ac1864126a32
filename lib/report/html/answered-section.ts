import type { ProbeVerdict, Provenance } from '../../judge/verdict.ts';
import { resolverLabel } from '../matrix.ts';
import { serverName } from '../site-words.ts';
import { formatCount, formatShare } from '../../judge/format.ts';
import { html, type SafeHtml } from './html.ts';
import { notMeasured, section } from './section.ts';
import type { RunView } from './run-view.ts';

/** For each good lookup the server that answered, so that "failover worked" can't be the dead server's twin. */
export function answeredSection(view: RunView): SafeHtml {
  const traced = view.verdict.probes.filter((probe) => probe.answeredBy !== null && probe.resolver !== 'wire');
  const body =
    traced.length === 0
      ? notMeasured('No packets were captured in the probe pods, so this run does not say which server answered.')
      : html`<p class="intro">
            Taken from packets captured in each pod’s network namespace, for every good lookup; beside it the lookups
            that nobody answered.
          </p>
          ${legend(view, traced)}
          ${view.sites.map((site) =>
            siteTable(
              view,
              site,
              traced.filter((probe) => probe.site === site),
            ),
          )}`;
  return section(view, { key: 'answered', title: 'Who answered', body });
}

function legend(view: RunView, probes: readonly ProbeVerdict[]): SafeHtml {
  const servers = new Set(
    probes
      .flatMap((probe) => probe.answeredBy ?? [])
      .flatMap((phase) => phase.servers)
      .map(({ server }) => server),
  );
  return html`<ul class="legend-list">
    ${[...servers].map((server) => html`<li><span class="swatch ${fillOf(view, server)}"></span> ${labelOf(view, server)}</li>`)}
    <li><span class="swatch fill-bad"></span> nobody</li>
  </ul>`;
}

function siteTable(view: RunView, site: string, probes: readonly ProbeVerdict[]): SafeHtml | string {
  if (probes.length === 0) return '';
  const phases = [...new Set(probes.flatMap((probe) => (probe.answeredBy ?? []).map(({ phase }) => phase)))];
  const groups = [...new Set(probes.map((probe) => probe.dnsConfig.name))];
  return html`<div
    class="of-site scroll"
    data-site="${site}"
    tabindex="0"
    role="group"
    aria-label="Who answered, ${site}"
  >
    <table>
      <thead>
        <tr>
          <th scope="col">${site === 'control' ? 'control: dnsConfig' : 'dnsConfig'}</th>
          <th scope="col">resolver</th>
          ${phases.map((phase) => html`<th scope="col" class="phase">${capital(phase)}</th>`)}
        </tr>
      </thead>
      ${groups.map((group) => {
        const rows = probes.filter((probe) => probe.dnsConfig.name === group);
        return html`<tbody>
          ${rows.map(
            (probe, index) =>
              html`<tr>
                ${index === 0 ? html`<th scope="rowgroup" rowspan="${rows.length}"><span class="group-name">${group}</span></th>` : ''}
                <th scope="row">
                  ${resolverLabel(probe.resolver, probe.rate)}${probe.nameKind === 'external' ? '' : `, ${probe.nameKind}`}
                </th>
                ${phases.map((phase) => html`<td>${share(view, probe, phase)}</td>`)}
              </tr>`,
          )}
        </tbody>`;
      })}
    </table>
  </div>`;
}

function share(view: RunView, probe: ProbeVerdict, phase: string): SafeHtml | string {
  const answers = probe.answeredBy?.find((provenance) => provenance.phase === phase);
  if (answers === undefined) return '–';
  const parts = [...partsOf(view, answers), nobody(probe, phase)].filter((part) => part.lookups > 0);
  const total = parts.reduce((sum, part) => sum + part.lookups, 0);
  if (total === 0) return 'no lookup';
  parts.sort((a, b) => b.lookups - a.lookups);
  const words = parts.slice(0, 3).map((part) => `${formatShare(part.lookups, total)} ${part.label}`);
  return html`<div class="shares">
    <span class="share" aria-hidden="true"
      >${parts.map((part) => html`<i class="${part.fill}" style="flex:${part.lookups}" title="${formatCount(part.lookups)} ${part.label}"></i>`)}</span
    ><span>${words.join(', ')}</span>
  </div>`;
}

interface Part {
  readonly label: string;
  readonly fill: string;
  readonly lookups: number;
}

function partsOf(view: RunView, { servers }: Provenance): readonly Part[] {
  return servers.map(({ server, lookups }) => ({ label: labelOf(view, server), fill: fillOf(view, server), lookups }));
}

function nobody(probe: ProbeVerdict, phase: string): Part {
  const impact = probe.impacts.find(({ fault }) => phase === `fault ${fault}`);
  const latency = phase === 'baseline' ? probe.baseline : impact?.latency;
  return { label: 'nobody', fill: 'fill-bad', lookups: latency === undefined ? 0 : latency.failed + latency.abandoned };
}

function labelOf(view: RunView, server: string): string {
  const address = /^[0-9a-f.:]+/i.exec(server)?.[0] ?? server;
  const name = serverName(view.verdict.head.cluster, address);
  return name === address ? server : `${name}${server.slice(address.length)}`;
}

/** Solid for node-cache's own address, stripes for the kube-dns ClusterIP, spots for any other. */
function fillOf(view: RunView, server: string): string {
  const { localIp, kubeDnsIp } = view.verdict.head.cluster;
  if (server.startsWith(localIp)) return 'fill-own';
  return server.startsWith(kubeDnsIp) ? 'fill-other' : 'fill-third';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
