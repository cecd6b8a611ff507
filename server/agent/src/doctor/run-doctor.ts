/** `novacron agent doctor`: examines the host, and says what VMs can expect of it. */
import type { Clock } from '@novacron/runtime/clock';
import { systemTimers } from '@novacron/runtime/timers';
import type { Environment } from '../config/agent-flags.ts';
import { readDoctorRequest } from '../config/read-doctor-request.ts';
import { examineHost } from './examine-host.ts';
import { isAble, judgeHost, VMS } from './judge-host.ts';
import { writeJson, writeLines } from './write-checks.ts';

/** Exit codes: VMs can run, they cannot, wrong usage. */
const EXIT = { ok: 0, unable: 1, usage: 2 } as const;

/** Output streams of the doctor. */
export interface DoctorIo {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}

/**
 * Runs it. @param argv - the words behind `doctor`
 * @returns the exit code: 0 when VMs can run, 1 when they cannot, 2 for wrong usage
 */
export async function runDoctor(
  argv: readonly string[],
  env: Environment,
  { stdout, stderr }: DoctorIo,
): Promise<number> {
  const request = readDoctorRequest(argv, env);
  if (!request.ok) {
    stderr.write(`Error: ${request.error.detail}\n${request.error.remedy}\n`);
    return EXIT.usage;
  }
  if (request.value.kind === 'print') {
    stdout.write(request.value.text);
    return EXIT.ok;
  }
  const { config } = request.value;
  const checks = judgeHost(await examineHost({ config, clock, timers: systemTimers }));
  stdout.write(config.output === 'json' ? writeJson(checks, VMS) : writeLines(checks, VMS));
  return isAble(checks) === 'yes' ? EXIT.ok : EXIT.unable;
}

const clock: Clock = { nowMs: () => Date.now() };
