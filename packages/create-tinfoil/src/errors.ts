/** Mistakes of whoever asked for a project. */

/** What was asked for cannot be done; the message is the one line that says why. */
export class ProjectError extends Error {
  override name = 'ProjectError';
}
