/**
 * Discord's side of the soak, a process of its own: dispatches numbered events on every shard without a pause, and does to the
 * gateway at random all that Discord and the network do to it. Everything random comes from the seed.
 *
 * Faults that end a session lose what was dispatched meanwhile by Discord's own doing. So before one of those the shard is
 * quiet until the gateway has everything, and until it is up again.
 */
import { Simulator } from '@tinfoil/testing';
import { randomOf } from './arguments.mjs';

const [seed, shards, faultMs, eventMs] = process.argv.slice(2).map(Number);
const random = randomOf(seed);
const pick = (values) => values[Math.floor(random() * values.length)];

const discord = await Simulator.start({
  seed,
  shards,
  maxConcurrency: 16,
  identifyGapMs: 0,
  sessionStart: { total: 1_000_000, remaining: 1_000_000 },
  heartbeatIntervalMs: 1_000,
  heartbeatTolerance: false,
  replayLimit: 1_000_000,
  sendLimit: { count: 120, windowMs: 60_000 },
  ledgerLimit: 2_000,
  splitBytes: 512,
});
const { faults } = discord;

/** Events dispatched and, as the gateway tells, delivered, by shard. */
const dispatched = Array(shards).fill(0);
let delivered = Array(shards).fill(0);
let ready = Array(shards).fill(false);
const quiet = new Set();
const counts = {};

/** Faults that keep the session. */
const keeping = {
  reset: (shardId) => faults.reset({ shardId }),
  close: (shardId) => faults.close(pick([1000, 1001, 1011, 4000, 4001, 4002, 4005, 4008]), { shardId }),
  op7: (shardId) => faults.reconnect({ shardId }),
  op9true: (shardId) => faults.invalidateSession(true, { shardId }),
  freeze: (shardId) => faults.freeze({ shardId }),
  loseAcks: (shardId) => faults.loseAcks({ shardId }),
  silence: (shardId) => {
    faults.silence({ shardId });
    setTimeout(() => faults.close(4000, { shardId }), 200);
  },
  garbage: (shardId) => (random() < 0.5 ? faults.badZlib({ shardId }) : faults.sendRaw('{"op":', { shardId })),
  op1: (shardId) => faults.requestHeartbeat({ shardId }),
  op7InPlaceOfHello: (shardId) => next(shardId, { hello: 'op7' }),
  noHello: (shardId) => next(shardId, { hello: 'missing' }),
  slowHello: (shardId) => next(shardId, { hello: 300 }),
  handshake: (shardId) => next(shardId, { handshake: pick([503, 'reset', 'hang']) }),
  noResumed: (shardId) => next(shardId, { resume: 'missingResumed' }),
  noAnswer: (shardId) => next(shardId, { resume: 'missing' }),
  op9trueToResume: (shardId) => next(shardId, { resume: 'invalidSessionResumable' }),
  allAtOnce: () => faults.reset(),
  storm: (shardId) => {
    faults.reconnectStorm(3);
    faults.reconnect({ shardId });
  },
  outage: () => {
    const end = faults.outage(pick(['reset', 'hang', 503]));
    faults.reset();
    setTimeout(end, 500 + random() * 1_500);
  },
  deadResumeHost: async () => {
    await faults.killResumeHost(pick(['refuse', 'reset', 'hang', 503]));
    faults.close(4000);
    setTimeout(() => void faults.reviveResumeHost(), 3_000);
  },
};

/** Faults that end the session. */
const ending = {
  op9false: (shardId) => faults.invalidateSession(false, { shardId }),
  close4009: (shardId) => faults.close(pick([4003, 4007, 4009]), { shardId }),
  forgotten: (shardId) => {
    faults.dropSessions({ shardId });
    faults.close(4000, { shardId });
  },
};

function next(shardId, fault) {
  faults.next(fault);
  faults.close(4000, { shardId });
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function endSession(name, shardId) {
  quiet.add(shardId);
  await until(() => ready[shardId] && delivered[shardId] === dispatched[shardId]);
  const identifies = discord.ledger.count('identify');
  ending[name](shardId);
  await until(() => discord.ledger.count('identify') > identifies && !ready[shardId]);
  await until(() => ready[shardId]);
  quiet.delete(shardId);
}

const events = setInterval(() => {
  for (let shardId = 0; shardId < shards; shardId++) {
    if (quiet.has(shardId)) continue;
    // Until there is a session, nothing is owed.
    if (!discord.sessions().some((session) => session.shardId === shardId)) continue;
    const number = ++dispatched[shardId];
    discord.dispatch('SOAK', { number, shardId, text: 'x'.repeat(Math.floor(random() * 600)) }, { shardId });
  }
}, eventMs);

const trouble = setInterval(() => {
  const shardId = Math.floor(random() * shards);
  const all = [...Object.keys(keeping), ...Object.keys(ending)];
  const name = pick(all);
  if (quiet.size > 2 && name in ending) return;
  counts[name] = (counts[name] ?? 0) + 1;
  if (name in keeping) void keeping[name](shardId);
  else if (!quiet.has(shardId)) void endSession(name, shardId);
}, faultMs);

process.on('message', async (message) => {
  if (message.type === 'progress') ({ delivered, ready } = message);
  if (message.type === 'calm') {
    clearInterval(trouble);
    faults.clear();
    await faults.reviveResumeHost();
    setTimeout(() => {
      clearInterval(events);
      // Whatever was frozen or silent a moment ago shows within two heartbeats.
      process.send({
        type: 'total',
        dispatched,
        counts,
        identifies: discord.ledger.count('identify'),
        resumes: discord.ledger.count('resume'),
      });
    }, 5_000);
  }
  if (message.type === 'end') {
    await discord.close();
    process.disconnect();
  }
});
process.on('disconnect', () => process.exit());
process.send({ type: 'up', restUrl: discord.restUrl, token: discord.token });
