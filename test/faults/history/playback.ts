import { STEPS } from '../../sandbox/rotation-driver.ts';
import { stageToken, stepEvent } from '../../support/scenario.ts';
import { abandon } from '../stage.ts';
import { type Forgery, forge } from './adversary.ts';
import type { Layout, Outage } from './layouts.ts';
import { type Operation, operate } from './operations.ts';
import type { Run, Schedule } from './schedule.ts';
import { hasRoom, type Site } from './site.ts';

/** One event of a history. Numbers choose among the running invocations. */
export type Action =
  | { do: 'stage a new token' | 'rotate' | 'reconcile' | 'replaceAll' | 'rollBack' }
  | { do: 'rotate completely' | 'reconcile completely' | 'rollBack completely' }
  | { do: 'updateFields' | 'updateFields completely' }
  | { do: 'repeat a step'; step: (typeof STEPS)[number] }
  | { do: 'continue'; who: number; calls: number }
  | { do: 'kill'; who: number; isApplied: boolean }
  | Outage
  | Forgery
  | Operation;

/** A rotation as Secrets Manager drives it: step after step, and from the first after a failure. */
type Rotation = { token: string; run: Run | undefined; next: number };

/** The world of a history. */
export type Playback = Site & {
  layout: Layout;
  schedule: Schedule;
  rotation: Rotation;
  /** Whether the adversary has written anything. */
  isForged: boolean;
};

// A rotation has four steps of at most a dozen calls, and a replaceAll two dozen.
const CALLS_MAX = 200;

/** Plays one action. */
export async function act(playback: Playback, action: Action): Promise<void> {
  const { world, layout, schedule, rotation } = playback;
  const { arn, user } = world;
  switch (action.do) {
    case 'stage a new token':
      return stageNewToken(playback);
    case 'rotate':
      return drive(playback);
    case 'rotate completely':
      return rotate(playback);
    case 'repeat a step':
      return void (await schedule.begin(stepEvent(arn, action.step, rotation.token)));
    case 'reconcile':
      return void (await schedule.begin({ Step: 'reconcile', SecretId: arn }));
    case 'reconcile completely':
      return finish(schedule, await schedule.begin({ Step: 'reconcile', SecretId: arn }));
    case 'replaceAll':
      if (!hasRoom(world)) return;
      return void (await schedule.begin({ Step: 'replaceAll', SecretId: arn, Confirm: user.name }));
    case 'rollBack':
    case 'rollBack completely':
    case 'updateFields':
    case 'updateFields completely':
      return invoke(playback, action.do);
    case 'continue':
    case 'kill':
      return actOnRunning(schedule, action);
    case 'failover':
    case 'change the certificate':
    case 'remove parameters':
    case 'restore parameters':
    case 'delay the database':
      return layout.apply(action);
    case 'forge a version':
    case 'forge a label':
      playback.isForged = true;
      return forge(world, action);
    default:
      await operate(playback, action, running(schedule).length === 0);
  }
}

const running = ({ runs }: Schedule) => runs.filter(({ state }) => state === 'running');

async function stageNewToken({ world, rotation }: Playback): Promise<void> {
  await abandon(world);
  Object.assign(rotation, { token: stageToken(world), run: undefined, next: 0 });
}

type Operated = 'rollBack' | 'updateFields';

async function invoke(
  { world, schedule, fields }: Playback,
  action: Operated | `${Operated} completely`,
): Promise<void> {
  if (!hasRoom(world)) return;
  const { arn: SecretId, user, time } = world;
  // An update sends the fields of the first value, with another note.
  const { username: _, password: __, ...sent }: Record<string, unknown> = { ...fields };
  const run = await schedule.begin(
    action.startsWith('rollBack')
      ? { Step: 'rollBack', SecretId, Confirm: user.name }
      : { Step: 'updateFields', SecretId, Fields: { ...sent, note: time.now() } },
  );
  if (action.endsWith('completely')) await finish(schedule, run);
}

async function rotate(playback: Playback): Promise<void> {
  await stageNewToken(playback);
  // Each step takes two turns: it begins, then it ends.
  for (const _ of [...STEPS, ...STEPS]) await drive(playback);
}

async function actOnRunning(
  schedule: Schedule,
  action: Extract<Action, { do: 'continue' | 'kill' }>,
): Promise<void> {
  const runs = running(schedule);
  const run = runs[action.who % Math.max(runs.length, 1)];
  if (run === undefined) return;
  if (action.do === 'kill') return schedule.kill(run, action.isApplied);
  for (let call = 0; call < action.calls; call += 1) await schedule.step(run);
}

/** Ends the running step of the rotation, or begins the next one. */
async function drive({ world, schedule, rotation }: Playback): Promise<void> {
  const { run } = rotation;
  if (run?.state === 'running') return finish(schedule, run);
  if (run !== undefined) rotation.next = run.state === 'succeeded' ? rotation.next + 1 : 0;
  const Step = STEPS[rotation.next];
  if (Step === undefined) return;
  rotation.run = await schedule.begin(stepEvent(world.arn, Step, rotation.token));
}

/** Lets every call of an invocation through. */
export async function finish(schedule: Schedule, run: Run): Promise<void> {
  for (let call = 0; call < CALLS_MAX && run.state === 'running'; call += 1) {
    await schedule.step(run);
  }
}
