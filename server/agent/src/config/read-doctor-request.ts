/** Subject of `novacron agent doctor`: a host and the flags of an agent, all of them optional. */
import type { LinkTls } from '@novacron/contract/link-tls';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { HostReserve } from '../fleet/host-capacity.ts';
import { defaultDataDir, type Environment } from './agent-flags.ts';
import { doctorUsage } from './doctor-usage.ts';
import { type QemuSettings, readDriver } from './driver-settings.ts';
import {
  placeOf,
  readAgentFlags,
  type SaidValues,
  textOf,
  usageProblem,
  wrong,
} from './read-agent-flags.ts';
import { readBusLink } from './read-bus-link.ts';

/** Settings that the host is examined for. */
export interface DoctorConfig {
  readonly settings: QemuSettings;
  readonly reserve: HostReserve;
  readonly dataDir: string;
  /** Undefined where no bus was named. */
  readonly bus: { readonly servers: readonly string[]; readonly tls: LinkTls } | undefined;
  readonly output: 'lines' | 'json';
}

/** A text to print, or an examination. */
export type DoctorRequest =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'examine'; readonly config: DoctorConfig };

const COMMAND = 'novacron agent doctor';

/**
 * Reads it. The driver is `qemu` unless said.
 * @param argv - the words behind `doctor`
 * @returns `validation-failed` with everything that is wrong, each at its flag or variable
 */
export function readDoctorRequest(
  argv: readonly string[],
  env: Environment,
): Result<DoctorRequest, Problem> {
  const read = readAgentFlags(
    argv.filter((word) => word !== '--json'),
    env,
  );
  if (!read.ok) return err(usageProblem(read.error, COMMAND));
  if (read.value.wantsHelp) return ok({ kind: 'print', text: doctorUsage() });
  const said = withDriver(read.value);
  const dataDir = textOf(said, 'data-dir') ?? defaultDataDir(env);
  const driver = readDriver(said, dataDir);
  const bus = textOf(said, 'bus') === undefined ? ok(undefined) : readBusLink(said);
  if (!driver.ok || !bus.ok) {
    const troubles = [driver, bus].flatMap((each) => (each.ok ? [] : each.error));
    return err(usageProblem(troubles, COMMAND));
  }
  if (driver.value.kind !== 'qemu') {
    const trouble = wrong(placeOf(said, 'driver'), 'needs nothing of its host: examine qemu');
    return err(usageProblem([trouble], COMMAND));
  }
  const { settings, reserve } = driver.value;
  const output = argv.includes('--json') ? ('json' as const) : ('lines' as const);
  const config = { settings, reserve, dataDir, bus: bus.value, output };
  return ok({ kind: 'examine', config });
}

function withDriver(said: SaidValues): SaidValues {
  if (said.values.has('driver')) return said;
  const driver = { text: 'qemu', place: '--driver' };
  return { ...said, values: new Map([...said.values, ['driver', driver]]) };
}
