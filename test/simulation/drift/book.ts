/**
 * Ground truth of a world about drift: it records every change itself, so that the product's
 * reports can be compared with it.
 */
import type { DriftRecord } from '@novacron/contract/drift/drift';
import { equalJson, type Json } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';

/** Fields of a resource that the world changes. */
export type Values = Readonly<Record<string, Json>>;

/** One resource, as the world knows it. */
export interface Entry {
  readonly id: string;
  readonly kind: ResourceKind;
  readonly name: string;
  /** undefined for what no Terraform applied. */
  applied: Values | undefined;
  current: Values;
  /** Last actor that changed each field. */
  readonly hands: Map<string, string>;
}

/** Comparison of the product's reports with the ground truth. */
export interface Verdicts {
  /** Changes behind Terraform's back that made a difference, and were there at the next report. */
  injected: number;
  /** Those that were undone before it, such as by a move that applies the desired firewall. */
  undone: number;
  /** Those that the report had right after. */
  found: number;
  /** Reports that are not drift, or name the wrong field: once each time they appear. */
  readonly wrong: string[];
  /** Drift that was not reported: once each time it goes missing. */
  readonly missed: string[];
  /** Found, but its hand was not among the causes. */
  readonly unexplained: string[];
  reports: number;
}

/** Keeps the books of one world. */
export interface Book {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly verdicts: Verdicts;
  readonly add: (entry: Omit<Entry, 'hands'>) => void;
  readonly remove: (id: string) => void;
  /** Notes a change that went through. */
  readonly change: (id: string, by: { readonly hand: string; readonly values: Values }) => void;
  /** Notes that Terraform applied a resource as it is now. */
  readonly apply: (id: string) => void;
  /** Holds a report against what is known. */
  readonly judge: (records: readonly DriftRecord[], moment: string) => void;
}

/** Opens an empty book. */
export function openBook(): Book {
  const entries = new Map<string, Entry>();
  const verdicts: Verdicts = {
    injected: 0,
    undone: 0,
    found: 0,
    reports: 0,
    wrong: [],
    missed: [],
    unexplained: [],
  };
  /** Drifted fields since the last report, and what was wrong or missing at it. */
  let fresh = new Set<string>();
  let before = new Set<string>();

  function need(id: string): Entry {
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`the book has no ${id}`);
    return entry;
  }

  return {
    entries,
    verdicts,
    add: (entry) => entries.set(entry.id, { ...entry, hands: new Map() }),
    remove: (id) => {
      entries.delete(id);
      fresh = new Set([...fresh].filter((key) => !key.startsWith(`${id} `)));
    },
    change: (id, { hand, values }) => {
      const entry = need(id);
      const driftedBefore = driftedPaths(entry);
      for (const name of Object.keys(values)) entry.hands.set(name, hand);
      entry.current = { ...entry.current, ...values };
      for (const path of driftedPaths(entry)) {
        if (!driftedBefore.has(path)) fresh.add(`${id} ${path}`);
      }
    },
    apply: (id) => {
      const entry = need(id);
      entry.applied = entry.current;
    },
    judge: (records, moment) => {
      verdicts.reports += 1;
      const noted = reportedPaths(records);
      const known = new Map([...entries.values()].map((entry) => [entry.id, driftedPaths(entry)]));
      const odd = new Set<string>();
      for (const key of noted.keys()) {
        const [id = '', path = ''] = split(key);
        if (known.get(id)?.has(path) === true) continue;
        odd.add(`wrong ${key}`);
        if (!before.has(`wrong ${key}`)) verdicts.wrong.push(`${moment}: ${key}`);
      }
      for (const [id, paths] of known) {
        for (const path of paths) judgeDrift(need(id), path);
      }
      for (const key of fresh) {
        const [id = '', path = ''] = split(key);
        verdicts[known.get(id)?.has(path) === true ? 'injected' : 'undone'] += 1;
      }
      before = odd;
      fresh = new Set();

      function judgeDrift(entry: Entry, path: string): void {
        const key = `${entry.id} ${path}`;
        const causes = noted.get(key);
        if (causes === undefined) {
          odd.add(`missed ${key}`);
          if (!before.has(`missed ${key}`)) verdicts.missed.push(`${moment}: ${key}`);
          return;
        }
        if (!fresh.has(key)) return;
        verdicts.found += 1;
        const hand = entry.hands.get(path.split('.')[0] ?? path);
        if (hand !== undefined && !causes.includes(hand)) {
          verdicts.unexplained.push(`${moment}: ${key} by ${hand}, not ${causes.join(', ')}`);
        }
      }
    },
  };
}

function split(key: string): readonly [string, string] {
  const space = key.indexOf(' ');
  return [key.slice(0, space), key.slice(space + 1)];
}

/** A list is one field to the world, whichever of its elements differ. */
const ELEMENT = /\[.*$/;

/** Names of causes by resource and field. */
function reportedPaths(records: readonly DriftRecord[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    records.flatMap(({ resource_id: id, fields, causes }) => {
      const names = causes.map(({ principal }) => principal);
      return fields.map(({ field }) => [`${id} ${field.replace(ELEMENT, '')}`, names] as const);
    }),
  );
}

/**
 * Returns the paths that differ from the baseline that Terraform applied: fields, and keys of maps.
 */
export function driftedPaths({
  applied,
  current,
}: Pick<Entry, 'applied' | 'current'>): Set<string> {
  const paths = new Set<string>();
  if (applied === undefined) return paths;
  for (const name of Object.keys(current)) {
    const [was, is] = [applied[name] ?? null, current[name] ?? null];
    if (!isMap(was) && !isMap(is)) {
      if (!equalJson(was, is)) paths.add(name);
      continue;
    }
    const [left, right] = [isMap(was) ? was : {}, isMap(is) ? is : {}];
    for (const key of [...Object.keys(left), ...Object.keys(right)]) {
      if (!equalJson(left[key] ?? null, right[key] ?? null)) paths.add(`${name}.${key}`);
    }
  }
  return paths;
}

function isMap(value: Json): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
