import { source } from '../finding.ts';
import type { Rule } from './rule.ts';

export const noNodeCache: Rule = ({ nodeCaches }) =>
  nodeCaches.length > 0
    ? []
    : [
        {
          severity: 'note',
          what: 'No DaemonSet runs node-cache',
          objects: [],
          pods: null,
          why: 'A container counts as node-cache when it has the flag -localip or an image with node-cache in its name. A cache outside of Kubernetes (a systemd unit, as AKS LocalDNS) is not seen.',
          change: 'Nothing, if NodeLocal DNSCache is not wanted here.',
          sources: [source('kubernetes/dns cmd/node-cache/main.go')],
        },
      ];
