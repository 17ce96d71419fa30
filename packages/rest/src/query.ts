/**
 * Query strings. Discord's arrays repeat their key, but for a few that it wants joined with commas; its OpenAPI file says
 * neither, so those few are a table.
 */
import type { QueryValue } from '@tinfoil/types';

const commaJoined: ReadonlySet<string> = new Set(['include_roles', 'sku_ids', 'guild_scheduled_event_exception_ids']);

/** Query string with its question mark; empty when there is nothing to say. `null` and `undefined` are left out. */
export function encodeQuery(query: object | undefined): string {
  if (query === undefined || query === null) return '';
  if (query instanceof URLSearchParams) return query.size === 0 ? '' : `?${query}`;
  let text = '';
  // The types of the tree allow nothing but QueryValue; whatever else comes is written as its text.
  for (const [key, value] of Object.entries(query) as [string, QueryValue][]) {
    if (value === undefined || value === null) continue;
    const name = encodeURIComponent(key);
    if (!Array.isArray(value)) text += `&${name}=${encodeURIComponent(String(value))}`;
    else if (commaJoined.has(key)) text += value.length === 0 ? '' : `&${name}=${value.map(encodeItem).join(',')}`;
    else for (const item of value) text += `&${name}=${encodeItem(item)}`;
  }
  return text === '' ? '' : `?${text.slice(1)}`;
}

function encodeItem(item: string | number | bigint): string {
  return encodeURIComponent(String(item));
}
