/** Settings from the environment, and from a file .env where there is one. */
import { existsSync } from 'node:fs';

if (existsSync('.env')) process.loadEnvFile('.env');

/** Value of a variable that must be set; without it the program ends with one line. */
export function required(name: string): string {
  const value = process.env[name]?.trim();
  if (value) return value;
  console.error(`${name} must be set, in the environment or in .env`);
  process.exit(1);
}
