import type { Fault } from '../sandbox/fault.ts';
import { FIRST_PASSWORD, type Scenario } from '../support/scenario.ts';

export type Setup = (world: Scenario) => unknown;

function failPost(fault: Fault): Setup {
  return ({ api }) => {
    api.fault = ({ method }) => (method === 'POST' ? fault : undefined);
  };
}

export const renameUser: Setup = ({ user }) => {
  user.name = 'renamed';
};

type Failure = { name: string; setup: Setup; code: string; message: string };

/** Replies of the cluster, and the error of setSecret for each of them. */
export const FAILURES: Failure[] = [
  {
    name: 'password_not_complex',
    setup: ({ cluster }) => {
      cluster.policy.passwordComplexity = true;
      cluster.policy.passwordMinLength = 100;
    },
    code: 'cluster_password_refused',
    message: '400 password_not_complex; hint: set PASSWORD_LENGTH',
  },
  {
    name: 'user_not_exist',
    setup: renameUser,
    code: 'cluster_user_not_found',
    message: '404 user_not_exist; hint: correct username',
  },
  {
    name: 'unauthorized_action',
    setup: ({ cluster }) => {
      for (const user of cluster.users) user.role = 'user_manager';
    },
    code: 'cluster_permission_denied',
    message: '403 unauthorized_action; hint:',
  },
  {
    name: 'a rejected administrator login',
    setup: ({ cluster }) => {
      for (const user of cluster.users) user.passwords = ['reset'];
    },
    code: 'cluster_login_refused',
    message: 'rejected the login',
  },
  {
    name: 'a redirect without a location',
    setup: failPost({ status: 307 }),
    code: 'cluster_reply_unexpected',
    message: 'handle_redirects',
  },
  {
    name: 'an error without a body',
    setup: failPost({ status: 500 }),
    code: 'cluster_reply_unexpected',
    message: 'POST with 500; hint: check that api-endpoints lead to the REST API',
  },
  {
    name: 'a reply in HTML, as of nginx without the client certificate that it requires',
    setup: failPost({ status: 400, body: '<html>400 No required SSL certificate was sent' }),
    code: 'cluster_reply_unexpected',
    message: 'whether the API requires a client certificate',
  },
  {
    name: 'an error code that contains the password',
    setup: failPost({ status: 400, body: `{"error_code":"${FIRST_PASSWORD}!"}` }),
    code: 'cluster_reply_unexpected',
    message: 'POST with 400;',
  },
  {
    name: '503 for every request',
    setup: failPost({ status: 503 }),
    code: 'cluster_unreachable',
    message: 'no reply from https://127.0.0.1',
  },
  {
    name: 'password_expired',
    setup: failPost({ status: 401, body: '{"error_code":"password_expired"}' }),
    code: 'cluster_login_refused',
    message: 'its password has expired',
  },
  {
    name: '403 without an error code',
    setup: failPost({ status: 403 }),
    code: 'cluster_permission_denied',
    message: 'POST with 403',
  },
  {
    name: 'a reply over the size limit',
    setup: failPost({ status: 400, body: 'x'.repeat(70_000) }),
    code: 'cluster_unreachable',
    message: 'no reply from',
  },
  {
    name: 'a node that is not the primary',
    setup: ({ api }) => {
      api.fault = () => ({ status: 307 });
    },
    code: 'cluster_reply_unexpected',
    message: 'GET /v1/nodes with 307; hint: name the primary node',
  },
  {
    name: 'the loss of every request',
    setup: failPost('request lost'),
    code: 'cluster_unreachable',
    message: 'no reply from',
  },
];
