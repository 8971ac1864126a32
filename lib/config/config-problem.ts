import { inspect } from 'node:util';
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';

/**
 * What is wrong with a configuration, in one sentence: the first key that is not right, its value, and what it must be. How many others there
 * are is said too; they show up when the first is mended.
 */
export function configProblem({ issues }: z.ZodError, config: unknown, schema: z.ZodType): string {
  // A key that is misspelt is missing too, and that explains nothing.
  const [first, ...others] = issues.toSorted((a, b) => Number(isUnknownKey(b)) - Number(isUnknownKey(a)));
  if (first === undefined) return 'it is not valid';
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${sentence(first, config, schema)}${more}`;
}

function sentence(issue: Issue, config: unknown, schema: z.ZodType): string {
  const key = keyName(issue.path);
  if (isUnknownKey(issue)) return unknownKey(issue.keys[0] ?? '', issue.path, keysAt(schema, issue.path, config));
  // Other checks of ours say the value themselves, and what was given an `error` too.
  if (!saysNoValue(issue)) return key === '' ? issue.message : `${key}: ${issue.message}`;
  return `${key === '' ? 'the configuration' : key} is ${shown(at(config, issue.path))}, and ${must(issue)}`;
}

type Issue = z.core.$ZodIssue;

function isUnknownKey(issue: Issue): issue is z.core.$ZodIssueUnrecognizedKeys {
  return issue.code === 'unrecognized_keys';
}

function saysNoValue({ code, message }: Issue): boolean {
  return code === 'custom' ? message.startsWith('must ') : !message.startsWith('"');
}

function must(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum.toString()} ${entries(issue.minimum)}`
        : `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum.toString()}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `must have at most ${issue.maximum.toString()} ${entries(issue.maximum)}`
        : `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum.toString()}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `must be one of ${issue.options.map(String).join(', ')}`
        : issue.message;
    case 'invalid_format':
      return issue.format === 'ipv4' ? 'must be an IPv4 address' : `must match ${issue.pattern ?? issue.format}`;
    default:
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list [ … ]',
  object: 'an object { … }',
};

function entries(count: number | bigint): string {
  return count === 1 || count === 1n ? 'entry' : 'entries';
}

/** The key that was meant is near, or else all that could be meant are named. */
function unknownKey(key: string, path: Issue['path'], known: readonly string[]): string {
  const near = known.length === 0 ? null : closest(key, known);
  const hint =
    near !== null && distance(key, near) <= Math.max(2, Math.floor(key.length / 3))
      ? `did you mean "${near}"?`
      : `there are ${known.join(', ')}`;
  return `unknown key "${keyName([...path, key])}": ${hint}`;
}

const nodeSchema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  oneOf: z.array(z.unknown()).optional(),
});

type Node = z.infer<typeof nodeSchema>;

const fixedSchema = z.object({ const: z.unknown() });

/** The keys that an object at this place may have, from the schema's own description. */
function keysAt(schema: z.ZodType, path: Issue['path'], config: unknown): readonly string[] {
  let node = nodeSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }));
  for (const [i, step] of path.entries()) {
    const next = nodeSchema.safeParse(typeof step === 'number' ? node.items : node.properties?.[String(step)]);
    if (!next.success) return [];
    node = meant(next.data, at(config, path.slice(0, i + 1)));
  }
  return Object.keys(node.properties ?? {});
}

/** Of several kinds of object that may stand at a place, the one whose fixed values `value` has. */
function meant(node: Node, value: unknown): Node {
  const kinds = (node.oneOf ?? []).map((kind) => nodeSchema.parse(kind));
  return kinds.find(({ properties = {} }) => Object.entries(properties).every(isFixedTo(value))) ?? node;
}

function isFixedTo(value: unknown): (property: [string, unknown]) => boolean {
  return ([key, description]) => {
    const fixed = fixedSchema.safeParse(description);
    return !fixed.success || at(value, [key]) === fixed.data.const;
  };
}

/** `probes.names[0].kind`, as one would write it. */
function keyName(path: Issue['path']): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

function at(config: unknown, path: Issue['path']): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    config,
  );
}

/** A value on one line, at most some 60 characters; of a list that is longer, its length. */
function shown(value: unknown): string {
  if (value === undefined) return 'not set';
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'string' ? JSON.stringify(value) : inspect(value, { breakLength: Infinity });
  if (text.length <= 60) return text;
  return Array.isArray(value) ? `a list of ${value.length}` : `${text.slice(0, 57)}…`;
}
