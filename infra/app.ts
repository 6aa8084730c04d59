import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readConfig } from './app/app-config.ts';
import { environmentOf } from './app/config-environment.ts';
import { RotationStack } from './app/rotation-stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  const config = readConfig(app.node.getAllContext());
  new RotationStack(app, config.stackName, config, { env: environmentOf(config) });
  app.synth();
} catch (error) {
  // Errors concern cdk.json, so the stack of this code does not help the reader.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
