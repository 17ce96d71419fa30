/**
 * Servers that some tests talk to for real: Redis and NATS, and the tools of network namespaces, from Debian's packages. Where they
 * cannot be had, those tests are skipped with a printed reason, so this step never fails.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './lifeline.mjs';

/** Program and the Debian package that brings it. */
const wanted = { 'redis-server': 'redis-server', 'nats-server': 'nats-server', ip: 'iproute2', iptables: 'iptables' };

export async function installServers() {
  const missing = Object.keys(wanted).filter((program) => !isInstalled(program));
  if (missing.length === 0) return 0;
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    console.log(`not installed, and not to be installed here: ${missing.join(', ')}; tests that need them are skipped`);
    return 0;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = missing.map((program) => wanted[program]);
  // The tests start servers of their own; the packages must not start any.
  const policy = '/usr/sbin/policy-rc.d';
  const guarded = !existsSync(policy);
  if (guarded) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('apt-get', ['update', '-qq'], { env });
    const code = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
    if (code !== 0) console.log(`apt-get could not install ${packages.join(', ')}; tests that need them are skipped`);
  } finally {
    if (guarded) rmSync(policy, { force: true });
  }
  return 0;
}

function isInstalled(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...folders, '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, program)));
}
