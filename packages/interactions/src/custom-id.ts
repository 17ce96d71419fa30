/**
 * Patterns over `custom_id`, the one place where a component or modal can carry state: `vote/:choice` takes `vote/yes` and
 * gives `{ choice: 'yes' }`. Segments are split at `/`; a value that contains `/` or `%` travels percent-encoded.
 *
 * Patterns are compiled once. Among those that fit, one with a fixed text where another has a parameter wins. Pure.
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
  readonly pattern: string;
  /** Fixed text, or a parameter's name. */
  readonly segments: readonly { readonly text?: string | undefined; readonly name?: string | undefined }[];
}

/** Compiles a pattern. @throws {@link RangeError} when it is empty, too long, or names a parameter twice or not at all. */
export function compilePattern(pattern: string): CompiledPattern {
  if (typeof pattern !== 'string' || pattern.length < 1 || pattern.length > 100)
    throw new RangeError(`interactions: a custom_id pattern must have 1 to 100 characters, got ${describe(pattern)}`);
  const names = new Set<string>();
  const segments = pattern.split('/').map((segment) => {
    if (!segment.startsWith(':')) return { text: segment };
    const name = segment.slice(1);
    if (!/^[A-Za-z_]\w*$/.test(name) || names.has(name))
      throw new RangeError(`interactions: parameters of a custom_id pattern need distinct names, got ${segment}`);
    names.add(name);
    return { name };
  });
  return { pattern, segments };
}

/** Parameters of a `custom_id` that fits, else `undefined`. */
export function matchPattern(
  pattern: CompiledPattern,
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.segments.length !== segments.length) return undefined;
  // Without a prototype: a parameter may be called __proto__.
  const params: Record<string, string> = Object.create(null);
  for (const [index, { text, name }] of pattern.segments.entries()) {
    const segment = segments[index]!;
    if (name !== undefined) params[name] = decode(segment);
    else if (text !== segment) return undefined;
  }
  return params;
}

/** Order in which patterns are tried: fixed text before parameters, from the left. */
export function comparePatterns(one: CompiledPattern, other: CompiledPattern): number {
  for (const [index, { name }] of one.segments.entries()) {
    const isParam = name !== undefined;
    const otherIsParam = other.segments[index]?.name !== undefined;
    if (isParam !== otherIsParam) return isParam ? 1 : -1;
  }
  return 0;
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
  const values = params as Readonly<Record<string, string>>;
  const text = compilePattern(pattern)
    .segments.map((segment) => {
      if (segment.name === undefined) return segment.text;
      const value = Object.hasOwn(values, segment.name) ? values[segment.name] : undefined;
      if (typeof value !== 'string')
        throw new RangeError(`interactions: custom_id parameter ${segment.name} must be a string, got ${typeof value}`);
      return value.replaceAll('%', '%25').replaceAll('/', '%2F');
    })
    .join('/');
  if (text.length > 100)
    throw new RangeError(`interactions: custom_id must have 1 to 100 characters, got ${text.length}`);
  return text;
}

function decode(segment: string): string {
  return segment.includes('%') ? segment.replaceAll(/%2F/gi, '/').replaceAll('%25', '%') : segment;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `${value.length}` : typeof value;
}
