/** What of an answer fits a screen; `--output wide`, JSON and YAML have all of it. */
import { type Fields, isFields } from './fields.ts';

/** How to see what a short form leaves out. */
const REST = '(--output wide lists all)';

/** Returns the essential fields of answers that are longer than a screen, and others unchanged. */
export function essentialsOf(answer: Fields): Fields {
  if (Array.isArray(answer.operations) && typeof answer.principal === 'string') {
    return essentialsOfCaller(answer);
  }
  return isFields(answer.engine) && isFields(answer.nodes) ? essentialsOfFleet(answer) : answer;
}

function essentialsOfCaller({ features, operations, ...caller }: Fields): Fields {
  return {
    ...caller,
    expires_at: caller.expires_at ?? 'never',
    features: `${lengthOf(features)} ${REST}`,
    operations: `${lengthOf(operations)} ${REST}`,
  };
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

/** The numbers of a fleet: a line each, and only what is unwell of the rest. */
function essentialsOfFleet(summary: Fields): Fields {
  const { at, nodes, vms, groups, capacity, engine, ...others } = summary;
  return {
    at,
    nodes: nodesText(nodes),
    ...mapFields({ vms, groups }, countsText),
    capacity: isFields(capacity) ? mapFields(capacity, usedText) : capacity,
    ...mapFields(others, countsText),
    engine: isFields(engine) ? engineOf(engine) : engine,
  };
}

/** `12 total, 11 ready, 1 lost; not all ready: zone-b`. */
function nodesText(nodes: unknown): unknown {
  if (!isFields(nodes)) return nodes;
  const { zones, ...counts } = nodes;
  const unwell = (Array.isArray(zones) ? zones.filter(isFields) : []).filter(
    ({ total, by_status }) => isFields(by_status) && by_status.ready !== total,
  );
  const names = unwell.map(({ zone }) => String(zone)).join(', ');
  return `${countsOf(counts)}${names === '' ? '' : `; not all ready: ${names}`}`;
}

function mapFields(fields: Fields, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
}

/** Numbers on one line; what has other values as well stays. */
function countsText(part: unknown): unknown {
  if (!isFields(part)) return part;
  const isCounts = Object.values(part).every(
    (value) => typeof value === 'number' || isFields(value),
  );
  return isCounts ? countsOf(part) : part;
}

/** Counts on one line: `2 total, 1 running, 1 stopped`. */
function countsOf(part: Fields): string {
  return Object.entries(part)
    .flatMap(([name, value]) => {
      if (isFields(value)) return Object.keys(value).length === 0 ? [] : [countsOf(value)];
      return [`${String(value)} ${name.replaceAll('_', ' ')}`];
    })
    .join(', ');
}

function usedText(part: unknown): unknown {
  return isFields(part) ? `${String(part.used)} of ${String(part.total)} used` : part;
}

/** Reconcilers that fail; the others are only counted. */
function engineOf({ platform, leaders: _leaders, ...engine }: Fields): Fields {
  if (!isFields(platform)) return engine;
  const { reconcilers, ...others } = platform;
  const all = Array.isArray(reconcilers) ? reconcilers.filter(isFields) : [];
  const failing = all.filter(({ failures_in_a_row }) => failures_in_a_row !== 0);
  const count = `${all.length}, ${failing.length} of them failing`;
  return { ...mapFields({ ...engine, ...others }, countsText), reconcilers: count, failing };
}
