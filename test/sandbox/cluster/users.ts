import type { Cluster } from './cluster.ts';

/** The management roles of Redis Enterprise. */
export type Role =
  | 'admin'
  | 'cluster_member'
  | 'cluster_viewer'
  | 'db_member'
  | 'db_viewer'
  | 'user_manager'
  | 'none';

export type ClusterUser = {
  uid: number;
  name: string;
  email: string;
  role: Role;
  passwords: string[];
  /** The Redis ACL of the user's role in the database. */
  acl: string;
  /** The subject of the user's client certificate, such as `CN=rotation`. */
  certificateSubjectLine: string;
  authMethod: 'regular' | 'certificate' | 'entraid' | 'sso';
  status: 'active' | 'locked' | 'password_expired';
  /** In milliseconds since the epoch. */
  passwordIssuedAt: number;
  /** The rejected logins to the API, in milliseconds since the epoch. */
  rejectedAt: number[];
  lockedUntil: number;
};

/** A user without a password, as the API creates it. */
export const NEW_USER: Omit<ClusterUser, 'uid' | 'name' | 'passwordIssuedAt'> = {
  email: '',
  role: 'none',
  passwords: [],
  acl: '+@all -@admin -@dangerous',
  certificateSubjectLine: '',
  authMethod: 'regular',
  status: 'active',
  rejectedAt: [],
  lockedUntil: 0,
};

/** The settings of a cluster's administrator. */
export type ClusterPolicy = {
  passwordComplexity: boolean;
  passwordMinLength: number;
  /** 0: no lockout. */
  lockoutThreshold: number;
  lockoutCounterResetSeconds: number;
  /** 0: until an administrator unlocks the user. */
  lockoutDurationSeconds: number;
};

/** Redis Enterprise's defaults. */
export const DEFAULT_POLICY: ClusterPolicy = {
  passwordComplexity: false,
  passwordMinLength: 8,
  lockoutThreshold: 5,
  lockoutCounterResetSeconds: 900,
  lockoutDurationSeconds: 1_800,
};

/** Finds a user by its name or email: the API and Basic authentication accept both. */
export function findUser(
  { users, options: { identifies } }: Pick<Cluster, 'users' | 'options'>,
  login: string,
): ClusterUser | undefined {
  const byName = users.find(({ name }) => name === login);
  const byEmail = users.find(({ email }) => email === login);
  if (identifies === 'name') return byName;
  return identifies === 'email' ? byEmail : (byName ?? byEmail);
}

export function isLocked({ status, lockedUntil }: ClusterUser, now: number): boolean {
  return status === 'locked' || now < lockedUntil;
}

/** Counts a rejected login, and locks the user after too many. */
export function countRejection(user: ClusterUser, policy: ClusterPolicy, now: number): void {
  const since = now - policy.lockoutCounterResetSeconds * 1_000;
  user.rejectedAt = [...user.rejectedAt.filter((at) => at > since), now];
  if (policy.lockoutThreshold > 0 && user.rejectedAt.length >= policy.lockoutThreshold) {
    const { lockoutDurationSeconds: seconds } = policy;
    user.lockedUntil = seconds === 0 ? Number.POSITIVE_INFINITY : now + seconds * 1_000;
  }
}
