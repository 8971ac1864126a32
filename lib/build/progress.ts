/**
 * What long work says while it goes on. `step` names the thing, `detail` what is happening to it. `passing` marks what the next word on the
 * same step replaces, such as a percentage: shown in place on a terminal, now and then elsewhere; an
 * empty one clears it away.
 */
export type Progress = (step: string, detail: string, passing?: 'passing') => void;

/** For callers that show nothing. */
export const noProgress: Progress = () => undefined;
