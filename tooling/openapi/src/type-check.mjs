/**
 * The tree's types against the operations: one generated program, each line of which belongs to one operation.
 *
 * An untyped tree cannot pass. What must not compile stands under `@ts-expect-error`, which is an error itself where the line
 * below compiles: a misspelt segment and the verbs that Discord does not have, at every node. What the tree has beyond the
 * operations is found the other way round, by walking the type itself.
 */
import { compile } from './compile.mjs';
import { toExpression, toHops, toSkeleton } from './hops.mjs';
import { nameOf } from './operations.mjs';

/** @typedef {import('./operations.mjs').Operation} Operation */
/** @typedef {{ readonly operation: string, readonly problem: string }} Finding */

/**
 * @typedef {object} TypeReport
 * @property {readonly string[]} typed Operations without a finding.
 * @property {readonly Finding[]} missing
 * @property {readonly string[]} inTree Operations of the tree, in its spelling: `GET /users/me`.
 * @property {readonly string[]} extra Operations of the tree that are in no list, in the tree's spelling.
 */

/** Where the tree's type comes from; tests give another. */
const defaultTree = "import type { RestApi } from '@tinfoil/types';";

/** Says all there is to say of an operation. */
const notInTree = 'is not in the tree';

const prelude = (/** @type {string} */ tree) => `${tree}
declare const api: RestApi;
declare function queryOf<Query>(verb: (query: Query, options?: never) => unknown): NonNullable<Query>;
declare function optionsOf<Options>(verb: (body: never, options: Options) => unknown): NonNullable<Options>;
declare function deleteOptionsOf<Options>(verb: (options: Options) => unknown): NonNullable<Options>;
declare function answers<Result>(verb: (...args: never) => Promise<Result>, nothing: Nothing<Result>): void;
type Nothing<Result> = undefined extends Result ? ([Result] extends [undefined] ? 'always' : 'sometimes') : 'never';
declare function nothing<First>(verb: (first: First, options: never) => unknown, none: [First] extends [undefined] ? true : false): void;
declare function has<Value extends object>(value: Value, key: keyof Value): void;
type Fields<Body> = Body extends readonly (infer Element)[] ? Fields<Element> : Body extends unknown ? keyof Body : never;
declare function bodyHas<Body>(verb: (body: Body, options: never) => unknown, field: Fields<NonNullable<Body>>): void;
declare function takesMany<Value extends object, Key extends keyof Value>(value: Value, key: Key, many: Value[Key]): void;
// biome-ignore lint: elements of any type fit a list of any, and still no single value.
declare const many: any[];
`;

/**
 * Every operation of the tree's type, as `GET /users/me`. Here, and only here, paths become literal types: the compiler names
 * them in the error that the last line is.
 */
const listing = `type Verbs = { get: 'GET'; post: 'POST'; put: 'PUT'; patch: 'PATCH'; delete: 'DELETE' };
type Own<Node, Path extends string> = { [Verb in keyof Verbs & keyof Node]: \`\${Verbs[Verb]} \${Path}\` }[keyof Verbs & keyof Node];
type Below<Node, Path extends string> = {
  [Name in Exclude<keyof Node, keyof Verbs> & string]: Operations<Node[Name], \`\${Path}/\${Name}\`>;
}[Exclude<keyof Node, keyof Verbs> & string];
type Behind<Node, Path extends string> = Node extends (parameter: never) => infer Next ? Operations<Next, \`\${Path}/{}\`> : never;
type Operations<Node, Path extends string> = Own<Node, Path> | Below<Node, Path> | Behind<Node, Path>;
declare const every: { [Name in Operations<RestApi, ''>]: 1 };
export const none: never = every;`;

/**
 * Checks every operation, and that there is none beyond them.
 *
 * @param {readonly Operation[]} operations
 * @param {ReadonlySet<string>} reasons Names of the operations that write to the audit log.
 * @param {string} [tree] Declaration of `RestApi`.
 * @returns {TypeReport}
 */
export function checkTypes(operations, reasons, tree = defaultTree) {
  const lines = `${prelude(tree)}${listing}`
    .split('\n')
    .map((text) => ({ text, operation: 'the check itself', problem: '' }));
  const lineOfListing = lines.length;
  for (const operation of operations) lines.push(...linesFor(operation, reasons.has(nameOf(operation))));
  lines.push(...linesForNodes(operations));
  const { diagnostics } = compile('operations', lines.map(({ text }) => text).join('\n'));
  const listed = diagnostics.find(({ line }) => line === lineOfListing)?.message ?? '';
  const inTree = [...listed.matchAll(/"([A-Z]+ [^"]+)": 1/g)].map(([, name]) => String(name));
  const findings = diagnostics
    .filter(({ line }) => line !== lineOfListing)
    .map(({ line, message }) => {
      const at = lines[line - 1];
      return { operation: at?.operation ?? 'the check itself', problem: at?.problem || message };
    });
  if (inTree.length === 0) findings.push({ operation: 'tree', problem: 'has no type' });
  const absent = new Set(findings.filter(({ problem }) => problem === notInTree).map(({ operation }) => operation));
  const told = findings.filter(({ operation, problem }) => problem === notInTree || !absent.has(operation));
  const missing = [...new Map(told.map((finding) => [finding.operation + finding.problem, finding])).values()];
  const failed = new Set(missing.map(({ operation }) => operation));
  const known = new Set(operations.map(({ method, path }) => `${method} ${toSkeleton(toHops(path))}`));
  return {
    typed: operations.map(nameOf).filter((name) => !failed.has(name)),
    missing,
    inTree,
    extra: inTree.filter((name) => !known.has(name)),
  };
}

/**
 * @param {Operation} operation
 * @param {boolean} hasReason
 */
function linesFor(operation, hasReason) {
  const name = nameOf(operation);
  const verb = `${toExpression(toHops(operation.path))}.${operation.method.toLowerCase()}`;
  /** @type {{ text: string, operation: string, problem: string }[]} */
  const lines = [];
  const must = (/** @type {string} */ text, problem = '') => lines.push({ text, operation: name, problem });
  const mustNot = (/** @type {string} */ text, /** @type {string} */ problem) => {
    must('// @ts-expect-error', problem);
    must(text, problem);
  };
  const nothingFirst = (/** @type {string} */ problem) => {
    must(`nothing(${verb}, true);`, problem);
    mustNot(`void ${verb}({});`, problem);
  };
  const isGet = operation.method === 'GET';
  const isDelete = operation.method === 'DELETE';
  const options = isDelete ? `deleteOptionsOf(${verb})` : `optionsOf(${verb})`;
  must(`void ${verb};`, notInTree);
  const nothing = !operation.statuses.includes(204)
    ? 'never'
    : operation.statuses.length === 1
      ? 'always'
      : 'sometimes';
  must(`answers(${verb}, '${nothing}');`, `must ${nothing} resolve to undefined`);
  if (isGet) {
    for (const parameter of operation.query ?? []) must(...queryLine(`queryOf(${verb})`, parameter));
    if (operation.query === undefined) nothingFirst('takes a query, but has none');
    if (operation.query?.some(({ required }) => required)) mustNot(`void ${verb}();`, 'does not require its query');
    mustNot(`void ${verb}({} as never, { reason: 'none' });`, 'takes a reason, but Discord keeps none');
    return lines;
  }
  if (operation.query !== undefined) {
    for (const parameter of operation.query) must(...queryLine(`${options}.query!`, parameter));
  } else mustNot(`void ${options}.query;`, 'takes a query, but has none');
  if (hasReason) must(`void ${options}.reason;`, 'takes no reason, but Discord keeps one');
  else mustNot(`void ${options}.reason;`, 'takes a reason, but Discord keeps none');
  if (operation.files !== undefined)
    must(`${options}.files satisfies readonly unknown[] | undefined;`, 'takes no files');
  else mustNot(`void ${options}.files;`, 'takes files, but Discord does not');
  if (isDelete) {
    if (operation.body === undefined) mustNot(`void ${options}.body;`, 'takes a body, but has none');
    else must(`void ${options}.body;`, 'takes no body');
    return lines;
  }
  if (operation.body === undefined) nothingFirst('takes a body, but has none');
  else mustNot(`void ${verb}(7);`, 'takes any body');
  if (operation.body !== undefined && operation.bodyOptional === undefined && operation.files !== 'required')
    mustNot(`void ${verb}(undefined);`, 'does not require its body');
  for (const field of operation.fields ?? []) must(`bodyHas(${verb}, '${field}');`, `field ${field} is missing`);
  if (operation.files === 'required') mustNot(`void ${verb}({} as never, {});`, 'does not require its file');
  return lines;
}

/**
 * @param {string} query
 * @param {import('./operations.mjs').QueryParameter} parameter
 * @returns {[text: string, problem: string]}
 */
function queryLine(query, { name, array }) {
  return array
    ? [`takesMany(${query}, '${name}', many);`, `query ${name} is missing, or takes no list`]
    : [`has(${query}, '${name}');`, `query ${name} is missing`];
}

/**
 * What no node may have: a misspelt segment, and a verb that Discord does not have there.
 *
 * @param {readonly Operation[]} operations
 */
function linesForNodes(operations) {
  const verbs = ['get', 'post', 'put', 'patch', 'delete'];
  const lines = [];
  /** @type {Map<string, Set<string>>} */
  const nodes = new Map();
  for (const { method, path } of operations) {
    const hops = toHops(path);
    for (let length = 1; length <= hops.length; length += 1) {
      const expression = toExpression(hops.slice(0, length));
      const own = nodes.get(expression) ?? new Set();
      if (length === hops.length) own.add(method.toLowerCase());
      nodes.set(expression, own);
    }
  }
  for (const [expression, own] of nodes)
    for (const name of [...verbs.filter((verb) => !own.has(verb)), 'misspelt']) {
      const problem = `${expression}.${name} compiles, but Discord has no such thing`;
      lines.push({ text: '// @ts-expect-error', operation: 'tree', problem });
      lines.push({ text: `void ${expression}.${name};`, operation: 'tree', problem });
    }
  return lines;
}
