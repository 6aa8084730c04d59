import { ok } from 'node:assert/strict';
import { DEPARTURES } from './moto/departures.ts';
import {
  NO_OVERLAP,
  NO_PASSWORD,
  OVERLAP_SECONDS,
  SCENARIOS,
  type Scenario,
} from './moto/scenarios.ts';
import { type MotoServer, startMoto } from './moto/server.ts';
import { type MotoOptions, openMotoWorld } from './moto/world.ts';
import { absent, promise, say, summarize } from './report.ts';

// Rotates with moto, an emulator of another project, as Secrets Manager and Parameter Store.

async function check(moto: MotoServer, options: MotoOptions, scenario: Scenario): Promise<void> {
  const [text, run] = scenario;
  await promise(`${options.login}: ${text}`, async () => {
    await using world = await openMotoWorld(moto, options);
    await run(world);
  });
}

async function checkAll(moto: MotoServer): Promise<void> {
  for (const login of ['self', 'admin'] as const) {
    const options = { login, overlapSeconds: OVERLAP_SECONDS };
    for (const scenario of SCENARIOS) await check(moto, options, scenario);
    await check(moto, { ...options, overlapSeconds: 0 }, NO_OVERLAP);
  }
  const admin = { login: 'admin', overlapSeconds: OVERLAP_SECONDS } as const;
  await check(moto, { ...admin, hasPassword: false }, NO_PASSWORD);
  for (const [name, reason, seen] of DEPARTURES) {
    say(`excused ${name}: ${reason}`);
    await promise(`moto still differs: ${name}`, async () => {
      await using world = await openMotoWorld(moto, admin);
      ok(await seen(world), 'moto no longer differs: remove the entry');
    });
  }
}

await using moto = await startMoto();
if (moto === undefined) absent('moto', 'the rotation with moto', "pip install 'moto[server]'");
else {
  await checkAll(moto);
  summarize('moto');
}
