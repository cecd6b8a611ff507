/** Flags, environment and fleet file become one validated object, read once. */

import { readFileSync } from 'node:fs';
import { PLANNED_STOP_MS_MAX } from '@novacron/contract/agent/agent-announcement';
import { formatDuration, parseDuration } from '@novacron/contract/formats/duration';
import type { LinkTls } from '@novacron/contract/link-tls';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import type { FieldProblem, Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { OtlpSettings } from '@novacron/tracing/otlp-settings';
import { FleetNode, parseFleet } from '../fleet/fleet.ts';
import { findHostCapacity } from '../fleet/host-capacity.ts';
import { parseNodeLabels, parseNodeOvercommit, parseNodeTaints } from '../fleet/parse-marks.ts';
import { LOG_LEVELS, type LogLevel } from '../process/json-logger.ts';
import { METRICS_MS } from '../reports/report-usage.ts';
import { defaultDataDir, type Environment } from './agent-flags.ts';
import { agentUsage } from './agent-usage.ts';
import { type DriverChoice, readDriver } from './driver-settings.ts';
import {
  isOn,
  placeOf,
  readAgentFlags,
  type SaidValues,
  textOf,
  usageProblem,
  wrong,
} from './read-agent-flags.ts';
import { readBusLink } from './read-bus-link.ts';
import { type EnrollmentOrder, readEnrollment } from './read-enrollment.ts';
import { type IsolationConfig, readIsolation } from './read-isolation.ts';
import { readOtlp } from './read-otlp.ts';

/** Everything that an agent's process is started from. */
export interface AgentConfig {
  readonly nodes: readonly FleetNode[];
  /** The hypervisor of the nodes. */
  readonly driver: DriverChoice;
  readonly busServers: readonly string[];
  readonly busTls: LinkTls;
  /** A token to be traded for a certificate first. */
  readonly enrollment: EnrollmentOrder | undefined;
  readonly dataDir: string;
  /** Whether to keep or forget the control plane that the nodes have followed. */
  readonly followed: 'keep' | 'forget';
  readonly logLevel: LogLevel;
  /** Interval between measurements of nodes. Unit: ms. */
  readonly metricsIntervalMs: number;
  /** For how long it expects to be away when it is stopped. Unit: ms. */
  readonly plannedStopMs: number;
  /** Settings for stopping VMs when the host is isolated; undefined: VMs are not stopped. */
  readonly isolation: IsolationConfig | undefined;
  readonly otlp: OtlpSettings;
}

/** Request of the command line: print a text, or start agents. */
export type AgentRequest =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'start'; readonly config: AgentConfig };

type Read<T> = Result<T, readonly FieldProblem[]>;

/**
 * Reads what an agent is started from. A flag wins over its variables.
 * @param parseDocument - reads the text of a fleet file; throws where it cannot
 * @returns `validation-failed` with everything that is wrong, each at its flag or variable
 */
export function readAgentConfig(
  argv: readonly string[],
  env: Environment,
  parseDocument: (text: string) => unknown,
): Result<AgentRequest, Problem> {
  const said = readAgentFlags(argv, env);
  if (!said.ok) return err(usageProblem(said.error));
  if (said.value.wantsHelp) return ok({ kind: 'print', text: agentUsage() });
  const dataDir = textOf(said.value, 'data-dir') ?? defaultDataDir(env);
  const driver = readDriver(said.value, dataDir);
  const nodes = readNodes(said.value, parseDocument, driver);
  const bus = readBusLink(said.value);
  const enrollment = readEnrollment(said.value);
  const logLevel = readLogLevel(said.value);
  const otlp = readOtlp(said.value);
  const interval = readInterval(said.value);
  const plannedStop = readPlannedStop(said.value);
  const isolation = readIsolation(said.value);
  const all = [nodes, bus, enrollment, driver, otlp, logLevel, interval, plannedStop, isolation];
  const troubles = all.flatMap((each) => (each.ok ? [] : each.error));
  if (!nodes.ok || !bus.ok || !enrollment.ok || !logLevel.ok || !driver.ok || !otlp.ok) {
    return err(usageProblem(troubles));
  }
  if (!interval.ok || !plannedStop.ok || !isolation.ok) return err(usageProblem(troubles));
  if (enrollment.value !== undefined && nodes.value.length > 1) {
    const message = 'is for the agent of one node; start one for each';
    return err(usageProblem([wrong(placeOf(said.value, 'enroll'), message)]));
  }
  const { servers: busServers, tls: busTls } = bus.value;
  const config = { nodes: nodes.value, busServers, busTls, logLevel: logLevel.value };
  const own = {
    dataDir,
    driver: driver.value,
    followed: isOn(said.value, 'forget-control-plane') ? ('forget' as const) : ('keep' as const),
    enrollment: enrollment.value,
    otlp: otlp.value,
    metricsIntervalMs: interval.value,
    plannedStopMs: plannedStop.value,
    isolation: isolation.value,
  };
  return ok({ kind: 'start', config: { ...config, ...own } });
}

const NODE_FLAGS = ['node', 'zone', 'rack', 'cpu-cores', 'memory-gb', 'disk-gb'] as const;

const NODE_FLAG_BY_FIELD: Readonly<Record<string, (typeof NODE_FLAGS)[number]>> = {
  name: 'node',
  zone: 'zone',
  rack: 'rack',
  cpu_cores: 'cpu-cores',
  memory_gb: 'memory-gb',
  disk_gb: 'disk-gb',
};

function readNodes(
  said: SaidValues,
  parseDocument: (text: string) => unknown,
  driver: Read<DriverChoice>,
): Read<readonly FleetNode[]> {
  const file = textOf(said, 'fleet');
  if (file === undefined) {
    if (!said.values.has('nodes')) return readOneNode(said, findSizes(driver));
    return err([wrong(placeOf(said, 'nodes'), 'needs --fleet beside it')]);
  }
  const ofNode = [...NODE_FLAGS, 'class', 'label', 'taint', 'overcommit'] as const;
  const needless = ofNode.filter((name) => said.values.has(name));
  if (needless.length > 0) {
    const message = 'is in the fleet file; leave it out, or --fleet';
    return err(needless.map((name) => wrong(placeOf(said, name), message)));
  }
  return readFleetNodes(said, file, parseDocument);
}

type NodeSizes = Readonly<Partial<Record<(typeof NODE_FLAGS)[number], string>>>;

/**
 * Returns the host's sizes for omitted flags; a simulated node has only the given sizes.
 * @returns undefined where the flags of the driver are wrong, so that its host is not known
 */
function findSizes(driver: Read<DriverChoice>): NodeSizes | undefined {
  if (!driver.ok) return undefined;
  if (driver.value.kind === 'simulator') return {};
  const { settings, reserve } = driver.value;
  const { cpu_cores, memory_gb, disk_gb } = findHostCapacity(settings.storageDir, reserve);
  return {
    'cpu-cores': String(cpu_cores),
    'memory-gb': String(memory_gb),
    'disk-gb': String(disk_gb),
  };
}

function readOneNode(said: SaidValues, sizes: NodeSizes | undefined): Read<readonly FleetNode[]> {
  const found = sizes ?? {};
  const sizeOf = (name: (typeof NODE_FLAGS)[number]) => textOf(said, name) ?? found[name];
  const missing = NODE_FLAGS.filter((name) => sizeOf(name) === undefined);
  const reported = missing.filter((name) => sizes !== undefined || !isSize(name));
  if (missing.length > 0) return err(reported.map((name) => wrong(`--${name}`, 'is missing')));
  const fields = Object.entries(NODE_FLAG_BY_FIELD).map(([field, name]) => {
    const text = sizeOf(name) ?? '';
    return [field, isSize(name) && text.trim() !== '' ? Number(text) : text];
  });
  const marks = readMarks(said);
  if (!marks.ok) return marks;
  const nodeClass = textOf(said, 'class');
  const named = nodeClass === undefined ? {} : { class: nodeClass };
  const given = { ...Object.fromEntries(fields), ...named, ...marks.value };
  const parsed = FleetNode.safeParse(given, IN_WORDS);
  if (parsed.success) return ok([parsed.data]);
  return err(
    parsed.error.issues.map(({ path, message }) => {
      const name = NODE_FLAG_BY_FIELD[String(path[0])] ?? 'node';
      if (textOf(said, name) === undefined && found[name] !== undefined) {
        const left = `leaves --${name} ${found[name]} for VMs, which ${message}`;
        return wrong(placeOf(said, 'host-reserve'), `${left}: keep less, or use a larger host`);
      }
      return wrong(placeOf(said, name), `${message}, not ${JSON.stringify(sizeOf(name))}`);
    }),
  );
}

/** Whether a flag says how large the node is: a number, which a host of QEMU may have found. */
function isSize(name: (typeof NODE_FLAGS)[number]): boolean {
  return name === 'cpu-cores' || name === 'memory-gb' || name === 'disk-gb';
}

/** Reads the settings that placement rules of VMs use, if given. */
function readMarks(said: SaidValues): Read<Pick<FleetNode, 'labels' | 'taints' | 'overcommit'>> {
  const [labelText, taintText] = [textOf(said, 'label'), textOf(said, 'taint')];
  const labels = labelText === undefined ? ok(undefined) : parseNodeLabels(labelText);
  const taints = taintText === undefined ? ok(undefined) : parseNodeTaints(taintText);
  if (!labels.ok) return err([wrong(placeOf(said, 'label'), labels.error)]);
  if (!taints.ok) return err([wrong(placeOf(said, 'taint'), taints.error)]);
  const ratioText = textOf(said, 'overcommit');
  const ratios = ratioText === undefined ? ok(undefined) : parseNodeOvercommit(ratioText);
  if (!ratios.ok) return err([wrong(placeOf(said, 'overcommit'), ratios.error)]);
  return ok({
    ...(labels.value && { labels: labels.value }),
    ...(taints.value && { taints: taints.value }),
    ...(ratios.value && { overcommit: ratios.value }),
  });
}

function readFleetNodes(
  said: SaidValues,
  file: string,
  parseDocument: (text: string) => unknown,
): Read<readonly FleetNode[]> {
  const place = placeOf(said, 'fleet');
  let document: unknown;
  try {
    document = parseDocument(readFileSync(file, 'utf8'));
  } catch (cause) {
    return err([wrong(place, `${file} cannot be read: ${Object(cause).message ?? cause}`)]);
  }
  const fleet = parseFleet(document);
  if (!fleet.ok) {
    return err(
      fleet.error.fields.map(({ path, message }) =>
        wrong(place, [file, ...(path.length === 0 ? [] : [path.join('.')]), message].join(': ')),
      ),
    );
  }
  const { nodes } = fleet.value;
  const wanted = textOf(said, 'nodes')?.split(',');
  if (wanted === undefined) return ok(nodes);
  const known = new Set(nodes.map(({ name }) => name));
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length === 0) return ok(nodes.filter(({ name }) => wanted.includes(name)));
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  return err([wrong(placeOf(said, 'nodes'), `${file} has no node ${names}`)]);
}

/**
 * Same limits as the server's: shorter, and the agent only measures; longer, and measuring is
 * pointless.
 */
const INTERVAL_MS_MIN = 100;
const INTERVAL_MS_MAX = 86_400_000;

function readInterval(said: SaidValues): Read<number> {
  const flag = 'metrics-interval';
  return readDuration(said, flag, {
    defaultMs: METRICS_MS,
    min: INTERVAL_MS_MIN,
    max: INTERVAL_MS_MAX,
  });
}

/** Enough for an upgrade of packages and a restart; servers take no more than the longest. */
const PLANNED_STOP_MS = 120_000;
const PLANNED_STOP_MS_MIN = 1_000;

function readPlannedStop(said: SaidValues): Read<number> {
  const range = { min: PLANNED_STOP_MS_MIN, max: PLANNED_STOP_MS_MAX };
  return readDuration(said, 'planned-stop', { defaultMs: PLANNED_STOP_MS, ...range });
}

function readDuration(
  said: SaidValues,
  flag: 'metrics-interval' | 'planned-stop',
  { defaultMs, min, max }: Readonly<Record<'defaultMs' | 'min' | 'max', number>>,
): Read<number> {
  const text = textOf(said, flag);
  const durationMs = text === undefined ? defaultMs : parseDuration(text);
  if (durationMs !== undefined && durationMs >= min && durationMs <= max) return ok(durationMs);
  const range = `from ${formatDuration(min)} to ${formatDuration(max)}`;
  const message = `must be a duration with its unit, such as 30s, ${range}`;
  return err([wrong(placeOf(said, flag), `${message}, not ${JSON.stringify(text)}`)]);
}

function readLogLevel(said: SaidValues): Read<LogLevel> {
  const text = textOf(said, 'log-level') ?? 'info';
  const level = LOG_LEVELS.find((each) => each === text.toLowerCase());
  if (level !== undefined) return ok(level);
  const message = `must be one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(text)}`;
  return err([wrong(placeOf(said, 'log-level'), message)]);
}
