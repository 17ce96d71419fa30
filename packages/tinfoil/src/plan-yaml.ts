/** Plain data as YAML, block style: as much of YAML as manifests need, so that the package needs no library for it. Pure. */

/** One document. Strings that could be read as something else are quoted as JSON, which YAML contains. */
export function toYaml(value: unknown): string {
  return `${block(value, '').replace(/^\n/, '')}\n`;
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return value.length === 0 ? ' []' : value.map((item) => `\n${indent}-${inItem(item, `${indent}  `)}`).join('');
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    if (entries.length === 0) return ' {}';
    return entries.map(([key, field]) => `\n${indent}${scalar(key)}:${block(field, `${indent}  `)}`).join('');
  }
  return ` ${scalar(value)}`;
}

/** First field of an object stands beside the dash. */
function inItem(item: unknown, indent: string): string {
  const text = block(item, indent);
  return text.startsWith(`\n${indent}`) ? ` ${text.slice(1 + indent.length)}` : text;
}

const reserved = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[A-Za-z/][\w./-]*$/.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
}
