/**
 * From a path template to hops through the route tree: as text of a program, as calls at run time, and as the path that
 * must leave the process. Says in one place how the tree spells Discord's segments.
 */

/** @typedef {{ readonly property: string } | { readonly parameter: string, readonly value: string }} Hop */

/**
 * Hops of a template. Parameters get values that differ from each other and need encoding where Discord allows free text.
 *
 * @param {string} path
 * @returns {Hop[]}
 */
export function toHops(path) {
  return path
    .slice(1)
    .split('/')
    .map((segment, index) =>
      segment.startsWith('{')
        ? { parameter: segment.slice(1, -1), value: sample(segment.slice(1, -1), index) }
        : { property: toProperty(segment) },
    );
}

/**
 * Text of the expression that reaches the node: `api.users('1001').guilds`.
 *
 * @param {readonly Hop[]} hops
 */
export function toExpression(hops) {
  return hops.reduce(
    (text, hop) => text + ('property' in hop ? `.${hop.property}` : `(${JSON.stringify(argument(hop))})`),
    'api',
  );
}

/**
 * Spelling of the node without values: `/users/{}/guilds`.
 *
 * @param {readonly Hop[]} hops
 */
export function toSkeleton(hops) {
  return hops.map((hop) => ('property' in hop ? `/${hop.property}` : '/{}')).join('');
}

/**
 * The node itself.
 *
 * @param {any} api
 * @param {readonly Hop[]} hops
 */
export function walk(api, hops) {
  return hops.reduce((node, hop) => ('property' in hop ? node[hop.property] : node(argument(hop))), api);
}

/**
 * Path that a request to the template must leave with.
 *
 * @param {string} path
 */
export function toSentPath(path) {
  return path
    .slice(1)
    .split('/')
    .map((segment, index) =>
      segment.startsWith('{') ? `/${encodeURIComponent(sample(segment.slice(1, -1), index))}` : `/${segment}`,
    )
    .join('');
}

/** @param {string} segment */
function toProperty(segment) {
  if (segment === 'delete') return 'delete_';
  return segment.replace(/^@/, '').replace(/[-_.]([a-z0-9])/g, (_match, letter) => letter.toUpperCase());
}

/** @param {{ readonly parameter: string, readonly value: string }} hop */
function argument({ parameter, value }) {
  return parameter === 'answer_id' ? Number(value) : value;
}

/**
 * @param {string} parameter
 * @param {number} index
 */
function sample(parameter, index) {
  if (parameter === 'answer_id') return String(index);
  if (parameter === 'emoji_name') return 'blob cat:1234/5';
  if (/token|code|instance_id|provider/.test(parameter)) return `${parameter}-${index}.x?`;
  return String(1_000_000_000_000_000_000n + BigInt(index));
}
