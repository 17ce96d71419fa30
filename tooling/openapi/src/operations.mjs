/**
 * Operations as plain data, read from an OpenAPI file of Discord's: what the check knows of each, and nothing of how it checks.
 */

/**
 * @typedef {object} QueryParameter
 * @property {string} name
 * @property {true} [required]
 * @property {true} [array] Takes several values.
 */

/**
 * @typedef {object} Operation
 * @property {'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
 * @property {string} path Template, such as `/channels/{channel_id}`.
 * @property {readonly QueryParameter[]} [query]
 * @property {readonly ('json' | 'form' | 'multipart')[]} [body] Content types it takes; absent without a body.
 * @property {true} [bodyOptional] It may come without its body.
 * @property {readonly string[]} [fields] Fields of its body, or of the elements of its body, whichever of its forms has them.
 * @property {'optional' | 'required'} [files] Whether it takes files.
 * @property {readonly number[]} statuses Successful ones.
 */

const methods = /** @type {const} */ (['get', 'post', 'put', 'patch', 'delete']);
const kinds = /** @type {Readonly<Record<string, 'json' | 'form' | 'multipart'>>} */ ({
  'application/json': 'json',
  'application/x-www-form-urlencoded': 'form',
  'multipart/form-data': 'multipart',
});

/**
 * Every operation of an OpenAPI document, by path and method.
 *
 * @param {any} document
 * @returns {Operation[]}
 */
export function readOperations(document) {
  if (typeof document?.paths !== 'object') throw new TypeError('the OpenAPI file has no paths');
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method] !== undefined)
      .map((method) => toOperation(document, path, method, item[method], item.parameters ?? [])),
  );
}

/**
 * @typedef {object} Documented What only the documentation says.
 * @property {readonly Operation[]} operations
 * @property {Readonly<Record<string, readonly number[]>>} statuses
 * @property {Readonly<Record<string, readonly string[]>>} notFields Fields of the OpenAPI file that an operation does not take.
 */

/**
 * Operations of the OpenAPI file as the documentation mends them, and those that it alone has.
 *
 * @param {readonly Operation[]} operations
 * @param {Documented} documented
 * @returns {Operation[]}
 */
export function withDocumented(operations, documented) {
  const mended = operations.map((operation) => {
    const refused = documented.notFields[nameOf(operation)] ?? [];
    return {
      ...operation,
      ...(operation.fields && { fields: operation.fields.filter((field) => !refused.includes(field)) }),
      statuses: documented.statuses[nameOf(operation)] ?? operation.statuses,
    };
  });
  return [...mended, ...documented.operations];
}

/**
 * Fields of the JSON that an operation answers with, or of its elements.
 *
 * @param {any} document
 * @param {Pick<Operation, 'method' | 'path'>} operation
 */
export function answerFields(document, { method, path }) {
  const { responses } = document.paths[path][method.toLowerCase()];
  const answers = ['200', '201'].map((status) => resolve(document, responses[status])?.content?.['application/json']);
  return [...new Set(answers.flatMap((answer) => fieldsOf(document, answer?.schema)))];
}

/**
 * Name of an operation.
 *
 * @param {Pick<Operation, 'method' | 'path'>} operation
 */
export function nameOf({ method, path }) {
  return `${method} ${path}`;
}

/**
 * @param {any} document
 * @param {string} path
 * @param {(typeof methods)[number]} method
 * @param {any} operation
 * @param {readonly any[]} shared Parameters of the path.
 * @returns {Operation}
 */
function toOperation(document, path, method, operation, shared) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map((parameter) => resolve(document, parameter));
  const query = parameters
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => toQuery(document, parameter));
  const content = operation.requestBody && resolve(document, operation.requestBody).content;
  const files = content && filesOf(document, content);
  const fields = content ? fieldsOf(document, Object.values(content)[0].schema) : [];
  return {
    method: /** @type {Operation['method']} */ (method.toUpperCase()),
    path,
    ...(query.length > 0 && { query }),
    ...(content && { body: Object.keys(content).map((type) => kinds[type] ?? unknownKind(path, type)) }),
    ...(content && !resolve(document, operation.requestBody).required && { bodyOptional: true }),
    ...(fields.length > 0 && { fields }),
    ...(files && { files }),
    statuses: Object.keys(operation.responses)
      .filter((status) => status.startsWith('2'))
      .map(Number),
  };
}

/**
 * @param {any} document
 * @param {any} parameter
 * @returns {QueryParameter}
 */
function toQuery(document, parameter) {
  const schema = resolve(document, parameter.schema);
  const variants = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map((variant) =>
    resolve(document, variant),
  );
  return {
    name: parameter.name,
    ...(parameter.required && { required: true }),
    ...(variants.some((variant) => [variant.type].flat().includes('array')) && { array: true }),
  };
}

/**
 * @param {any} document
 * @param {any} schema
 * @param {Set<unknown>} [seen]
 * @returns {string[]}
 */
function fieldsOf(document, schema, seen = new Set()) {
  const target = resolve(document, schema);
  if (target === undefined || seen.has(target)) return [];
  seen.add(target);
  const parts = [...(target.oneOf ?? []), ...(target.anyOf ?? []), ...(target.allOf ?? []), target.items];
  const own = Object.entries(target.properties ?? {}).filter(([, property]) => property.contentEncoding !== 'binary');
  const names = [...own.map(([name]) => name), ...parts.flatMap((part) => fieldsOf(document, part, seen))];
  return [...new Set(names)];
}

/**
 * Discord writes only some files into its description: where a message may have attachments, it may have files.
 *
 * @param {any} document
 * @param {any} content
 * @returns {Operation['files'] | undefined}
 */
function filesOf(document, content) {
  const multipart = content['multipart/form-data']?.schema;
  if (multipart === undefined) return undefined;
  const form = resolve(document, multipart);
  const required = (form.required ?? []).some(
    (/** @type {string} */ name) => form.properties?.[name]?.contentEncoding === 'binary',
  );
  if (required) return 'required';
  return mentions(document, multipart, new Set()) ? 'optional' : undefined;
}

/**
 * @param {any} document
 * @param {any} schema
 * @param {Set<unknown>} seen
 * @returns {boolean}
 */
function mentions(document, schema, seen) {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return false;
  seen.add(schema);
  if (schema.contentEncoding === 'binary') return true;
  if (schema.$ref?.endsWith('/MessageAttachmentRequest')) return true;
  const target = resolve(document, schema);
  return Object.values(target === schema ? schema : { target }).some((value) => mentions(document, value, seen));
}

/**
 * @param {any} document
 * @param {any} node
 */
function resolve(document, node) {
  let target = node;
  while (target?.$ref !== undefined)
    target = target.$ref
      .slice(2)
      .split('/')
      .reduce((/** @type {any} */ at, /** @type {string} */ key) => at[key], document);
  return target;
}

/**
 * @param {string} path
 * @param {string} type
 * @returns {never}
 */
function unknownKind(path, type) {
  throw new TypeError(`${path}: the check does not know the content type ${type}`);
}
