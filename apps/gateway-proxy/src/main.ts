/** Entry of the program. */
import { createSinks } from './sinks/create-sinks.ts';

createSinks(process.env);
