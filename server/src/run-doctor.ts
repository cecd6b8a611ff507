/** `novacron server doctor`: examines what a server needs, without starting one. */
import { type CheckedThing, isAble } from '@novacron/agent/doctor/judge-host';
import { writeJson, writeLines } from '@novacron/agent/doctor/write-checks';
import { readWithVault } from './config/read-with-vault.ts';
import { doctorUsage } from './config/reference/doctor-usage.ts';
import { readConfig, vaultFileOf } from './config.ts';
import { examineServer } from './examine-server.ts';
import { openOwnVault } from './open-own-vault.ts';

/** Exit codes: a server can start, it cannot, wrong usage. */
const EXIT = { ok: 0, unable: 1, usage: 2 } as const;

const SERVER: CheckedThing = {
  able: 'A server can start here',
  unable: 'No server can start here',
  key: 'can_start',
};

/** Output streams of the doctor. */
interface DoctorIo {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}

/**
 * Runs it.
 * @param argv - the words behind `doctor`
 * @returns the exit code: 0 when a server can start, 1 when it cannot, 2 for wrong usage
 */
export async function runDoctor(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { stdout, stderr }: DoctorIo,
): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    stdout.write(doctorUsage());
    return EXIT.ok;
  }
  const words = argv.filter((word) => word !== '--json');
  const request = await readWithVault(
    (readSecret) => readConfig(words, env, readSecret),
    openOwnVault(vaultFileOf(words, env)).open,
  );
  if (!request.ok) {
    stderr.write(`Error: ${request.error.detail}\n${request.error.remedy}\n`);
    return EXIT.usage;
  }
  if (request.value.kind === 'print') {
    stdout.write(request.value.text);
    return EXIT.ok;
  }
  const checks = await examineServer(request.value.config);
  stdout.write(argv.includes('--json') ? writeJson(checks, SERVER) : writeLines(checks, SERVER));
  return isAble(checks) === 'yes' ? EXIT.ok : EXIT.unable;
}
