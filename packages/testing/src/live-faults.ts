/**
 * Faults of living connections: op 7 and 9, close codes, resets, frozen and silent connections, lost ACKs, broken bytes.
 */
import type { ConnectionTarget, GatewayControl, HostMode } from './faults.ts';
import type { GatewayConnection } from './gateway-connection.ts';
import type { GatewayServer } from './gateway-server.ts';

/** Carries out what a test commands. Each method returns how many connections it hit. */
export class LiveFaults implements GatewayControl {
  readonly #gateway: GatewayServer;

  constructor(gateway: GatewayServer) {
    this.#gateway = gateway;
  }

  reconnect(target: ConnectionTarget): number {
    return this.#each(target, (connection) => this.#gateway.sendReconnect(connection));
  }

  invalidateSession(target: ConnectionTarget, resumable: boolean): number {
    return this.#each(target, (connection) => {
      this.#gateway.sendInvalidSession(connection, resumable);
      if (!resumable && connection.session !== null) this.#gateway.endSession(connection.session);
    });
  }

  close(target: ConnectionTarget, code: number, reason: string): number {
    return this.#each(target, (connection) => connection.close(code, reason));
  }

  reset(target: ConnectionTarget): number {
    return this.#each(target, (connection) => connection.reset());
  }

  setFrozen(target: ConnectionTarget, frozen: boolean): number {
    return this.#each(target, (connection) => connection.setFrozen(frozen));
  }

  setSilent(target: ConnectionTarget, silent: boolean): number {
    return this.#each(target, (connection) => {
      connection.silent = silent;
    });
  }

  setLoseAcks(target: ConnectionTarget, lose: boolean): number {
    return this.#each(target, (connection) => {
      connection.loseAcks = lose;
    });
  }

  requestHeartbeat(target: ConnectionTarget): number {
    return this.#each(target, (connection) => connection.send(1, 'null'));
  }

  sendRaw(target: ConnectionTarget, data: string | Uint8Array): number {
    return this.#each(target, (connection) => connection.sendRaw(data));
  }

  dropSessions({ shardId, sessionId }: ConnectionTarget): number {
    let dropped = 0;
    for (const session of this.#gateway.sessions.values()) {
      if (shardId !== undefined && session.identity.shardId !== shardId) continue;
      if (sessionId !== undefined && session.identity.id !== sessionId) continue;
      this.#gateway.endSession(session);
      dropped++;
    }
    return dropped;
  }

  setResumeHost(mode: HostMode): Promise<void> {
    return this.#gateway.setResumeHost(mode);
  }

  #each(target: ConnectionTarget, act: (connection: GatewayConnection) => void): number {
    let hit = 0;
    for (const connection of this.#gateway.connections) {
      const { shardId, sessionId } = connection.fields;
      if (!connection.isOpen) continue;
      if (target.connectionId !== undefined && target.connectionId !== connection.id) continue;
      if (target.shardId !== undefined && target.shardId !== shardId) continue;
      if (target.sessionId !== undefined && target.sessionId !== sessionId) continue;
      act(connection);
      hit++;
    }
    return hit;
  }
}
