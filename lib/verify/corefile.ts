/** One line in a server block, such as `forward . 10.96.0.10 {…}`, with the lines of its own block. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[];
}

export interface ServerBlock {
  /** As they stand there: `cluster.local:53`. */
  readonly zones: readonly string[];
  readonly directives: readonly Directive[];
}

/** The server blocks of a Corefile (coredns.io/manual/configuration): words, braces at a line's end, and comments; imports and snippets are left as they are. */
export function parseCorefile(text: string): readonly ServerBlock[] {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .values();
  return readBlock(lines).map(({ name, args, block }) => ({
    zones: [name, ...args].flatMap(zoneNames),
    directives: block,
  }));
}

/** All directives of a name, wherever they stand. */
export function directivesOf(blocks: readonly ServerBlock[], name: string): readonly Directive[] {
  return blocks.flatMap(({ directives }) => directives.filter((directive) => directive.name === name));
}

/** True when the block answers for a zone: `cluster.local:53` and `dns://cluster.local` are that of cluster.local. */
export function isBlockOf({ zones }: ServerBlock, zone: string): boolean {
  return zones.some(
    (each) =>
      each
        .replace(/^\w+:\/\//, '')
        .replace(/:\d+$/, '')
        .replace(/(.)\.$/, '$1') === zone,
  );
}

function readBlock(lines: Iterator<string>): readonly Directive[] {
  const directives: Directive[] = [];
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const line = next.value;
    if (line === '}') break;
    const opens = line.endsWith('{');
    const [name = '', ...args] = (opens ? line.slice(0, -1) : line).split(/\s+/).filter((word) => word !== '');
    directives.push({ name, args, block: opens ? readBlock(lines) : [] });
  }
  return directives;
}

function zoneNames(word: string): readonly string[] {
  return word.split(',').filter((zone) => zone !== '');
}
