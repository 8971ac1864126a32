import ipaddr from 'ipaddr.js';
import type { EmbeddedSettings } from './embedded-settings.ts';

/** A setting that contradicts another one, by its key. */
export interface SettingProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What the schema of each setting alone can't see: names given twice, ranges that overlap or are too small, addresses outside their range. */
export function embeddedProblems(settings: EmbeddedSettings): readonly SettingProblem[] {
  return [...doubledNames(settings), ...overlaps(settings), ...tooSmall(settings), ...wrongAddresses(settings)];
}

function doubledNames({ nodes }: EmbeddedSettings): readonly SettingProblem[] {
  const names = nodes.map(({ name, site }) => name ?? site);
  return names.flatMap((name, i) => {
    const first = names.indexOf(name);
    return first === i
      ? []
      : [
          {
            path: ['nodes', i],
            message: `node ${i + 1} is called "${name}", as node ${first + 1} is (a node without a name has its site's): give it a name of its own`,
          },
        ];
  });
}

const ranges = ['serviceCidr', 'podCidr', 'fabricCidr'] as const;

function overlaps(settings: EmbeddedSettings): readonly SettingProblem[] {
  return ranges.flatMap((key, i) =>
    ranges
      .slice(0, i)
      .filter((other) => overlap(settings[key], settings[other]))
      .map((other) => ({ path: [key], message: `${settings[key]} overlaps ${other} ${settings[other]}` })),
  );
}

function overlap(a: string, b: string): boolean {
  const [one, another] = [ipaddr.IPv4.parseCIDR(a), ipaddr.IPv4.parseCIDR(b)];
  const bits = Math.min(one[1], another[1]);
  return one[0].match(another[0], bits);
}

/** Each node has a /24 of the pod range, from the second on, and the 11th address of the fabric and what follows (embedded/internal/machine/config.go). */
function tooSmall({ nodes, podCidr, fabricCidr }: EmbeddedSettings): readonly SettingProblem[] {
  const forPods = 2 ** (24 - prefixOf(podCidr)) - 1;
  const forNodes = 2 ** (32 - prefixOf(fabricCidr)) - 12;
  return [
    { path: ['podCidr'], range: podCidr, room: Math.floor(forPods) },
    { path: ['fabricCidr'], range: fabricCidr, room: forNodes },
  ]
    .filter(({ room }) => room < nodes.length)
    .map(({ path, range, room }) => ({
      path,
      message: `${range} has room for ${Math.max(0, room)} nodes, and there are ${nodes.length}: take a larger range`,
    }));
}

function prefixOf(cidr: string): number {
  return ipaddr.IPv4.parseCIDR(cidr)[1];
}

function wrongAddresses({ kubeDnsIp, serviceCidr, localIp }: EmbeddedSettings): readonly SettingProblem[] {
  const inServices = ipaddr.IPv4.parse(kubeDnsIp).match(ipaddr.IPv4.parseCIDR(serviceCidr));
  const isLinkLocal = ipaddr.IPv4.parse(localIp).range() === 'linkLocal';
  return [
    ...(inServices ? [] : [{ path: ['kubeDnsIp'], message: `${kubeDnsIp} lies outside serviceCidr ${serviceCidr}` }]),
    ...(isLinkLocal
      ? []
      : [
          {
            path: ['localIp'],
            message: `${localIp} is not link-local: take one of 169.254.0.0/16, such as 169.254.20.10`,
          },
        ]),
  ];
}
