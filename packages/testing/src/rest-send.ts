/**
 * How an answer leaves: whole, cut off, drop by drop, or not at all.
 */
import type { ServerResponse } from 'node:http';
import type { RestFault } from './faults.ts';
import type { Outcome } from './rest-outcome.ts';

/** Writes the answer, or what the fault makes of it; returns the status that left, 0 for none. */
export function send(response: ServerResponse, outcome: Outcome, fault: RestFault | undefined): number {
  if (response.destroyed) return 0;
  const { status, body } = outcome;
  if (status === 0) {
    if (fault?.type === 'reset') response.socket?.resetAndDestroy();
    return 0;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const headers = status === 204 ? outcome.headers : { ...outcome.headers, 'content-length': String(bytes.length) };
  response.writeHead(status, headers);
  if (fault?.type === 'cut') {
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy());
  } else if (fault?.type === 'slow' && bytes.length > 0) {
    drip(response, bytes, fault.ms);
  } else {
    response.end(bytes);
  }
  return status;
}

function drip(response: ServerResponse, bytes: Buffer, overMs: number): void {
  const parts = Math.min(bytes.length, 20);
  let sent = 0;
  const timer = setInterval(() => {
    const from = Math.floor((bytes.length * sent) / parts);
    sent++;
    const part = bytes.subarray(from, Math.floor((bytes.length * sent) / parts));
    if (sent < parts && !response.destroyed) return response.write(part);
    clearInterval(timer);
    return response.end(part);
  }, overMs / parts).unref();
}
