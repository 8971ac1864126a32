import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Argument, Command } from '@commander-js/extra-typings';
import { requireOwn } from '../build/image-base.ts';
import { cacheDir } from '../cluster/embedded/paths.ts';
import { loadConfig } from '../config/load-config.ts';
import { makeImage, withScratch, type ImageKind } from '../delivery/make-image.ts';
import { pushImage } from '../delivery/push-image.ts';
import { architectures, type ArchitectureName } from '../image/architecture.ts';
import { progressLines } from './progress-lines.ts';
import { UsageError } from './usage-error.ts';

/** `nodelocal-drill image`: the images that other clusters than the embedded one need. */
export function imageCommand(signal: AbortSignal) {
  return new Command('image')
    .description('build the image of the probes and the node agent, or of the suite itself, without a container engine')
    .addArgument(
      new Argument('[kind]', 'which image').choices(['probes', 'runner'] as const).default('probes' as const),
    )
    .option('--output <file>', 'write an archive for `kind load image-archive` and `k3s ctr images import`')
    .option(
      '--push <prefix>',
      'push it to a registry, such as registry.example/dns, with the credentials of `docker login`',
    )
    .option('--insecure', 'the registry speaks plain HTTP, or has a certificate that nobody vouches for', false)
    .option('--platform <list>', "amd64, arm64 or both, by commas (default: this machine's)", parsePlatforms)
    .addHelpText('after', '\nWhat is in an image is listed beside its archive, as CycloneDX (docs/images.md).')
    .action(async (kind, { output, push, insecure, platform }) => {
      if (output === undefined && push === undefined)
        throw new UsageError('image needs --output <file>, or --push <registry/prefix>');
      const prefix = push ?? (await loadConfig()).probes.imagePrefix ?? 'localhost';
      refuseNoPrefix(prefix);
      const progress = progressLines();
      const beside = output === undefined ? join(tmpdir(), 'x') : resolve(output);
      await withScratch(beside, async (scratch) => {
        const archive = output === undefined ? join(scratch, 'image.tar') : resolve(output);
        const common = { cacheDir: cacheDir(), signal, progress };
        const wanted = platform ?? [requireOwn().name];
        const made = await makeImage({ kind, architectures: wanted, prefix, out: archive, ...common });
        if (output !== undefined) sayArchive(output, made.reference, made.digest, made.contents);
        if (push === undefined) return;
        sayPushed(kind, await pushImage({ archive, reference: made.reference, scratch, insecure, ...common }));
      });
    });
}

function sayArchive(output: string, reference: string, digest: string, contents: readonly string[]): void {
  process.stdout.write(`${output} has ${reference}, ${digest}; what is in it: ${contents.join(', ')}\n`);
}

/** By digest, so that nobody can put something else in its place. */
function sayPushed(kind: ImageKind, pushed: string): void {
  process.stdout.write(
    kind === 'probes'
      ? `In drill.config.ts:\n  probes: { image: '${pushed}' },\n`
      : `In deploy/cronjob.yaml:\n  image: ${pushed}\n`,
  );
}

function parsePlatforms(text: string): readonly ArchitectureName[] {
  const named = text.split(',').map((each) => each.trim().replace(/^linux\//, ''));
  const wrong = named.find((each) => !(each in architectures));
  if (wrong !== undefined)
    throw new UsageError(`--platform ${text}: "${wrong}" is not one of ${Object.keys(architectures).join(', ')}`);
  return [...new Set(named)] as readonly ArchitectureName[];
}

/** A registry and a path, without scheme, tag or digest (github.com/distribution/reference). */
function refuseNoPrefix(prefix: string): void {
  if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*\/?$/i.test(prefix))
    throw new UsageError(
      `"${prefix}" is no registry with a prefix, such as registry.example/dns: leave out scheme and tag`,
    );
}
