import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BadInput } from '../bad-input.ts';

const kind = (settings: object = {}) => ({ cluster: { provider: 'kind', kind: settings } });
const up = () => ['cluster', 'up'];

/** Container engines that don't answer, or have what they should not. */
export const kindInputs: readonly BadInput[] = [
  {
    name: 'a provider of the command line that is none',
    args: () => ['cluster', 'up', '--provider', 'k3s'],
    says: ["option '--provider <provider>' argument 'k3s' is invalid", 'auto, kind, embedded'],
  },
  {
    name: 'a foreign cluster to be brought up',
    args: up,
    config: () => ({ cluster: { provider: 'existing', existing: { context: 'production' } } }),
    says: ['cluster.provider is "existing"', '--provider kind or --provider embedded'],
  },
  {
    name: 'the old name of the provider',
    args: up,
    config: () => ({ cluster: { kind: 'existing' } }),
    says: ['cluster.kind: "existing"', 'cluster.provider'],
  },
  {
    name: 'an engine that kind does not know',
    args: up,
    config: () => kind({ engine: 'containerd' }),
    says: ['cluster.kind.engine is "containerd", and must be one of docker, podman'],
  },
  {
    name: 'a mode that kind’s kube-proxy lacks here',
    args: up,
    config: () => kind({ proxyMode: 'ipvs' }),
    says: ['cluster.kind.proxyMode is "ipvs", and must be one of iptables, nftables'],
  },
  {
    name: 'no container engine',
    args: up,
    config: () => kind(),
    env: (folder) => ({ PATH: folder }),
    exit: 3,
    says: ['kind needs a container engine, and neither docker nor podman answers', 'cluster.provider "embedded"'],
  },
  {
    name: 'a container engine without its daemon',
    args: up,
    config: () => kind({ engine: 'docker' }),
    ...docker(`echo 'Cannot connect to the Docker daemon' >&2; exit 1`),
    exit: 3,
    says: ['kind needs a container engine, and docker does not answer', '`docker info`'],
  },
  {
    name: 'somebody else’s kind cluster',
    args: up,
    config: () => kind({ engine: 'docker', name: 'theirs' }),
    ...docker(answering(`ps*) echo 'theirs-control-plane Up 3 days';;`)),
    says: ['there is a kind cluster "theirs" that this project did not make', 'cluster.kind.name'],
  },
  {
    name: 'somebody else’s kind cluster, to be put away',
    args: () => ['cluster', 'down'],
    config: () => kind({ engine: 'docker', name: 'theirs' }),
    ...docker(answering(`ps*) echo 'theirs-control-plane Up 3 days';;`)),
    says: ['there is a kind cluster "theirs" that this project did not make'],
  },
];

/** A program `docker` that does what the script says, first in PATH. */
function docker(script: string): Pick<BadInput, 'prepare' | 'env'> {
  return {
    prepare: async (folder) => {
      await mkdir(join(folder, 'bin'));
      await writeFile(join(folder, 'bin/docker'), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, 'bin/docker'), 0o755);
    },
    env: (folder) => ({ PATH: `${join(folder, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin` }),
  };
}

/** An engine that answers, with what the cases say of its other commands. */
function answering(cases: string): string {
  return `case "$*" in info*) echo '24.0.5 2';; ${cases} *) ;; esac`;
}
