import dayjs from 'dayjs';
import duration from 'dayjs/plugin/duration.js';
import { z } from 'zod';

dayjs.extend(duration);

const units = { ms: 'milliseconds', s: 'seconds', min: 'minutes', h: 'hours' } as const;

/** In nanoseconds. */
export const millisecond = 1e6;
export const hour = 3600e9;

/** Nanoseconds of a duration such as `50 ms`, `2.5 s`, `3 min`. A number without a unit is refused: nobody knows what it means. */
export function parseDurationNs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h)$/.exec(text.trim());
  if (match === null)
    throw new RangeError(
      `"${text}" is not a duration: write a number and its unit (ms, s, min, h), as in "50 ms" or "2 s"`,
    );
  return Math.round(dayjs.duration(Number(match[1]), units[match[2] as keyof typeof units]).asMilliseconds() * 1e6);
}

/** A setting that is a duration with its unit; its parsed value is in nanoseconds. */
export const durationSchema = z.unknown().transform((value, context): number => {
  try {
    return parseDurationNs(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error), input: value });
    return z.NEVER;
  }
});
