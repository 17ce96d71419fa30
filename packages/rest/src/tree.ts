/**
 * Route tree at run time: a Proxy per hop over an immutable place in the trie of routes. Properties are static segments,
 * calls are parameters, the five verbs perform the request. Hops hold no state of a request, so each may be kept and reused.
 */
import type { HttpMethod } from '@tinfoil/types';
import { type PathParameter, type Place, type RouteNode, toParameter, toSegment } from './route.ts';

/** What a verb was called with, sorted by the verb's signature. */
export interface VerbArguments {
  readonly body: unknown;
  readonly query: object | undefined;
  readonly options: Readonly<Record<string, unknown>> | undefined;
}

/** Performs a request; `caller` is the function whose frames above it belong to the library. */
export type Perform = (method: HttpMethod, place: Place, args: VerbArguments, caller: Function) => Promise<unknown>;

/** Root of a tree. Its shape is known to the types alone, so it is `unknown` here. */
export function createTree(root: RouteNode, perform: Perform): unknown {
  return hop({ node: root, path: '', major: '' }, perform);
}

// A Proxy is callable only when its target is. An arrow function has no property that a trap must not contradict.
const target = () => undefined;

function hop(place: Place, perform: Perform): unknown {
  return new Proxy(target, new Hop(place, perform));
}

class Hop implements ProxyHandler<() => undefined> {
  readonly #place: Place;
  readonly #perform: Perform;

  constructor(place: Place, perform: Perform) {
    this.#place = place;
    this.#perform = perform;
  }

  get(_target: unknown, name: string | symbol): unknown {
    const perform = this.#perform;
    const place = this.#place;
    switch (name) {
      case 'get':
        return function get(query?: object, options?: VerbArguments['options']) {
          return perform('GET', place, { body: undefined, query, options }, get);
        };
      case 'post':
      case 'put':
      case 'patch': {
        const method = name === 'post' ? 'POST' : name === 'put' ? 'PUT' : 'PATCH';
        return function send(body?: unknown, options?: VerbArguments['options']) {
          return perform(method, place, { body, query: queryOf(options), options }, send);
        };
      }
      case 'delete':
        return function remove(options?: VerbArguments['options']) {
          return perform('DELETE', place, { body: options?.body, query: queryOf(options), options }, remove);
        };
      // A hop must be neither awaited nor serialised by mistake.
      case 'then':
      case 'toJSON':
        return undefined;
      default:
        return typeof name === 'symbol' ? undefined : hop(toSegment(place, name), perform);
    }
  }

  apply(_target: unknown, _this: unknown, parameters: PathParameter[]): unknown {
    if (parameters.length !== 1)
      throw new TypeError(`rest: ${this.#place.node.template} takes one parameter a call, got ${parameters.length}`);
    return hop(toParameter(this.#place, parameters[0]!), this.#perform);
  }

  has(): boolean {
    return false;
  }

  // The target is shared by every hop of every tree: nothing may be written to it.
  set(): boolean {
    return false;
  }

  defineProperty(): boolean {
    return false;
  }

  deleteProperty(): boolean {
    return false;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }
}

function queryOf(options: VerbArguments['options']): object | undefined {
  // The types of the tree say what a query is; anything else is read as one, property by property.
  return options?.query as object | undefined;
}
