import type { World } from '../sandbox/world.ts';

/** Records the AWS calls of the commands, without those of the function. */
export function recordActions({ aws, environment }: World): string[] {
  const actions: string[] = [];
  aws.around = ({ action, caller }, run) => {
    if (caller === environment.AWS_ACCESS_KEY_ID) actions.push(action);
    return run();
  };
  return actions;
}
