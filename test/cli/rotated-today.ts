import { openRotated, type Rotated, setExpiry } from '../rotation/roll-back/rotated.ts';

const DAY_SECONDS = 86_400;

/** Opens a rotated scenario at the time of the command, which runs in real time. */
export async function openRotatedToday(): Promise<Rotated> {
  const world = await openRotated();
  world.time.advance((Date.now() - world.time.now()) / 1_000);
  await setExpiry(world, world.before, DAY_SECONDS);
  return world;
}
