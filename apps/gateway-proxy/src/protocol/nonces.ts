/**
 * Nonces of member requests: answers go to the client that asked, and to no other.
 *
 * Discord repeats the nonce of a request in its answers. The proxy writes one of its own, which names the client's session, and
 * puts the client's back into the answer. Whose an answer is stands in the answer itself, so a replay after a restart finds
 * the same client.
 */

/** Begins every nonce of the proxy; Discord takes 32 bytes. */
const mark = 'tfp.';
const marked = Buffer.from(`"nonce":"${mark}`);
const keyBytes = '"nonce":"'.length;

/** Nonce that names a session by its tag. */
export function createNonce(tag: string, count: number): string {
  return `${mark}${tag}.${count.toString(36)}`;
}

/** Tag of the session in a nonce of {@link createNonce}. */
export function tagIn(nonce: string): string {
  return nonce.slice(mark.length, nonce.indexOf('.', mark.length));
}

const answers: ReadonlySet<string> = new Set(['GUILD_MEMBERS_CHUNK', 'RATE_LIMITED']);

/** Nonce of ours in an event, if it is an answer that carries one. */
export function readNonce(type: string, bytes: Buffer, start: number, end: number): string | undefined {
  if (!answers.has(type)) return undefined;
  // In text that people wrote, the quotes would be escaped: the bytes can only be the key.
  const at = bytes.indexOf(marked, start);
  if (at < 0 || at >= end) return undefined;
  const from = at + keyBytes;
  const to = bytes.indexOf(0x22, from);
  return to < 0 || to >= end ? undefined : bytes.toString('latin1', from, to);
}

/** `d` of an answer with the client's own nonce, or with none if it gave none. */
export function restoreNonce(data: string, nonce: string, original: string | undefined): string {
  const found = `"nonce":"${nonce}"`;
  if (original !== undefined) return data.replace(found, () => `"nonce":${JSON.stringify(original)}`);
  return data.replace(`,${found}`, '').replace(`${found},`, '').replace(found, '');
}
