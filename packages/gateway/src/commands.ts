/**
 * Payloads that go to Discord: built, checked and turned into text. Pure.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway-events#send-events | Discord Docs/Send Events}
 */
import type { GatewayPresenceUpdateData, Plain } from '@tinfoil/types';

/** Presence of a shard; its enums also as Discord's plain strings (`status: 'idle'`). */
export type PresenceUpdate = Plain<GatewayPresenceUpdateData>;

/** Bytes of the largest payload Discord takes. */
export const maxCommandBytes = 4_096;

/** Opcodes that only the shard itself may send. */
const ownOpcodes: readonly number[] = [1, 2, 6];

/** Command as callers give it. */
export interface GatewayCommand {
  readonly op: number;
  readonly d: unknown;
}

/** What IDENTIFY says beside the shard. */
export interface IdentifySettings {
  readonly token: string;
  readonly intents: number;
  readonly presence: PresenceUpdate | undefined;
  readonly largeThreshold: number | undefined;
  readonly payloadCompression: boolean;
}

/** Text of a caller's command. @throws {@link RangeError} for an opcode of the shard's own, or more than 4,096 bytes. */
export function encodeCommand(command: GatewayCommand): string {
  if (!Number.isSafeInteger(command?.op)) throw new TypeError(`gateway: op must be a whole number, got ${command?.op}`);
  if (ownOpcodes.includes(command.op))
    throw new RangeError(
      `gateway: op ${command.op} is sent by the shard itself; use restartShard to identify or resume`,
    );
  return encode(command.op, command.d);
}

/** Text of op 1. */
export function encodeHeartbeat(sequence: number | null): string {
  return `{"op":1,"d":${sequence}}`;
}

/** Text of op 2. */
export function encodeIdentify(settings: IdentifySettings, shardId: number, totalShards: number): string {
  return encode(2, {
    token: settings.token,
    intents: settings.intents,
    properties: { os: process.platform, browser: 'tinfoil', device: 'tinfoil' },
    shard: [shardId, totalShards],
    compress: settings.payloadCompression || undefined,
    large_threshold: settings.largeThreshold,
    presence: settings.presence,
  });
}

/** Text of op 6. */
export function encodeResume(token: string, sessionId: string, sequence: number): string {
  return encode(6, { token, session_id: sessionId, seq: sequence });
}

function encode(op: number, d: unknown): string {
  const text = JSON.stringify({ op, d }, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const bytes = Buffer.byteLength(text);
  if (bytes > maxCommandBytes)
    throw new RangeError(`gateway: payload of op ${op} must be at most ${maxCommandBytes} bytes, got ${bytes}`);
  return text;
}
