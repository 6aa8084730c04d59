import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readConfig } from './app-config.ts';
import { RotationStack } from './rotation-stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const config = readConfig((key) => app.node.tryGetContext(key));
new RotationStack(app, config.stackName, config);
app.synth();
