/** What `status --json` says about a secret. */
type Status = {
  name: string;
  level: string;
  problems: { code: string; what: string; hint: string }[];
  passwordCreatedAt: string;
  passwordMayBeOlder: boolean;
  nextRotationAt: string | null;
  alsoValid: { isPending: boolean; expiresAt: string | null }[];
};

/** Returns what `status --json` printed. */
export const statusesIn = (out: string): Status[] => JSON.parse(out).secrets;
