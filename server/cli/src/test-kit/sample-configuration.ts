/** Settings as a server describes them, without a server. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { JsonFields } from './sample-base.ts';

/** Stands for `describeConfiguration` of `@novacron/server`; a wrong flag is refused like there. */
export function sampleConfiguration(
  argv: readonly string[],
): Result<readonly JsonFields[], Problem> {
  if (argv.includes('--listn')) {
    const detail = '--listn: is not an option; did you mean --listen?';
    return err(problem('validation-failed', { detail, remedy: 'See novacron server --help.' }));
  }
  const source = argv.includes('--listen') ? 'flag --listen' : 'default';
  return ok([
    { setting: 'listen', value: '127.0.0.1:7480', source },
    { setting: 'tls-cert', value: null, source: 'default' },
    { setting: 'insecure-listen', value: false, source: 'file /etc/novacron.yaml' },
    {
      setting: 'store',
      value: 'postgres://nova:***@db/nova',
      source: 'environment NOVACRON_STORE',
    },
  ]);
}
