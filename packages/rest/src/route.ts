/**
 * Routes as a trie that grows with use: each node knows its template (`/channels/{}/messages`) and which parameter is the
 * major one, so that a request finds its label and its bucket without parsing anything.
 *
 * Owns how segments and parameters are written. Two ways lead in: the route tree walks node by node, `rest.request` gives a
 * path, whose parameters are told from its names by their place and look.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits | Discord Docs/Rate Limits}
 */
import type { HttpMethod } from '@tinfoil/types';
import type { Bucket } from './job.ts';

/** Whose credential stands in the path: such a request needs no bot token, and its 401 says nothing about it. */
export type PathCredential = 'webhook' | 'interaction';

/** One operation, per client: what all its requests share. */
export interface Route {
  readonly method: HttpMethod;
  readonly template: string;
  /** `POST /channels/{}/messages`: names the operation in messages, events and metrics. */
  readonly label: string;
  readonly credential: PathCredential | undefined;
  /** Create Message: kept in the caller's order, and made idempotent by a nonce. */
  readonly createsMessage: boolean;
  /** Discord's name of the bucket, as soon as an answer told it. */
  hash: string | undefined;
  /** A hash that contradicts {@link hash}, and how often in a row it was seen. */
  rival: { hash: string; seen: number } | undefined;
  /** Buckets made before the hash was known. */
  readonly provisional: Set<Bucket>;
}

/** Place of a path: the node, the path so far, and its major parameters, encoded. */
export interface Place {
  readonly node: RouteNode;
  readonly path: string;
  readonly major: string;
}

/** Parameter of a path. */
export type PathParameter = string | number | bigint;

/** More nodes than Discord has routes; what is beyond is walked without being kept. */
const maxNodes = 4096;
const majorRoots: ReadonlySet<string> = new Set(['/channels', '/guilds', '/webhooks', '/interactions']);
const credentials: Readonly<Record<string, PathCredential>> = {
  '/webhooks/{}': 'webhook',
  '/interactions/{}': 'interaction',
};
const irregular: ReadonlyMap<string, string> = new Map([
  ['me', '@me'],
  ['original', '@original'],
  ['widgetJson', 'widget.json'],
  ['widgetPng', 'widget.png'],
  // A segment named like a verb.
  ['delete_', 'delete'],
]);
/** Names after which a segment is a parameter although it does not look like an id. */
const takesAnyParameter: ReadonlySet<string> = new Set([
  '/webhooks/{}',
  '/interactions/{}',
  '/invites',
  '/guilds/templates',
  '/guilds/{}/templates',
  '/channels/{}/messages/{}/reactions',
  '/applications/{}/activity-instances',
]);

/** Node of the trie. */
export class RouteNode {
  readonly template: string;
  /** What the next parameter is to the bucket: its major, the second half of it, or nothing. */
  readonly parameterRole: 'major' | 'token' | 'minor';
  readonly credential: PathCredential | undefined;
  readonly #size: { nodes: number };
  readonly #segments = new Map<string, RouteNode>();
  readonly #routes = new Map<HttpMethod, Route>();
  #parameter: RouteNode | undefined;

  constructor(template = '', credential?: PathCredential, size: { nodes: number } = { nodes: 0 }) {
    this.template = template;
    this.credential = credential;
    this.#size = size;
    if (majorRoots.has(template)) this.parameterRole = 'major';
    else this.parameterRole = credentials[template] === undefined ? 'minor' : 'token';
  }

  /** Node of a static segment, in wire spelling. */
  segment(name: string): RouteNode {
    const known = this.#segments.get(name);
    if (known !== undefined) return known;
    const node = new RouteNode(`${this.template}/${name}`, this.credential, this.#size);
    if (this.#size.nodes < maxNodes) {
      this.#size.nodes += 1;
      this.#segments.set(name, node);
    }
    return node;
  }

  /** Node behind a parameter. */
  parameter(): RouteNode {
    this.#parameter ??= new RouteNode(`${this.template}/{}`, credentials[this.template] ?? this.credential, this.#size);
    return this.#parameter;
  }

  route(method: HttpMethod): Route {
    const known = this.#routes.get(method);
    if (known !== undefined) return known;
    const label = `${method} ${this.template}`;
    const route: Route = {
      method,
      template: this.template,
      label,
      credential: this.credential,
      createsMessage: label === 'POST /channels/{}/messages',
      hash: undefined,
      rival: undefined,
      provisional: new Set(),
    };
    this.#routes.set(method, route);
    return route;
  }
}

/** Goes one static segment on; `name` is a property of the tree, in camelCase. */
export function toSegment(place: Place, name: string): Place {
  const segment = toWireSegment(name);
  return { node: place.node.segment(segment), path: `${place.path}/${segment}`, major: place.major };
}

/** Goes one parameter on. @throws {@link TypeError} when it could change the route: empty, `.`, `..`, or no string, number or bigint. */
export function toParameter(place: Place, value: PathParameter): Place {
  return withParameter(place, encodeParameter(value, place.node));
}

/** Wire spelling of a property: camelCase becomes kebab-case, `me` becomes `@me`, `delete_` is the segment and not the verb. */
export function toWireSegment(name: string): string {
  const known = wireSegments.get(name);
  if (known !== undefined) return known;
  assertNoTraversal(name, 'a path segment');
  const segment =
    irregular.get(name) ??
    encodeURIComponent(name.replace(/_$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).replaceAll(
      '%40',
      '@',
    );
  if (wireSegments.size < maxNodes) wireSegments.set(name, segment);
  return segment;
}

const wireSegments = new Map<string, string>();

/**
 * Place of a path such as `/channels/123/messages`, whose parameters are already encoded.
 *
 * @throws {@link TypeError} when it is no absolute path, or holds empty or dot segments, a fragment, spaces or control characters.
 */
export function parsePath(root: RouteNode, path: string): Place & { readonly query: string } {
  if (typeof path !== 'string' || !/^\/[\x21-\x7e]*$/.test(path) || path.includes('#'))
    throw new TypeError('rest: path must begin with / and hold only encoded characters, no fragment');
  const mark = path.indexOf('?');
  const bare = mark === -1 ? path : path.slice(0, mark);
  let place: Place = { node: root, path: '', major: '' };
  for (const segment of bare.slice(1).split('/')) {
    assertNoTraversal(decodeDots(segment), 'a segment of path');
    place = looksLikeParameter(place.node, segment)
      ? withParameter(place, segment)
      : { node: place.node.segment(segment), path: `${place.path}/${segment}`, major: place.major };
  }
  return { ...place, query: mark === -1 ? '' : path.slice(mark) };
}

function withParameter({ node, path, major }: Place, encoded: string): Place {
  const role = node.parameterRole;
  return {
    node: node.parameter(),
    path: `${path}/${encoded}`,
    major: role === 'minor' ? major : role === 'major' ? encoded : `${major}/${encoded}`,
  };
}

function encodeParameter(value: PathParameter, node: RouteNode): string {
  if (typeof value === 'string') {
    assertNoTraversal(value, `the parameter after ${node.template}`);
    try {
      return encodeURIComponent(value);
    } catch (cause) {
      throw new TypeError(`rest: the parameter after ${node.template} is not well-formed text`, { cause });
    }
  }
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return String(value);
  throw new TypeError(
    `rest: the parameter after ${node.template} must be a string, a bigint or a safe integer, got ${describe(value)}`,
  );
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'number' ? `the number ${value}` : typeof value;
}

function assertNoTraversal(text: string, what: string): void {
  if (text === '' || text === '.' || text === '..')
    throw new TypeError(`rest: ${what} must not be empty, . or .., got ${JSON.stringify(text)}`);
}

function decodeDots(segment: string): string {
  return segment.length > 6 ? segment : segment.replace(/%2e/gi, '.');
}

function looksLikeParameter(node: RouteNode, segment: string): boolean {
  if (/^\d+$/.test(segment)) return true;
  if (segment.startsWith('@')) return false;
  return takesAnyParameter.has(node.template);
}
