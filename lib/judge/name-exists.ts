import type { ClusterFacts, Probe } from '../journal/entry.ts';

/**
 * Whether a full name exists, as far as the kind of the looked-up name tells: an external one and a Service's full name
 * exist as they are; a Service's short name exists in the search domain that completes it: that of the namespace for a
 * name without a dot, `svc.<domain>` for `<service>.<namespace>`.
 */
export function nameExists(cluster: ClusterFacts, probe: Probe, fullName: string): boolean {
  const name = probe.queryName.replace(/\.$/, '');
  if (probe.nameKind !== 'service-short') return fullName === name;
  const inNamespace = `${probe.pod.namespace}.svc.${cluster.domain}`;
  return fullName === `${name}.${name.includes('.') ? `svc.${cluster.domain}` : inNamespace}`;
}
