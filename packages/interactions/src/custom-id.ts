/**
 * Patterns over `custom_id`, the one place where a component or modal can carry state: `vote/:choice` takes `vote/yes` and
 * gives `{ choice: 'yes' }`. Segments are split at `/`; a value that contains `/` or `%` travels percent-encoded. Pure.
 */

/** Parameters of a pattern, each a string. */
export type CustomIdParams<Pattern extends string> = string extends Pattern
  ? Readonly<Record<string, string>>
  : { readonly [Name in ParamNames<Pattern>]: string };

/** Names after a colon, segment by segment. */
export type ParamNames<Pattern extends string> = Pattern extends `${infer Head}/${infer Tail}`
  ? ParamNames<Head> | ParamNames<Tail>
  : Pattern extends `:${infer Name}`
    ? Name
    : never;

/** Pattern ready to match. */
export interface CompiledPattern {
  readonly segments: readonly string[];
  /** Order in which patterns are tried: fixed text before parameters, from the left. */
  readonly rank: string;
}

/** Compiles a pattern. @throws {@link RangeError} when it is empty, too long, or names a parameter twice or not at all. */
export function compilePattern(pattern: string): CompiledPattern {
  assertLength(`custom_id pattern`, pattern);
  const segments = pattern.split('/');
  const names = segments.filter(isParam);
  const wrong = names.find((name, index) => !/^:[A-Za-z_]\w*$/.test(name) || names.indexOf(name) !== index);
  if (wrong)
    throw new RangeError(`interactions: parameters of a custom_id pattern must have distinct names, got ${wrong}`);
  return { segments, rank: segments.map((segment) => (isParam(segment) ? 1 : 0)).join('') };
}

/** Parameters of a `custom_id` that fits, else `undefined`. */
export function matchPattern(
  { segments }: CompiledPattern,
  parts: readonly string[],
): Record<string, string> | undefined {
  if (segments.length !== parts.length) return undefined;
  // Without a prototype: a parameter may be called __proto__.
  const params: Record<string, string> = Object.create(null);
  for (const [index, segment] of segments.entries()) {
    const part = parts[index]!;
    if (isParam(segment))
      params[segment.slice(1)] = part.replaceAll(/%(2F|25)/gi, (code) => (code === '%25' ? '%' : '/'));
    else if (segment !== part) return undefined;
  }
  return params;
}

/**
 * Builds the `custom_id` that a pattern takes apart.
 *
 * @example
 * ```ts
 * customId('vote/:choice', { choice: 'yes' }); // 'vote/yes'
 * ```
 * @throws {@link RangeError} when a parameter is missing, or the result is longer than Discord's 100 characters.
 */
export function customId<const Pattern extends string>(pattern: Pattern, params: CustomIdParams<Pattern>): string {
  const values = params as Readonly<Record<string, unknown>>;
  const { segments } = compilePattern(pattern);
  const parts = segments.map((segment) => {
    if (!isParam(segment)) return segment;
    const value = values[segment.slice(1)];
    if (typeof value !== 'string')
      throw new RangeError(`interactions: custom_id parameter ${segment} must be a string, got ${typeof value}`);
    return value.replaceAll('%', '%25').replaceAll('/', '%2F');
  });
  return assertLength('custom_id', parts.join('/'));
}

function isParam(segment: string): boolean {
  return segment.startsWith(':');
}

function assertLength(what: string, text: string): string {
  if (!(text?.length > 0 && text.length <= 100))
    throw new RangeError(`interactions: a ${what} must have 1 to 100 characters, got ${text?.length}`);
  return text;
}
