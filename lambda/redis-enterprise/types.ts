import type { Clock } from '../clock.ts';
import type { JsonObject } from '../json.ts';
import type { TlsMaterial } from '../network/trust.ts';

/** The REST API of a cluster. */
export type ApiTarget = TlsMaterial & {
  /** The cluster's name. */
  name: string;
  /** Origins such as `https://redis.example.com:9443`, tried in order. */
  apiEndpoints: string[];
};

/** What the requests of one invocation share. */
export type ApiContext = Clock & {
  /** How long the invocation can go on and still report a failure, in milliseconds. */
  timeLeft: () => number;
  /** Replies to reads, kept as long as the environment lives. */
  replies: ReplyCache;
  /** The replies with which clusters rejected logins in this invocation, by cluster and name. */
  rejectedLogins: Map<string, RejectionReply>;
};

/** The reply with which a cluster rejected a login. */
export type RejectionReply = { request: string; status: number; errorCode?: string | undefined };

/** By cluster and path; `until` is in milliseconds since the epoch. */
type ReplyCache = Map<string, { reply: ApiReply; until: number }>;

/** One login to the API of one cluster. */
export type Session = ApiContext & {
  target: ApiTarget;
  login: ApiLogin;
  /** Whether a database accepted the login in this invocation. */
  acceptedByDatabase?: boolean;
  /** Called when the cluster rejects the login. */
  onRejected?: (reply: RejectionReply) => void;
};

/** An email, or a name without a colon. Without a password, the client certificate is the login. */
export type ApiLogin = {
  name: string;
  password: string | undefined;
  /** The secret of an administrator login; absent for the user's own login. */
  adminSecretArn?: string;
};

export type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: Record<string, string | number>;
  /** Whether it may invalidate its own login: do not repeat it if the cluster may have run it. */
  isOnce?: boolean;
};

/** The parts of a reply that the function uses. */
export type ApiReply = {
  status: number;
  /** `error_code`, if it is one word. */
  errorCode: string | undefined;
  /** The fields of a JSON object. */
  fields: JsonObject;
  /** The items of a JSON list. */
  list: unknown[];
  /** The target of a redirect. */
  location: string | undefined;
};
