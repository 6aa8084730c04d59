import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawArchitecture } from './pictures/architecture.ts';
import { drawDashboard } from './pictures/dashboard.ts';

const HINT = 'run npm run pictures, and look at what it draws';

test('the pictures in docs are those that the code draws now', async () => {
  expect(readFileSync('docs/architecture.svg', 'utf8'), HINT).toBe(await drawArchitecture());
  expect(readFileSync('docs/dashboard.svg', 'utf8'), HINT).toBe(drawDashboard());
});
