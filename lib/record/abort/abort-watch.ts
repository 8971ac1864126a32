import type { AbortCondition } from '../../config/abort-condition.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Kube } from '../../kube/kube.ts';
import { nowNs } from '../../time/now-ns.ts';
import { sleep } from '../../time/sleep.ts';
import type { Condition } from './condition.ts';
import { controlCondition } from './control-condition.ts';
import { podsCondition } from './pods-condition.ts';
import { prometheusCondition } from './prometheus-condition.ts';

/** How long a condition may be out of reach before the drill stops: who can't see does not go on breaking things. */
const blindNs = 30e9;

/**
 * Watches what must stay good (`abortWhen` of the configuration). As soon as one turns bad, `signal` aborts with the reason, so that the drill
 * ends and is undone.
 */
export class AbortWatch implements AsyncDisposable {
  readonly #conditions: readonly Condition[];
  readonly #observers: readonly ((entry: Entry) => void)[];
  readonly #bad = new AbortController();
  readonly #over = new AbortController();
  readonly #blindNs: number;
  #watching: Promise<unknown> = Promise.resolve();

  constructor(kube: Kube, settings: readonly AbortCondition[], options: { readonly blindNs?: number } = {}) {
    const made = settings.map((setting) => conditionOf(kube, setting));
    this.#conditions = made.map(({ condition }) => condition);
    this.#observers = made.flatMap(({ observe }) => (observe === undefined ? [] : [observe]));
    this.#blindNs = options.blindNs ?? blindNs;
  }

  /** Aborts with an Error that says which condition is bad, and why. */
  get signal(): AbortSignal {
    return this.#bad.signal;
  }

  observe(entry: Entry): void {
    for (const observe of this.#observers) observe(entry);
  }

  /** Asks all of them once, and watches them from now on. @throws when one is bad, or can't be asked, before anything is broken */
  async begin(signal: AbortSignal): Promise<void> {
    for (const condition of this.#conditions) {
      const reason = await condition.ask(signal).catch((error: unknown) => `it can't be asked: ${wordsOf(error)}`);
      signal.throwIfAborted();
      if (reason !== null) this.#abort(`before anything was broken, ${condition.name} is bad: ${reason}`);
      this.signal.throwIfAborted();
    }
    const over = AbortSignal.any([this.#over.signal, this.signal]);
    this.#watching = Promise.allSettled(this.#conditions.map((condition) => this.#watch(condition, over)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#watching;
  }

  async #watch(condition: Condition, over: AbortSignal): Promise<void> {
    let seenNs = nowNs();
    for (;;) {
      await sleep(condition.everyNs, over);
      try {
        const reason = await condition.ask(over);
        seenNs = nowNs();
        if (reason !== null) this.#abort(`${condition.name} turned bad: ${reason}`);
      } catch (error) {
        over.throwIfAborted();
        const blindForNs = nowNs() - seenNs;
        if (blindForNs >= this.#blindNs)
          this.#abort(
            `${condition.name} can't be asked for ${(blindForNs / 1e9).toFixed(0)} s, so it may be bad: ${wordsOf(error)}`,
          );
      }
    }
  }

  #abort(reason: string): void {
    this.#bad.abort(new Error(`abortWhen: ${reason}`));
  }
}

function conditionOf(
  kube: Kube,
  setting: AbortCondition,
): { readonly condition: Condition; readonly observe?: (entry: Entry) => void } {
  switch (setting.watch) {
    case 'prometheus':
      return { condition: prometheusCondition(setting) };
    case 'pods':
      return { condition: podsCondition(kube, setting) };
    case 'control':
      return controlCondition(setting);
  }
}

/** fetch says only "fetch failed"; its cause says why. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
