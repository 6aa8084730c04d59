import { join } from 'node:path';
import type { Plugin } from 'esbuild';

// undici's modules for streams and forms as bodies, for HTTP/2, and for machines without
// WebAssembly SIMD. The project needs none of them: it sends text, and runs on CPUs with SIMD.
const UNUSED = /(\/web\/|client-h2\.js$|\/llhttp-wasm\.js$)/;

// The SDK looks for credentials here if neither the caller nor AWS Lambda supplies any.
const CREDENTIALS = /^@aws-sdk\/credential-provider-node$/;
const NO_CREDENTIALS = `export const defaultProvider = () => async () => {
  throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
};`;

/** Removes the modules of undici that neither the function nor the commands use. */
export const TRIM_UNDICI: Plugin = {
  name: 'trim-undici',
  setup: (build) => {
    const path = join(import.meta.dirname, 'undici-client.mjs');
    build.onResolve({ filter: /^undici$/ }, () => ({ path }));
    build.onResolve({ filter: UNUSED }, ({ path, importer }) =>
      importer.includes('/undici/lib/') ? { path, namespace: 'unused' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('${path} is not bundled'); };`,
    }));
  },
};

/** Removes all credential providers. */
export const TRIM_CREDENTIALS: Plugin = {
  name: 'trim-credentials',
  setup: (build) => {
    build.onResolve({ filter: CREDENTIALS }, ({ path }) => ({ path, namespace: 'credentials' }));
    build.onLoad({ filter: /.*/, namespace: 'credentials' }, () => ({ contents: NO_CREDENTIALS }));
  },
};
