import { expect, test } from 'vitest';
import { BILLED, BILLING, imported, withRotation } from './rotation-template.ts';
import { show } from './template.ts';

const SECRET = '<AWS::SecretsManager::Secret>';

test('the outputs are commands and events that an operator can paste', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED);
  });
  const values = Object.values(template.outputs).map(({ Value }) => show(template, Value));
  const invoke =
    'aws lambda invoke --region eu-west-1 --function-name <AWS::Lambda::Function> ' +
    '--cli-read-timeout 900 --cli-binary-format raw-in-base64-out --payload';
  expect(values).toEqual([
    `aws secretsmanager rotate-secret --region eu-west-1 --secret-id ${SECRET}`,
    `aws secretsmanager rotate-secret --region eu-west-1 --secret-id ${BILLING}`,
    'aws logs tail <AWS::Logs::LogGroup> --region eu-west-1 --since 1d',
    `SECRET_ID='${SECRET}'; ${invoke} "{\\"Step\\":\\"preflight\\",\\"SecretId\\":\\"$SECRET_ID\\"}" /dev/stdout`,
    `SECRET_ID='${SECRET}'; printf 'Username, whose passwords all become invalid now: '; read -r CONFIRM; ` +
      `${invoke} "{\\"Step\\":\\"replaceAll\\",\\"SecretId\\":\\"$SECRET_ID\\",\\"Confirm\\":\\"$CONFIRM\\"}" /dev/stdout`,
    `{"Step":"preflight","SecretId":"${SECRET}"}`,
    `{"Step":"replaceAll","SecretId":"${SECRET}","Confirm":"<username>"}`,
  ]);
});
