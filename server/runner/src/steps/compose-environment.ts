/** The variables of a step: a list, and what the step names. Nothing is inherited. */
import {
  ARTIFACTS_DIR,
  NOVACRON_BIN,
  SECRETS_DIR,
  type SecretFile,
  WORK_DIR,
} from '../isolation/isolate.ts';

/** Variables of every step. */
const OWN: readonly (readonly [string, string])[] = [
  ['PATH', `${NOVACRON_BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`],
  ['HOME', WORK_DIR],
  ['TMPDIR', '/tmp'],
  ['LANG', 'C.UTF-8'],
  ['NOVACRON_ARTIFACTS', ARTIFACTS_DIR],
  ['NOVACRON_SECRETS', SECRETS_DIR],
];

/**
 * Composes the variables of a step.
 * @param env - what the step names; replaces what every step has
 * @param secrets - each has a variable with the path of its file, which nothing replaces
 */
export function composeEnvironment(
  env: Readonly<Record<string, string>>,
  secrets: readonly SecretFile[],
): ReadonlyMap<string, string> {
  return new Map([
    ...OWN,
    ...Object.entries(env),
    ...secrets.map(({ key }) => [key, `${SECRETS_DIR}/${key}`] as const),
  ]);
}
