import type { StepCalls } from './calls.ts';
import type { StepChunks } from './chunks.ts';
import type { Start } from './cold-start.ts';
import { type Commands, commandsTable } from './commands.ts';
import { tableOf } from './document.ts';
import { ELASTICACHE } from './elasticache.ts';
import type { Memory } from './memory.ts';
import type { Scale } from './scale.ts';
import { ratio, spread, whole } from './spread.ts';
import { isWrite } from './trace.ts';
import type { Warm } from './warm.ts';

/** Every figure; a run replaces only what it measures. */
export type Figures = {
  machine: string;
  zipBytes: number;
  packages: [name: string, bytes: number][];
  chunks: StepChunks[];
  starts: Start[];
  calls: Record<'self' | 'admin', StepCalls[]>;
  warm: Warm[];
  commands: Commands;
  memory: Memory[];
  scales: Scale[];
};

export const SECTIONS: Record<string, (figures: Figures) => string> = {
  start: ({ starts }) => {
    const naive = starts.find(({ name }) => name === 'one naive bundle')?.load.median ?? Number.NaN;
    const rows = starts.map(({ name, load, process }) => {
      return [name, spread(load), ratio(load.median, naive), spread(process)];
    });
    return tableOf(['start', 'ms to load', 'of the naive bundle', 'ms of the whole process'], rows);
  },
  size: ({ zipBytes, packages }) => {
    const rows = packages.map(([name, bytes]) => [`\`${name}\``, whole(bytes)]);
    return tableOf(['bundled from', 'bytes'], [...rows, ['all, as a zip file', whole(zipBytes)]]);
  },
  chunks: ({ chunks }) => {
    const rows = chunks.map(({ step, chunks }) => [
      step,
      chunks.map((one) => `\`${one}\``).join(' '),
    ]);
    return tableOf(['step', 'files it loads'], rows);
  },
  calls: ({ calls }) => {
    const heads = [
      'step',
      'self: AWS calls',
      'of these writes',
      'cluster and database',
      'round trips',
    ];
    const more = ['admin: AWS calls', 'of these writes', 'cluster and database', 'round trips'];
    const aws = 'ElastiCache template: calls and round trips';
    const rows = calls.self.map(({ step }, index) => {
      const other = ELASTICACHE[step]?.length ?? 0;
      return [...cells(calls.self[index]), ...cells(calls.admin[index]), other];
    });
    const sums = (rows[0] ?? []).map((_, column) =>
      rows.reduce((sum, row) => sum + (row[column] ?? 0), 0),
    );
    const named = rows.map((row, index) => [calls.self[index]?.step ?? '', ...row]);
    return tableOf([...heads, ...more, aws], [...named, ['one rotation', ...sums]]);
  },
  warm: ({ warm }) => {
    const rows = warm.map(({ delayMs, rotation, roundTrips, floorMs }) => [
      `${delayMs} ms`,
      spread(rotation),
      roundTrips === 0 ? '' : `${roundTrips} × ${delayMs} = ${floorMs}`,
    ]);
    return tableOf(['added to every reply', 'ms of a rotation', 'floor'], rows);
  },
  commands: ({ commands }) => commandsTable(commands),
  memory: ({ memory }) => {
    const rows = memory.map(({ clusters, users, bytes }) => [
      whole(clusters),
      whole(users),
      whole(bytes / 1_000_000),
    ]);
    return tableOf(['clusters', 'users of each', 'MB at most'], rows);
  },
  scale: ({ scales }) => {
    const rows = scales.map(({ secrets, ms, awsCalls, clusterCalls, sockets, heapKb }) => [
      whole(secrets),
      whole((secrets * ms) / 1_000),
      ms.toFixed(1),
      awsCalls.toFixed(1),
      clusterCalls.toFixed(1),
      whole(sockets),
      whole(heapKb),
    ]);
    const heads = ['secrets', 's in all', 'ms each', 'AWS calls each', 'cluster calls each'];
    return tableOf([...heads, 'connections at most', 'KiB of heap each'], rows);
  },
};

/** Returns the table of README. */
export function summary({ starts, zipBytes, calls, scales }: Figures): string {
  const load = (name: string) => whole(starts.find((one) => one.name === name)?.load.median ?? 0);
  const python = starts.some(({ name }) => name === PYTHON)
    ? `; ${load(PYTHON)}: Python with boto3, as AWS's templates start`
    : '';
  const [self, admin] = [calls.self, calls.admin].map((steps) => {
    const all = steps.map(cells);
    return all.reduce((sums, step) => sums.map((sum, at) => sum + (step[at] ?? 0)), [0, 0, 0, 0]);
  });
  const [least, most] = [scales[0], scales.at(-1)];
  const secretsOf = (scale: Scale | undefined) => whole(scale?.secrets ?? 0);
  return tableOf(
    ['', 'this function', 'for comparison'],
    [
      [
        'start: ms to load and to be ready',
        `${load('as deployed')}; with every AWS client and undici: ` +
          load('as deployed, every client'),
        `${load('one naive bundle')}: the same code in one naive bundle${python}`,
      ],
      ['deployed zip', `${whole(zipBytes / 1_000)} kB`, ''],
      [
        'AWS calls of a rotation, self and admin mode',
        `${self?.[0]} and ${admin?.[0]}`,
        "17: AWS's template for ElastiCache users",
      ],
      ['of these, writes that share a quota of 50 a second', `${self?.[1]}`, ''],
      ['round trips of a rotation', `${self?.[3]} and ${admin?.[3]}`, '17: the same template'],
      [
        `AWS calls of a first rotation, with ${secretsOf(least)} and ${secretsOf(most)} secrets`,
        `${least?.awsCalls.toFixed(1)} and ${most?.awsCalls.toFixed(1)}`,
        '',
      ],
    ],
  );
}

const PYTHON = 'Python with boto3';

function cells(step: StepCalls | undefined): number[] {
  const { calls = [], roundTrips = 0 } = step ?? {};
  const aws = calls.filter(({ service }) => service === 'AWS');
  const writes = aws.filter(isWrite);
  return [aws.length, writes.length, calls.length - aws.length, roundTrips];
}
