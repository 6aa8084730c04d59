import type { Edges } from '../edges.ts';
export type Preflight = { ok: boolean };
export async function preflight(_edges: Edges): Promise<Preflight> {
  return { ok: true };
}
