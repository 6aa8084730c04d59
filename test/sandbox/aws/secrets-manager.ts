import type { RotationDriver } from '../rotation-driver.ts';
import type { Service } from './aws-server.ts';
import { rotationOperations } from './rotate-secret.ts';
import { deleteSecret, rejectMarked, restoreSecret } from './secret-deletion.ts';
import { listSecrets } from './secret-list.ts';
import { describeSecret, getSecretValue, listSecretVersionIds } from './secret-reads.ts';
import type { SecretStore } from './secret-store.ts';
import {
  createSecret,
  putSecretValue,
  tagResource,
  untagResource,
  updateSecret,
  updateSecretVersionStage,
} from './secret-writes.ts';

/**
 * Emulates AWS Secrets Manager by its documentation and recorded exchanges, for the operations that
 * a rotation and its operators use.
 */
export function secretsManagerService(store: SecretStore, driver: RotationDriver): Service {
  return {
    target: 'secretsmanager',
    permission: 'secretsmanager',
    messageKey: 'Message',
    operations: {
      CreateSecret: (input) => createSecret(store, input),
      DeleteSecret: (input) => deleteSecret(store, input),
      RestoreSecret: (input) => restoreSecret(store, input),
      // By the API reference, these have no error for a secret that is marked for deletion.
      DescribeSecret: (input) => describeSecret(store, input),
      ListSecrets: (input) => listSecrets(store, input),
      ListSecretVersionIds: (input) => listSecretVersionIds(store, input),
      ...rejectMarked(store, {
        GetSecretValue: (input) => getSecretValue(store, input),
        PutSecretValue: (input) => putSecretValue(store, input),
        UpdateSecret: (input) => updateSecret(store, input),
        UpdateSecretVersionStage: (input) => updateSecretVersionStage(store, input),
        TagResource: (input) => tagResource(store, input),
        UntagResource: (input) => untagResource(store, input),
        ...rotationOperations(store, driver),
      }),
    },
  };
}
