import type { ClusterOptions } from './cluster.ts';

/** The most documented reading of Redis' documentation. */
export const DEFAULT_OPTIONS: ClusterOptions = {
  deleteAbsent: 400,
  addPresent: 'new_password_same_as_current',
  lastPasswordFirst: false,
  noneMayUseApi: false,
  userManagerMayChange: false,
  identifies: 'name or email',
  databaseLoginsCount: false,
  lockedStatus: 401,
  repeating: 'in a row',
  complexity: 'today',
  changeUnlocks: false,
  addRenews: false,
  lockedMayUseDatabases: true,
  expiredMayUseDatabases: true,
  passwordsMax: Number.POSITIVE_INFINITY,
  actionUid: false,
  errorText: 'description',
  softwareVersions: ['7.22.2-79'],
  generation: 'current',
  basicAuthentication: true,
  handleRedirects: false,
  redirects: 'every request',
  redirectsTo: 'address',
  disconnectOnRemoval: 'disabled',
};
