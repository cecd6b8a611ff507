/** Flags and environment become one validated object, read once. */
import { normalize } from 'node:path';
import type { Environment } from '@novacron/agent/config/agent-flags';
import {
  isOn,
  placeOf,
  readFlags,
  type SaidValues,
  textOf,
  usageProblem,
  wrong,
} from '@novacron/agent/config/read-agent-flags';
import { type BusLink, readBusLink } from '@novacron/agent/config/read-bus-link';
import { type EnrollmentOrder, readEnrollment } from '@novacron/agent/config/read-enrollment';
import { readOtlp } from '@novacron/agent/config/read-otlp';
import { parseNodeLabels } from '@novacron/agent/fleet/parse-marks';
import { LOG_LEVELS, type LogLevel } from '@novacron/agent/process/json-logger';
import { NodeName } from '@novacron/contract/agent/enrollment';
import { type NetworkHost, parseNetworkHost } from '@novacron/contract/automation/network-host';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import type { FieldProblem, Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { OtlpSettings } from '@novacron/tracing/otlp-settings';
import type { Isolation } from '../isolation/isolate.ts';
import { readStepEndpoint, type StepEndpoint } from '../network/step-endpoint.ts';
import { FIRST_UID_DEFAULT } from '../steps/step-users.ts';
import { defaultDataDir, RUNNER_FLAG_TABLE, type RunnerFlagName } from './runner-flags.ts';
import { runnerUsage } from './runner-usage.ts';

/** Resources that a host must offer to steps. */
export interface HostConfig {
  readonly places: number;
  readonly firstUid: number;
  readonly isolation: Omit<Isolation, 'uid' | 'joined'>;
  /** Hosts that steps may name; undefined if they may name none. */
  readonly hosts: readonly NetworkHost[] | undefined;
}

/** Everything that a runner is started from. */
export interface RunnerConfig extends HostConfig {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bus: BusLink;
  readonly enrollment: EnrollmentOrder | undefined;
  readonly endpoint: StepEndpoint | undefined;
  readonly dataDir: string;
  readonly otlp: OtlpSettings;
  readonly logLevel: LogLevel;
}

/** Parsed command line. */
export type RunnerRequest =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'examine'; readonly config: HostConfig }
  | { readonly kind: 'start'; readonly config: RunnerConfig };

/** The address of the bus for a runner that a server has started: that of the server. */
export const PARENT = 'parent:';

const PARENT_LINK: BusLink = { servers: [PARENT], tls: {} };

type Read<T> = Result<T, readonly FieldProblem[]>;

/**
 * Reads what a runner is started from. A flag wins over its variables.
 * @returns `validation-failed` with everything that is wrong, each at its flag or variable
 */
export function readRunnerConfig(
  argv: readonly string[],
  env: Environment,
): Result<RunnerRequest, Problem> {
  const [first, ...others] = argv;
  const isDoctor = first === 'doctor';
  const read = readFlags(RUNNER_FLAG_TABLE, isDoctor ? others : argv, env);
  if (!read.ok) return refused(read.error);
  const said = read.value;
  if (said.wantsHelp) return ok({ kind: 'print', text: runnerUsage() });
  const host = readHost(said);
  if (isDoctor) {
    return host.ok ? ok({ kind: 'examine', config: host.value }) : refused(host.error);
  }
  const name = readName(said);
  const labels = readLabels(said);
  const bus = textOf(said, 'bus') === PARENT ? ok(PARENT_LINK) : readBusLink(said);
  const enrollment = readEnrollment(said);
  const endpoint = readEndpoint(said);
  const otlp = readOtlp(said);
  const logLevel = readLogLevel(said);
  const all = [host, name, labels, bus, enrollment, endpoint, otlp, logLevel];
  const troubles = all.flatMap((each) => (each.ok ? [] : each.error));
  if (!host.ok || !name.ok || !labels.ok || !bus.ok || !enrollment.ok) return refused(troubles);
  if (!endpoint.ok || !otlp.ok || !logLevel.ok) return refused(troubles);
  return ok({
    kind: 'start',
    config: {
      ...host.value,
      name: name.value,
      labels: labels.value,
      bus: bus.value,
      enrollment: enrollment.value,
      endpoint: endpoint.value,
      dataDir: textOf(said, 'data-dir') ?? defaultDataDir(env),
      otlp: otlp.value,
      logLevel: logLevel.value,
    },
  });
}

function refused(fields: readonly FieldProblem[]): Result<never, Problem> {
  return err(usageProblem(fields, 'novacron runner'));
}

/** A step must not be a user of the host, nor of a container of systemd. */
const FIRST_UID_MIN = 65_536;
const FIRST_UID_MAX = 2_147_000_000;
const PLACES_MAX = 256;
const SCRATCH_MIB_MAX = 65_536;
const PROCESSES_MAX = 32_768;
const MEMORY_MIB_MIN = 64;
const MEMORY_MIB_MAX = 16_777_216;

function readHost(said: SaidValues): Read<HostConfig> {
  const places = readNumber(said, 'places', { standard: 4, min: 1, max: PLACES_MAX });
  const scratch = readNumber(said, 'scratch-mb', { standard: 256, min: 1, max: SCRATCH_MIB_MAX });
  const processes = readNumber(said, 'processes-max', {
    standard: 512,
    min: 8,
    max: PROCESSES_MAX,
  });
  const memory = readNumber(said, 'memory-mb', {
    standard: 2_048,
    min: MEMORY_MIB_MIN,
    max: MEMORY_MIB_MAX,
  });
  const paths = readPaths(said);
  const uids = { standard: FIRST_UID_DEFAULT, min: FIRST_UID_MIN, max: FIRST_UID_MAX };
  const firstUid = readNumber(said, 'first-uid', uids);
  const network = readNetwork(said);
  const hosts = readHosts(said);
  const limits = [places, scratch, processes, memory, firstUid];
  const faults = [...limits, paths, network, hosts].flatMap((each) => (each.ok ? [] : each.error));
  if (!places.ok || !scratch.ok || !processes.ok || !memory.ok || !firstUid.ok) return err(faults);
  if (!paths.ok || !network.ok || !hosts.ok) return err(faults);
  return ok({
    places: places.value,
    firstUid: firstUid.value,
    hosts: hosts.value,
    isolation: {
      network: network.value === 'open' ? 'open' : 'none',
      scratchMib: scratch.value,
      processesMax: processes.value,
      memoryMib: memory.value,
      readable: paths.value,
    },
  });
}

function readNumber(
  said: SaidValues,
  flag: RunnerFlagName,
  { standard, min, max }: Readonly<Record<'standard' | 'min' | 'max', number>>,
): Read<number> {
  const text = said.values.get(flag)?.text ?? `${standard}`;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return ok(value);
  const place = said.values.get(flag)?.place ?? `--${flag}`;
  const message = `must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`;
  return err([wrong(place, message)]);
}

function readPaths(said: SaidValues): Read<readonly string[]> {
  const { text: list = '', place = '--allow-path' } = said.values.get('allow-path') ?? {};
  const paths = list.split(',').filter((text) => text !== '');
  const faults = paths
    .filter((path) => normalize(path) !== path || !/^\/[^/]/.test(path))
    .map((path) => wrong(place, `must be an absolute path, not ${JSON.stringify(path)}`));
  return faults.length > 0 ? err(faults) : ok(paths);
}

function readNetwork(said: SaidValues): Read<'none' | 'hosts' | 'open'> {
  const { text = 'none', place = '--network' } = said.values.get('network') ?? {};
  if (text === 'none' || text === 'hosts' || text === 'open') return ok(text);
  return err([wrong(place, `must be none, hosts or open, not ${JSON.stringify(text)}`)]);
}

/** The hosts that steps may name: with the network `hosts` there is at least one. */
function readHosts(said: SaidValues): Read<readonly NetworkHost[] | undefined> {
  const isHosts = said.values.get('network')?.text === 'hosts';
  const { text: list = '', place = '--allow-host' } = said.values.get('allow-host') ?? {};
  const texts = list.split(',').filter((text) => text !== '');
  if (!isHosts && texts.length > 0) return err([wrong(place, 'needs --network hosts')]);
  if (!isHosts) return ok(undefined);
  if (texts.length === 0) return err([wrong(place, 'is missing: --network hosts needs it')]);
  const read = texts.map((text) => ({ text, host: parseNetworkHost(text, 'rule') }));
  const faults = read.flatMap(({ text, host }) =>
    host.ok ? [] : [wrong(place, `${host.error}, not ${JSON.stringify(text)}`)],
  );
  if (faults.length > 0) return err(faults);
  return ok(read.flatMap(({ host }) => (host.ok ? [host.value] : [])));
}

/** The address that steps with a token call: only https, or http to this machine. */
function readEndpoint(said: SaidValues): Read<StepEndpoint | undefined> {
  const { text, place = '--endpoint' } = said.values.get('endpoint') ?? {};
  const authority = said.values.get('endpoint-ca');
  if (text === undefined) {
    if (authority === undefined) return ok(undefined);
    return err([wrong(authority.place, 'needs --endpoint beside it')]);
  }
  const endpoint = readStepEndpoint(text, authority?.text, isOn(said, 'insecure-links'));
  return endpoint.ok ? endpoint : err([wrong(place, endpoint.error)]);
}

function readName(said: SaidValues): Read<string> {
  const { text, place = '--name' } = said.values.get('name') ?? {};
  if (text === undefined) return err([wrong('--name', 'is missing')]);
  const name = NodeName.safeParse(text, IN_WORDS);
  if (name.success) return ok(name.data);
  return err(name.error.issues.map(({ message }) => wrong(place, message)));
}

function readLabels(said: SaidValues): Read<Readonly<Record<string, string>>> {
  const text = textOf(said, 'label');
  if (text === undefined) return ok({});
  const labels = parseNodeLabels(text);
  return labels.ok ? labels : err([wrong(placeOf(said, 'label'), labels.error)]);
}

function readLogLevel(said: SaidValues): Read<LogLevel> {
  const text = textOf(said, 'log-level') ?? 'info';
  const level = LOG_LEVELS.find((each) => each === text.toLowerCase());
  if (level !== undefined) return ok(level);
  const message = `must be one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(text)}`;
  return err([wrong(placeOf(said, 'log-level'), message)]);
}
