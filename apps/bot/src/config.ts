/**
 * What the program is told: role, flags and the environment that the bot itself reads. Pure; the cluster's own variables are
 * `clusterEnv`'s. Every mistake is a ConfigError of one line.
 */

/** Roles of the program. */
export type Role = 'all' | 'shard' | 'manager' | 'dev';

const roles: readonly Role[] = ['all', 'shard', 'manager', 'dev'];

/** Settings of one run. */
export interface Config {
  readonly role: Role;
  readonly token: string | undefined;
  readonly publicKey: string | undefined;
  /** Versioned base URL of Discord's REST API, or of a Simulator. */
  readonly apiUrl: string | undefined;
  /** File to which every handled message and interaction is appended; the `dev` role compares it with the Simulator's ledger. */
  readonly handledFile: string | undefined;
  /** End by itself with a summary (`dev`). */
  readonly once: boolean;
  /** Register the slash commands before connecting (`all`). */
  readonly register: boolean;
}

/** Mistake of whoever started the program; its message is the one line they get. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const flags = ['--once', '--register', '--simulated'];

/** Reads arguments and environment. @throws {@link ConfigError} */
export function parseConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  const positional = args.filter((arg) => !arg.startsWith('--'));
  const unknown = args.find((arg) => arg.startsWith('--') && !flags.includes(arg));
  if (unknown !== undefined) throw new ConfigError(`unknown flag ${unknown}; known are ${flags.join(', ')}`);
  if (positional.length > 1) throw new ConfigError(`expected at most one role, got ${positional.join(' ')}`);
  const simulated = args.includes('--simulated');
  const token = present(env.BOT_TOKEN);
  const named = positional[0] ?? (simulated ? 'dev' : present(env.TINFOIL_ROLE));
  if (named !== undefined && !roles.includes(named as Role))
    throw new ConfigError(`role must be one of ${roles.join(', ')}, got ${JSON.stringify(named)}`);
  const role = (named as Role | undefined) ?? (token === undefined ? 'dev' : 'all');
  if ((role === 'all' || role === 'shard') && token === undefined)
    throw new ConfigError(`BOT_TOKEN must be the bot token in role ${role}, got none`);
  const publicKey = present(env.DISCORD_PUBLIC_KEY);
  if (publicKey !== undefined && !/^[0-9a-f]{64}$/i.test(publicKey))
    throw new ConfigError(`DISCORD_PUBLIC_KEY must be 64 hexadecimal digits, got ${publicKey.length} characters`);
  if (role === 'shard' && publicKey === undefined)
    throw new ConfigError('DISCORD_PUBLIC_KEY must be the public key of the application in role shard, got none');
  return {
    role,
    token,
    publicKey,
    apiUrl: parseUrl('TINFOIL_API_URL', present(env.TINFOIL_API_URL)),
    handledFile: present(env.TINFOIL_HANDLED_FILE),
    once: args.includes('--once'),
    register: args.includes('--register'),
  };
}

/** An empty variable is an absent one: manifests and shells set both. */
function present(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function parseUrl(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^https?:/.test(value))
    throw new ConfigError(
      `${name} must be an http or https URL such as https://discord.com/api/v10, got ${JSON.stringify(value)}`,
    );
  return value.replace(/\/+$/, '');
}
