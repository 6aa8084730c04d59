/** Standard variables that would redirect an AWS client away from the sandbox. */
const FOREIGN = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_CA_BUNDLE'];

/** Sets variables of this process. The returned function restores them. */
export function setEnvironment(variables: Record<string, string>): () => void {
  const names = [...FOREIGN, ...Object.keys(variables)];
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of FOREIGN) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
