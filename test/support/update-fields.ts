import { readSecret } from '../sandbox/setup.ts';
import type { Scenario } from './scenario.ts';

export type Updated = { versionId: string; rotate: boolean };

/** Invokes updateFields, as a deployment does. */
export async function updateFields(
  { invoke, arn }: Scenario,
  Fields: unknown,
  Remove?: unknown,
): Promise<Updated> {
  const event = { Step: 'updateFields', SecretId: arn, Fields, Remove };
  // Lambda passes JSON, in which undefined does not exist.
  return (await invoke(JSON.parse(JSON.stringify(event)))) as Updated;
}

/** Returns the fields of AWSCURRENT, without `username` and `password`. */
export async function fieldsOf(world: Scenario): Promise<Record<string, unknown>> {
  const { username: _, password: __, ...fields } = await readSecret(world, world.arn);
  return fields;
}
