import { createHandler } from '../../../lambda/handler.ts';
import { FUNCTION_KEY } from '../../sandbox/names.ts';
import type { Scenario } from '../../support/scenario.ts';
import type { Run } from './schedule.ts';

/** The execution environments of the function. An environment is reused after its invocation. */
export type Environments = {
  /** Runs an invocation in an idle environment, or in a new one. */
  invoke: (run: Run, onBegin: () => void) => Promise<void>;
  /** Returns the invocation whose environment signs its requests to AWS with this access key. */
  runOf: (caller: string) => Run | undefined;
};

type Environment = { key: string; run: Run; call: (event: object) => Promise<unknown> };

/** Opens the environments. An invocation that sleeps waits for its turn in `hold`. */
export function openEnvironments(
  world: Scenario,
  hold: (run: Run) => Promise<unknown>,
): Environments {
  const { time, lines, witness } = world;
  const environments: Environment[] = [];
  const start = (run: Run): Environment => {
    const key = `${FUNCTION_KEY}-${environments.length}`;
    const sleep = async (milliseconds: number) => {
      const { run } = environment;
      await hold(run);
      if (run.state === 'running') await time.sleep(milliseconds);
    };
    const settings = { ...world.environment, AWS_ACCESS_KEY_ID: key };
    const call = createHandler(settings, { ...time, sleep }, (line) => lines.push(line));
    const environment: Environment = { key, run, call };
    environments.push(environment);
    return environment;
  };
  // A killed environment is not reused.
  const isIdle = ({ run }: Environment) => run.state === 'succeeded' || run.state === 'failed';
  const invoke = async (run: Run, onBegin: () => void) => {
    const environment = environments.find(isIdle) ?? start(run);
    environment.run = run;
    const end = (state: 'succeeded' | 'failed') => {
      if (run.state === 'running') run.state = state;
    };
    const invocation = witness.invocation(run.event, (id) => {
      run.id = id;
      onBegin();
      return environment.call(run.event);
    });
    await invocation.then(
      () => end('succeeded'),
      () => end('failed'),
    );
  };
  return { invoke, runOf: (caller) => environments.find(({ key }) => key === caller)?.run };
}
