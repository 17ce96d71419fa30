/**
 * Finds the handler of a method and path. A tree of segments: a literal wins over a parameter, so `/users/@me` is not a user id.
 */
import type { HttpMethod } from '@tinfoil/types';
import type { LedgerFile } from './entries.ts';

/** A request as handlers see it. */
export interface RestRequest {
  readonly method: HttpMethod;
  /** Without the `/api/v10` prefix and the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** A key that repeats gives a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly files: readonly LedgerFile[];
  /** `bot`, `bot:<n>`, `none`, `wrong`, `other`. */
  readonly identity: string;
}

/** What a handler answers: 204 without a body, 200 with one, unless `status` says otherwise. */
export interface RestAnswer {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON, unless it is bytes. */
  readonly body?: unknown;
}

/** Answers the requests of a route. */
export type RouteHandler = (request: RestRequest) => RestAnswer | Promise<RestAnswer>;

/** How a route is treated before its handler. */
export interface RouteRules {
  /** False: the token is in the path, or none is needed. @defaultValue true */
  readonly needsToken?: boolean | undefined;
  /** False: outside the global limit, as the interaction endpoints are. @defaultValue true */
  readonly isGloballyLimited?: boolean | ((request: RestRequest) => boolean) | undefined;
}

/** A route that matched. */
export interface RouteMatch {
  readonly template: string;
  readonly handler: RouteHandler;
  readonly rules: RouteRules;
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly template: string;
  readonly names: readonly string[];
  readonly handler: RouteHandler;
  readonly rules: RouteRules;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | null;
  readonly routes: Map<string, Route>;
}

/** Routes of one REST server. A route added later replaces an earlier one of the same shape. */
export class Router {
  readonly #root: Node = createNode();

  add(method: HttpMethod, template: string, handler: RouteHandler, rules: RouteRules = {}): void {
    let node = this.#root;
    const names: string[] = [];
    for (const segment of template.split('/').slice(1)) {
      const name = /^(?:\{([^}]+)\}|:(\w+))$/.exec(segment);
      if (name === null) {
        const next = node.literals.get(segment) ?? createNode();
        node.literals.set(segment, next);
        node = next;
      } else {
        names.push(name[1] ?? name[2] ?? '');
        node.parameter ??= createNode();
        node = node.parameter;
      }
    }
    node.routes.set(method, { template, names, handler, rules });
  }

  find(method: string, path: string): RouteMatch | null {
    const values: string[] = [];
    const route = find(this.#root, path.split('/'), 1, values, method);
    if (route === null) return null;
    const params: Record<string, string> = {};
    for (const [index, name] of route.names.entries()) params[name] = decode(values[index] ?? '');
    return { template: route.template, handler: route.handler, rules: route.rules, params };
  }
}

function find(node: Node, segments: string[], depth: number, values: string[], method: string): Route | null {
  const segment = segments[depth];
  if (segment === undefined) return node.routes.get(method) ?? null;
  const literal = node.literals.get(segment);
  if (literal !== undefined) {
    const found = find(literal, segments, depth + 1, values, method);
    if (found !== null) return found;
  }
  if (node.parameter === null || segment === '') return null;
  values.push(segment);
  const found = find(node.parameter, segments, depth + 1, values, method);
  if (found === null) values.pop();
  return found;
}

function createNode(): Node {
  return { literals: new Map(), parameter: null, routes: new Map() };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
