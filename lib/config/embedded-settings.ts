import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { siteNameSchema } from '../journal/entry.ts';
import { embeddedProblems } from './embedded-problems.ts';

const cidr = z.string().refine((text) => ipaddr.IPv4.isValidCIDR(text), {
  error: (issue) => `"${String(issue.input)}" is not an IPv4 range such as 10.96.0.0/16`,
  abort: true,
});

/** IPv6 is not supported yet. */
export const ipv4 = z.string().refine((text) => ipaddr.IPv4.isValidFourPartDecimal(text), {
  error: (issue) => `"${String(issue.input)}" is not an IPv4 address`,
  abort: true,
});

/** A DNS name in lower case, as the API server demands of its own (RFC 1123). */
const domain = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, {
  error: (issue) =>
    `"${String(issue.input)}" is not a domain: write it in lower case and without a dot at the end, such as cluster.local`,
});

/** Name of an object of the API (RFC 1123 label). */
const objectName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: (issue) =>
    `"${String(issue.input)}" is no name of an object: letters in lower case, digits and dashes, at most 63`,
});

/** One node of the embedded cluster. Its name is the site's unless given. */
const embeddedNodeSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
    .optional(),
  site: siteNameSchema,
});

/**
 * What the embedded cluster looks like. Everything that a foreign cluster may have otherwise is a setting, so that the embedded
 * one can play it. The defaults are kubeadm's (service range, domain) and kind's (pod range); 169.254.20.10 is the address that
 * the addon's manifest proposes (kubernetes/kubernetes cluster/addons/dns/nodelocaldns/README.md).
 */
export const embeddedSettingsSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9-]{1,32}$/)
      .default('default'),
    nodes: z
      .array(embeddedNodeSchema)
      .min(1)
      .max(200)
      .default([{ site: 'both' }, { site: 'link-local' }, { site: 'control' }]),
    kubeProxyMode: z.enum(['iptables', 'nftables']).default('iptables'),
    serviceCidr: cidr.default('10.96.0.0/16'),
    podCidr: cidr.default('10.244.0.0/16'),
    /** The network that joins nodes and control plane; it has no link to the machine. */
    fabricCidr: cidr.default('172.30.0.0/24'),
    domain: domain.default('cluster.local'),
    kubeDnsIp: ipv4.default('10.96.0.10'),
    localIp: ipv4.default('169.254.20.10'),
    /** False: no NodeLocal DNSCache at all, on no node. */
    nodeLocal: z.boolean().default(true),
    /** CoreDNS's Deployment; clusters that once ran kube-dns may have kept its name. */
    coreDnsDeployment: objectName.default('coredns'),
    /** The Service of cluster DNS; kubespray calls it `coredns` (its roles/kubernetes-apps/ansible/templates/coredns-svc.yml.j2). */
    dnsService: objectName.default('kube-dns'),
    /** A folder of prebuilt programs (`nodelocal-drill cache export`), taken instead of building them. */
    programs: z.string().min(1).optional(),
    /** A folder of prebuilt images, likewise. */
    images: z.string().min(1).optional(),
  })
  .superRefine((settings, context) => {
    for (const { path, message } of embeddedProblems(settings))
      context.addIssue({ code: 'custom', path: [...path], message });
  });

export type EmbeddedSettings = Readonly<z.infer<typeof embeddedSettingsSchema>>;
