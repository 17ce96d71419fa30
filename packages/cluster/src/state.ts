/**
 * State that the bot's author defines: a value each pod reads, and the rule by which the pods' values become one. The rule
 * travels with the value, so the manager needs none of the author's code. Pure but for calling `read`.
 */

/** How the values of the pods become one. `count` counts true values (and non-empty others), `list` gathers them all. */
export type StateRule = 'sum' | 'max' | 'min' | 'list' | 'count';

/** Value of one pod: a number for `sum`, `max` and `min`, any JSON for `list` and `count`. */
export type StateValue = number | string | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };

/** One kind of state. */
export interface StateDefinition {
  readonly reduce: StateRule;
  /** Called whenever the status is asked for, so it should be cheap; what it throws leaves the value out. */
  readonly read: () => StateValue;
}

/** Kinds of state by name. */
export type StateMap = Readonly<Record<string, StateDefinition>>;

const rules: readonly StateRule[] = ['sum', 'max', 'min', 'list', 'count'];

/** Longest gathered list; what comes after it is cut. */
export const listCap = 10_000;

/** @throws {@link TypeError} naming the state and what is allowed. */
export function assertStateMap(state: StateMap): void {
  for (const [name, definition] of Object.entries(state)) {
    if (!rules.includes(definition?.reduce))
      throw new TypeError(
        `cluster: state.${name}.reduce must be one of ${rules.join(', ')}, got ${String(definition?.reduce)}`,
      );
    if (typeof definition.read !== 'function')
      throw new TypeError(`cluster: state.${name}.read must be a function, got ${typeof definition.read}`);
  }
}

/** One value of the pods' values; `null` for no pods where zero would lie. */
export function reduceState(rule: StateRule, values: readonly StateValue[]): StateValue {
  switch (rule) {
    case 'sum':
      return numbers(values).reduce((sum, value) => sum + value, 0);
    case 'count':
      return values.filter(counts).length;
    case 'max':
    case 'min': {
      const all = numbers(values);
      // Not Math.max(...all): thousands of pods would be thousands of arguments.
      return all.length === 0 ? null : all.reduce((a, b) => (rule === 'max' ? Math.max(a, b) : Math.min(a, b)));
    }
    case 'list':
      return values.flatMap((value) => (Array.isArray(value) ? value : [value])).slice(0, listCap);
  }
}

function numbers(values: readonly StateValue[]): number[] {
  return values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
}

function counts(value: StateValue): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
