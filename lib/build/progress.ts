/** What long work says while it goes on. `step` names the thing, `detail` what is happening to it. */
export type Progress = (step: string, detail: string) => void;

/** For callers that show nothing. */
export const noProgress: Progress = () => undefined;
