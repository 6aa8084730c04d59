/**
 * The calls of AWS's rotation template for ElastiCache users, with their lines in its source.
 * Each call waits for the call before it.
 * https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas/blob/b4b8eca63e1f61bbcfb18c291b640f4fc3b0deb8/SecretsManagerElasticacheUserRotation/lambda_function.py
 */
export const ELASTICACHE: Record<string, [call: string, line: number][]> = {
  createSecret: [
    ['DescribeSecret', 60],
    ['GetSecretValue', 296],
    ['DescribeUsers', 115],
    ['GetSecretValue', 119],
    ['GetRandomPassword', 127],
    ['PutSecretValue', 131],
  ],
  setSecret: [
    ['DescribeSecret', 60],
    ['GetSecretValue', 296],
    ['GetSecretValue', 298],
    ['DescribeUsers', 260],
    ['ModifyUser', 170],
  ],
  testSecret: [
    ['DescribeSecret', 60],
    ['GetSecretValue', 296],
    ['DescribeUsers', 260],
  ],
  finishSecret: [
    ['DescribeSecret', 60],
    ['DescribeSecret', 214],
    ['UpdateSecretVersionStage', 226],
  ],
};
