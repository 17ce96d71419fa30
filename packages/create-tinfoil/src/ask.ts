/** Questions for what the flags leave open, at a terminal. An empty answer takes the default. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { ProjectError } from './errors.ts';
import { type Flags, oneOf } from './flags.ts';
import { type BotDeploy, type BotKind, botDeploys, botKinds } from './variants.ts';

/** Everything that is needed to write a project. */
export interface Answers {
  readonly directory: string;
  readonly kind: BotKind;
  readonly deploy: BotDeploy;
}

/** Defaults: what a first bot is. */
const defaults = { directory: 'my-bot', kind: 'gateway', deploy: 'process' } as const;

/** Asks for each answer that the flags do not give. @throws {@link ProjectError} when the input ends or is none of the choices. */
export async function ask(flags: Flags, input: Readable, output: Writable): Promise<Answers> {
  const lines = createInterface({ input, output });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  const question = async (text: string, fallback: string) => {
    const answer = await lines.question(`${text} (${fallback}): `, { signal: ended.signal }).catch((cause) => {
      throw new ProjectError('nothing was written: the questions were not answered', { cause });
    });
    return answer.trim() || fallback;
  };
  try {
    return {
      directory: flags.directory ?? (await question('Directory', defaults.directory)),
      kind:
        flags.kind ??
        oneOf('kind', botKinds, await question(`Kind, ${botKinds.join(' or ')}`, defaults.kind)) ??
        defaults.kind,
      deploy:
        flags.deploy ??
        oneOf('deploy', botDeploys, await question(`Runs as, ${botDeploys.join(' or ')}`, defaults.deploy)) ??
        defaults.deploy,
    };
  } finally {
    lines.close();
  }
}

/** The same without a terminal: the directory must be given, the rest has defaults. @throws {@link ProjectError} */
export function withDefaults({ directory, kind, deploy }: Flags): Answers {
  if (directory === undefined) throw new ProjectError('directory must be given where there is no terminal to ask at');
  return { directory, kind: kind ?? defaults.kind, deploy: deploy ?? defaults.deploy };
}
