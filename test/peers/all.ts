import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { say } from './promises.ts';

// Every peer, one after another, each in a process of its own; all run, also after one has failed.
const PEERS = ['templates', 'cdk-init', 'moto', 'runtime', 'clients', 'beside-moto'];

for (const peer of PEERS) {
  const script = join(import.meta.dirname, `${peer}.ts`);
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  say(`--- ${peer}: ${status === 0 ? 'ok' : 'FAILED'} after ${seconds} s`);
  if (status !== 0) process.exitCode = 1;
}
