/** A line of /proc/self/mounts. */
export interface MountPoint {
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** All mounts, in order of mounting; a later one hides an earlier one at the same path. Spaces in paths are written as \040 there (fstab(5)). */
export function parseMounts(procMounts: string): readonly MountPoint[] {
  return procMounts.split('\n').flatMap((line) => {
    const [, path, type, options] = line.split(' ');
    return path === undefined || type === undefined
      ? []
      : [
          {
            path: path.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
            type,
            options: options?.split(',') ?? [],
          },
        ];
  });
}

/** The mount that a path lies on; undefined when the list is empty. */
export function mountOf(path: string, procMounts: string): MountPoint | undefined {
  return parseMounts(procMounts).reduce<MountPoint | undefined>(
    (best, mount) => (holds(mount.path, path) && mount.path.length >= (best?.path.length ?? 0) ? mount : best),
    undefined,
  );
}

function holds(folder: string, path: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
