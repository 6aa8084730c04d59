import { showAbandoned } from './abandoned.ts';
import { showActiveActive } from './active-active.ts';
import { showDefaultUser } from './default-user.ts';
import { showLeak } from './leak.ts';
import { showPreflight } from './preflight.ts';
import { showRollBack } from './roll-back.ts';

/** Each scenario prints what happens, and returns whether its promise is kept. */
export const SCENARIOS = {
  leak: showLeak,
  abandoned: showAbandoned,
  'active-active': showActiveActive,
  'default-user': showDefaultUser,
  preflight: showPreflight,
  'roll-back': showRollBack,
};
