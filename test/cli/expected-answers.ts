import type { ClusterOptions } from '../sandbox/cluster/cluster.ts';

/** The observed answer to each question, by its id. */
export type Answers = Record<string, string>;

/** The answers of an emulator with its default options, a database and no expired user. */
export const DEFAULT_ANSWERS: Answers = {
  version: '7.22.2-79',
  'version-suffix': 'no',
  'default-values': 'yes',
  'name-or-email': 'by name 200, by email 200',
  authorize: 'in the header',
  'role-none': '403 unauthorized_action',
  'handle-redirects': 'off',
  'whose-password': 'denied: 403 unauthorized_action',
  'old-password': '200',
  add: '200, then logins 200 and 200',
  'add-present': '400 new_password_same_as_current',
  'how-many': '10 or more',
  'action-uid': 'no',
  'add-renews': 'no',
  'user-manager': '403 unauthorized_action',
  replace: '200, then logins 401 and 200',
  'put-by-name': 'by name 200',
  'replace-present': '400 new_password_same_as_current',
  delete: '200, then logins 401 and 200',
  'delete-absent': '400',
  'delete-absent-beside-last': '400',
  'delete-last': '400 cannot_delete_last_password, then a login 200',
  'error-text': 'description',
  rules: '200',
  repeating: 'not tried: password_complexity is off',
  ends: 'not tried: password_complexity is off',
  locked: '401',
  'locked-database': 'accepted',
  'add-unlocks': 'no',
  'database-lockout': 'no',
  'database-login': 'after some ms',
  'database-refusal': 'rejected',
  disconnect: 'no',
  'expired-database': 'not tried: --expired is not given',
  'default-find': 'not tried: --default-user is not given',
  'default-protected': 'not tried: --default-user is not given',
  'default-add': 'not tried: --default-user is not given',
  'default-add-present': 'not tried: --default-user is not given',
  'default-delete': 'not tried: --default-user is not given',
  'default-delete-absent': 'not tried: --default-user is not given',
  'default-rules': 'not tried: --default-user is not given',
};

/** The answers that change if the rules for passwords are on. */
export const COMPLEX_ANSWERS: Answers = {
  rules: '400 password_not_complex',
  repeating: 'in a row',
  ends: 'yes',
};

// Other tests set the first three. No request to one node shows the last two: only a node that is
// not the primary node redirects.
type Elsewhere =
  | 'generation'
  | 'softwareVersions'
  | 'basicAuthentication'
  | 'putRejectsNames'
  | 'redirects'
  | 'redirectsTo';
type Observed = Exclude<keyof ClusterOptions, Elsewhere>;

/** The answers that change, for each value of each option except the default. */
export const ANSWERS_BY_OPTION: {
  [Key in Observed]: [value: ClusterOptions[Key], answers: Answers][];
} = {
  deleteAbsent: [
    [200, { 'delete-absent': '200', 'delete-absent-beside-last': '200' }],
    [404, { 'delete-absent': '404', 'delete-absent-beside-last': '404' }],
  ],
  addPresent: [['ok', { 'add-present': '200', 'replace-present': '200' }]],
  lastPasswordFirst: [[true, { 'delete-absent-beside-last': '400 cannot_delete_last_password' }]],
  noneMayUseApi: [[true, { 'role-none': '200' }]],
  userManagerMayChange: [[true, { 'user-manager': '200' }]],
  identifies: [['name', { 'name-or-email': 'by name 200, by email 401' }]],
  databaseLoginsCount: [[true, { 'database-lockout': 'differs: yes' }]],
  handleRedirects: [[true, { 'handle-redirects': 'on' }]],
  lockedStatus: [[403, { locked: '403' }]],
  repeating: [['in all', { ...COMPLEX_ANSWERS, repeating: 'in all' }]],
  complexity: [['before 6.2.12', { ...COMPLEX_ANSWERS, ends: 'no' }]],
  changeUnlocks: [[true, { 'add-unlocks': 'yes' }]],
  addRenews: [[true, { 'add-renews': 'yes' }]],
  lockedMayUseDatabases: [[false, { 'locked-database': 'rejected' }]],
  expiredMayUseDatabases: [
    [true, { 'expired-database': 'accepted' }],
    [false, { 'expired-database': 'rejected' }],
  ],
  passwordsMax: [[4, { 'how-many': '4, then 400' }]],
  actionUid: [[true, { 'action-uid': 'yes' }]],
  errorText: [['message', { 'error-text': 'message' }]],
  disconnectOnRemoval: [
    ['enabled', { disconnect: 'yes' }],
    ['auto', {}],
  ],
};
