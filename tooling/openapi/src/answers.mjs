/**
 * Fields of Discord's answers that the types of the route tree do not have. Most of them are fields that `discord-api-types`
 * has not learnt yet: they arrive all the same, so this is news and no failure.
 */
import { compile } from './compile.mjs';
import { toExpression, toHops } from './hops.mjs';
import { answerFields, nameOf, readOperations } from './operations.mjs';

const prelude = `import type { RestApi } from '@tinfoil/types';
declare const api: RestApi;
type Fields<Answer> = Answer extends readonly (infer Element)[] ? Fields<Element> : Answer extends object ? keyof Answer : never;
declare function answerHas<Answer>(verb: (...args: never) => Promise<Answer>, field: Fields<NonNullable<Answer>>): void;
`;

/**
 * Compares the fields of every JSON answer.
 *
 * @param {any} document OpenAPI file.
 * @returns {{ fields: number, unknown: readonly { operation: string, field: string }[] }}
 */
export function checkAnswers(document) {
  const lines = readOperations(document).flatMap((operation) => {
    const verb = `${toExpression(toHops(operation.path))}.${operation.method.toLowerCase()}`;
    return answerFields(document, operation).map((field) => ({
      operation: nameOf(operation),
      field,
      text: `answerHas(${verb}, ${JSON.stringify(field)});`,
    }));
  });
  const { diagnostics } = compile('answers', prelude + lines.map(({ text }) => text).join('\n'));
  const first = prelude.split('\n').length;
  const unknown = [...new Set(diagnostics.map(({ line }) => line))].flatMap((line) => lines[line - first] ?? []);
  return { fields: lines.length, unknown: unknown.map(({ operation, field }) => ({ operation, field })) };
}
