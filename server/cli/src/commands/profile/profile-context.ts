/** Context of the profile commands, and their message without a profile. */
import type { GlobalFlags } from '../../client/settings.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';

/** Context of the profile commands. */
export interface ProfileContext {
  readonly flags: GlobalFlags;
  readonly env: Environment;
  readonly io: CliIo;
}

/** The failure of a command that needs a current profile. */
export function noProfile(): Failure {
  return usageFailure('no current profile; run `novacron login` or `novacron profile use`');
}
