import { always, type Trial } from './trial.ts';

/** What replies to reads contain. */
export const REPLY_TRIALS: Trial[] = [
  {
    id: 'version-suffix',
    question: 'Do nodes add a suffix to the build of their version?',
    documented: 'tags of Kubernetes images do: 8.2.0-78.18.minimal',
    assumed: always('either: the function reads versions with and without a suffix'),
    accepts: always(/^(yes|no)$/),
    observe: async ({ versions }) => (versions.some((one) => /-\d+\./.test(one)) ? 'yes' : 'no'),
  },
  {
    id: 'default-values',
    question: 'Does the cluster report disconnect_clients_on_password_removal?',
    documented: 'default auto from 8.0.2 on; older builds leave out default values',
    assumed: always('either: without the field, preflight reports unknown from 8.0.2 on'),
    accepts: always(/^(yes|no)$/),
    observe: async ({ cluster }) =>
      'disconnect_clients_on_password_removal' in cluster ? 'yes' : 'no',
  },
];
