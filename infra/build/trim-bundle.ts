import { join } from 'node:path';
import type { Plugin } from 'esbuild';

// What undici loads for bodies that are streams or forms, for HTTP/2, and for machines without
// WebAssembly SIMD. None of it is there for the function, which runs on Graviton and sends text.
const ABSENT = /(\/web\/|client-h2\.js$|\/llhttp-wasm\.js$)/;

// Where the SDK looks for credentials that are given neither by its caller nor by AWS Lambda.
const CREDENTIALS = /^@aws-sdk\/credential-provider-node$/;
const NO_CREDENTIALS = `export const defaultProvider = () => async () => {
  throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
};`;

/** Leaves out what the function never uses: most of undici, and every credential provider. */
export const NARROW: Plugin = {
  name: 'narrow',
  setup: (build) => {
    const path = join(import.meta.dirname, 'undici-client.mjs');
    build.onResolve({ filter: /^undici$/ }, () => ({ path }));
    build.onResolve({ filter: ABSENT }, ({ path, importer }) =>
      importer.includes('/undici/lib/') ? { path, namespace: 'absent' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('${path} is not bundled'); };`,
    }));
    build.onResolve({ filter: CREDENTIALS }, ({ path }) => ({ path, namespace: 'credentials' }));
    build.onLoad({ filter: /.*/, namespace: 'credentials' }, () => ({ contents: NO_CREDENTIALS }));
  },
};
