/** The bots that can be written, and the template folders that make each up. Pure. */

/** How Discord reaches the bot: over a gateway connection, or by HTTP requests for interactions alone. */
export const botKinds = ['gateway', 'http'] as const;

/** Where the bot runs: as one process, or on Kubernetes. */
export const botDeploys = ['process', 'kubernetes'] as const;

/** One of {@link botKinds}. */
export type BotKind = (typeof botKinds)[number];

/** One of {@link botDeploys}. */
export type BotDeploy = (typeof botDeploys)[number];

const folders: Readonly<Record<`${BotKind}-${BotDeploy}`, readonly string[]>> = {
  'gateway-process': ['common', 'gateway', 'gateway-process'],
  'gateway-kubernetes': ['common', 'gateway', 'kubernetes', 'gateway-kubernetes'],
  'http-process': ['common', 'http'],
  'http-kubernetes': ['common', 'http', 'kubernetes', 'http-kubernetes'],
};

/** Folders below `templates`, in the order in which they are written. */
export function templateFolders(kind: BotKind, deploy: BotDeploy): readonly string[] {
  return folders[`${kind}-${deploy}`];
}
