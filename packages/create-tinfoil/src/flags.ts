/** Flags of `npm create tinfoil`. Every mistake is an error of one line. Pure. */
import { parseArgs } from 'node:util';
import { ProjectError } from './errors.ts';
import { type BotDeploy, type BotKind, botDeploys, botKinds } from './variants.ts';

/** What was typed; what is absent is asked for, where there is somebody to ask. */
export interface Flags {
  readonly directory: string | undefined;
  readonly kind: BotKind | undefined;
  readonly deploy: BotDeploy | undefined;
  readonly packages: string | undefined;
  readonly help: boolean;
}

export const usage = `npm create tinfoil [directory] -- [flags]

Writes a small Discord bot in TypeScript, with a test that runs against a simulated Discord. Asks for what is not given.

  --kind <gateway|http>          a gateway connection with every event, or HTTP requests for interactions alone
  --deploy <process|kubernetes>  one process, or Kubernetes with manifests and an image
  --packages <directory>         depend on packed tarballs in a directory, instead of the registry
  --help                         this text
`;

/** @throws {@link ProjectError} */
export function parseFlags(args: readonly string[]): Flags {
  const { values, positionals } = parse(args);
  if (positionals.length > 1)
    throw new ProjectError(
      `expected at most one directory, got ${positionals.map((arg) => JSON.stringify(arg)).join(' ')}`,
    );
  if (positionals[0]?.trim() === '') throw new ProjectError('directory must not be empty');
  return {
    directory: positionals[0],
    kind: oneOf('--kind', botKinds, values.kind),
    deploy: oneOf('--deploy', botDeploys, values.deploy),
    packages: values.packages,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kind: { type: 'string' },
        deploy: { type: 'string' },
        packages: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // Node's own text is one sentence on the mistake, and then advice.
    const [line] = (error instanceof Error ? error.message : String(error)).split(/\.? To specify|\n/);
    throw new ProjectError(`${line}; known are --kind, --deploy, --packages, --help`, { cause: error });
  }
}

/** One of the allowed words. @throws {@link ProjectError} */
export function oneOf<Word extends string>(
  name: string,
  allowed: readonly Word[],
  value: string | undefined,
): Word | undefined {
  if (value === undefined) return undefined;
  const word = allowed.find((entry) => entry === value);
  if (word === undefined)
    throw new ProjectError(`${name} must be one of ${allowed.join(', ')}, got ${JSON.stringify(value)}`);
  return word;
}
