import { z } from 'zod';
import { ipv4 } from './embedded-settings.ts';

/** What a kind cluster looks like: one control plane, which is the control site, and a worker for each site under test. */
export const kindSettingsSchema = z.strictObject(
  {
    /** Containers and kubeconfig context are named after it; kind itself allows no more than 50 characters. */
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,49}$/)
      .default('nodelocal-drill'),
    /** Reference of a node image, such as kindest/node:v1.37.0. Without one: the project's own where it was made, else the one that this version of kind proposes. */
    image: z.string().min(1).optional(),
    /** The container engine; without one: Docker where it answers, else podman. */
    engine: z.enum(['docker', 'podman']).optional(),
    proxyMode: z.enum(['iptables', 'nftables']).default('iptables'),
    localIp: ipv4.default('169.254.20.10'),
  },
  {
    // Which cluster is meant stood here before there were two of the project's own.
    error: ({ code, input }) =>
      code === 'invalid_type' && typeof input === 'string'
        ? `"${input}" tells which cluster is meant, and that is cluster.provider; cluster.kind is what a kind cluster looks like, such as { proxyMode: 'nftables' }`
        : undefined,
  },
);

export type KindSettings = Readonly<z.infer<typeof kindSettingsSchema>>;
