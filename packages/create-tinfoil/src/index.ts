/** What `npm create tinfoil` does, for programs: the files of a new bot, written into a directory. */

export { createProject, type ProjectOptions } from './create.ts';
export { ProjectError } from './errors.ts';
export { type BotDeploy, type BotKind, botDeploys, botKinds } from './variants.ts';
