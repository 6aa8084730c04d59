import { setTimeout } from 'node:timers/promises';
import { REAL_TIME } from '../sandbox/real-time.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { leftInTheEnd } from '../support/promises.ts';
import {
  callStep,
  openScenario,
  promisesBroken,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { close } from './crash.ts';
import { abandon } from './flows.ts';
import { type Random, seeded } from './random.ts';
import { openVictim, type Victim } from './victim.ts';

/** What came of killing the function's process again and again. */
export type Killed = {
  /** What the databases are, such as `redis-server 7.0.15`; `built-in` where there is none. */
  database: string;
  kills: number;
  rotations: number;
  replaceAlls: number;
  /** Promises that were broken, and operations that did not go on after a kill. */
  broken: string[];
  /** Passwords and labels that were left in the end. */
  orphans: string[];
};

// In real time, as short as both may be: a password is due a second or two after it was replaced,
// which is while the next rotation runs.
const SETTINGS = { OVERLAP_SECONDS: '1', FUNCTION_TIMEOUT_SECONDS: '1' };
const DUE_MS = 2_000;
// How far reads may be behind: a replaceAll waits so much longer before it lets anything expire.
const MARGIN_SECONDS = 30;
// Most of what a function does is to rotate.
const ROTATIONS_A_REPLACEMENT = 3;
// A version that a kill left without an expiry gets it from one reconcile, and is due at the next.
const RECONCILES_MAX = 3;

/**
 * Kills the real process with SIGKILL at random instants, so many times, while it rotates,
 * reconciles and replaces all passwords, half of it in either mode of login; then looks at the
 * servers, which run in this process, with a real redis-server where there is one. The function
 * has been built before.
 */
export async function killTimes(count: number, seed: number): Promise<Killed> {
  const random = seeded(seed);
  const tookMs = new Map<string, number>();
  const killIn = (login: 'admin' | 'self', kills: number) =>
    killInMode({ login, kills, random, tookMs });
  const first = await killIn('admin', Math.ceil(count / 2));
  const second = await killIn('self', Math.floor(count / 2));
  return {
    database: first.database,
    kills: first.kills + second.kills,
    rotations: first.rotations + second.rotations,
    replaceAlls: first.replaceAlls + second.replaceAlls,
    broken: [...first.broken, ...second.broken],
    orphans: [...first.orphans, ...second.orphans],
  };
}

type Mode = {
  login: 'admin' | 'self';
  kills: number;
  random: Random;
  tookMs: Map<string, number>;
};

async function killInMode({ login, kills, random, tookMs }: Mode): Promise<Killed> {
  const scenario = await openScenario({ login, settings: SETTINGS, time: REAL_TIME });
  const figures: Killed = {
    database: scenario.database.kind,
    kills: 0,
    rotations: 0,
    replaceAlls: 0,
    broken: [],
    orphans: [],
  };
  try {
    await using victim = openVictim(scenario, random, tookMs);
    victim.killsMax = kills;
    while (victim.kills < kills && figures.broken.length === 0) {
      if (figures.rotations % ROTATIONS_A_REPLACEMENT === 0) await replace(victim, figures);
      await round(victim, figures);
    }
    figures.kills = victim.kills;
    figures.orphans.push(...(await settle(victim)));
    figures.broken.push(...promisesBroken(scenario));
  } finally {
    await close(scenario);
  }
  return figures;
}

/** A rotation, step by step under one token, and the reconcile that comes after it. */
async function round({ world, untilDone }: Victim, figures: Killed): Promise<void> {
  const token = stageToken(world);
  for (const step of STEPS) {
    figures.broken.push(...(await untilDone((it) => callStep(it, step, token))));
  }
  await abandon(world);
  figures.broken.push(...(await untilDone(reconcile)));
  figures.rotations += 1;
}

async function replace({ world, untilDone }: Victim, figures: Killed): Promise<void> {
  figures.broken.push(...(await untilDone(replaceAll)));
  figures.replaceAlls += 1;
  passMargin(world);
}

/** What a replaceAll has replaced expires half a minute later: that time passes here. */
function passMargin({ store, arn }: Scenario): void {
  const earlier = (_label: string, seconds: string) =>
    `EXPIRES-${Number(seconds) - MARGIN_SECONDS}-`;
  store.write(arn, ({ versions }) => {
    for (const version of versions.values()) {
      version.stages = version.stages.map((label) => label.replace(/^EXPIRES-(\d+)-/, earlier));
    }
  });
}

/** Time passes, and reconcile runs as it does every hour; what is left then. */
async function settle({ world, untilDone }: Victim): Promise<string[]> {
  let left: string[] = [];
  for (let run = 0; run < RECONCILES_MAX; run += 1) {
    await setTimeout(DUE_MS);
    const failures = await untilDone(reconcile);
    left = [...failures, ...leftInTheEnd(world.witness.scene())];
    if (left.length === 0) break;
  }
  return left;
}
