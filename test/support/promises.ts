import type { Scene } from './observation.ts';
import { bringsInOnlyItsOwn } from './promises/brings-in-only-its-own.ts';
import { currentWorks } from './promises/current-works.ts';
import { keepsOverlap } from './promises/keeps-overlap.ts';
import { leaks } from './promises/leaks.ts';
import { leavesNoOrphan } from './promises/leaves-no-orphan.ts';
import { locksNobodyOut } from './promises/locks-nobody-out.ts';
import { reportsNoFalseSuccess } from './promises/reports-no-false-success.ts';
import { touchesOnlyThisUser } from './promises/touches-only-this-user.ts';
import { verifiesBeforeDeleting } from './promises/verifies-before-deleting.ts';
import { current, currentPassword, passwordLists, versionsOf } from './record.ts';
import type { Witness } from './witness.ts';

const ALWAYS = [
  currentWorks,
  keepsOverlap,
  leavesNoOrphan,
  verifiesBeforeDeleting,
  touchesOnlyThisUser,
  locksNobodyOut,
  bringsInOnlyItsOwn,
  reportsNoFalseSuccess,
];

/** What a test has recorded: the servers' observations, and the log of the function. */
type Recorded = { witness: Witness; overlapMs: number; lines: readonly string[] };

/** Returns a sentence for each violation of a promise that always holds. */
export function promisesBroken({ witness, overlapMs, lines }: Recorded): string[] {
  const leaking = leaks([...witness.texts, ...lines], witness.secrets);
  return [...ALWAYS.flatMap((promise) => promise({ ...witness, overlapMs })), ...leaking];
}

/** 4. Past the overlap one password is left, AWSCURRENT's, and its LIVE label alone. */
export function leftInTheEnd(scene: Scene, foreign: readonly string[] = []): string[] {
  const password = currentPassword(scene);
  const ours = passwordLists(scene).map((list) =>
    list.filter((one) => one === password || !foreign.includes(one)),
  );
  const labels = versionsOf(scene.secret).flatMap(({ stages }) =>
    stages.filter((label) => /^(LIVE-|EXPIRES-|REPLACING$)/.test(label)),
  );
  const live = `LIVE-${current(scene)?.id}`;
  return [
    ...ours.flatMap((list) =>
      list.length === 1 && list[0] === password ? [] : [`${list.length} passwords are left`],
    ),
    ...(labels.join() === live ? [] : [`labels are left: ${labels.length}`]),
  ];
}
