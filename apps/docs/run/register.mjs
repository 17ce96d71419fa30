/** Preloaded into blocks that are run: see `hooks.mjs`. */
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);
