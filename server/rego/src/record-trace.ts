// The trace of an evaluation: what was entered, evaluated, failed, left and tried again, where, and
// with which values. Source of the idea: OPA's `--explain`.

import type { Probe } from './plan/planner.ts';
import type { Position } from './syntax/rego-problem.ts';

/** A variable or a reference and its value, in Rego's form. */
export type TracedValue = { readonly name: string; readonly value: string };

/** One step of an evaluation. */
export type TraceEvent = Position & {
  /** `enter` and `exit` are of rules, the others of lines; `redo`: a line holds in another way. */
  readonly kind: 'enter' | 'eval' | 'fail' | 'redo' | 'exit';
  readonly file: string;
  /** The rule, such as `data.novacron.allow`. */
  readonly rule: string;
  /** Number of enclosing rules. */
  readonly depth: number;
  /** Known values of the line at that moment; empty for `enter`, `eval` and `exit`. */
  readonly values: readonly TracedValue[];
};

type Line = { readonly probe: Probe; hasHeld: boolean; readonly values: Map<string, string> };

/** A trace is cut after this many steps: a person reads no more, and all are in memory. */
const EVENTS_MAX = 20_000;

/** A value longer than this is cut, so that a trace can be read. */
const VALUE_LENGTH_MAX = 200;

/**
 * Makes what turns the probes of a policy, compiled with `tracing: 'explain'`, into a trace of at
 * most 20,000 steps.
 *
 * @param onEvent - called with each step, in order
 * @returns `onProbe` for `loadPolicy`
 */
export function recordTrace(
  probes: readonly Probe[],
  onEvent: (event: TraceEvent) => void,
): (index: number, value: string | undefined) => void {
  const rules: Line[][] = [];
  let count = 0;
  const report = (kind: TraceEvent['kind'], probe: Probe, line?: Line) => {
    count += 1;
    if (count > EVENTS_MAX) return;
    const { file, row, column, rule } = probe;
    const values = [...(line?.values ?? [])].map(([name, value]) => ({ name, value }));
    const name = ['data', ...rule.split('/')].join('.');
    const depth = Math.max(0, rules.length - 1);
    onEvent({ kind, file, row, column, rule: name, depth, values });
  };
  return (index, value) => {
    const probe = probes[index];
    if (!probe) return;
    if (probe.kind === 'enter') rules.push([]);
    const lines = rules.at(-1) ?? [];
    if (probe.kind === 'enter') report('enter', probe);
    else if (probe.kind === 'leave') rules.pop();
    else if (probe.kind === 'head') report('exit', probe);
    else if (probe.kind === 'value') noteValue(lines.at(-1), probe, value);
    else if (probe.kind === 'literal') {
      lines.push({ probe, hasHeld: false, values: new Map() });
      report('eval', probe);
    } else {
      const line = lines.findLast((each) => isSamePlace(each.probe, probe));
      if (!line) return;
      if (probe.kind === 'done') lines.splice(lines.lastIndexOf(line));
      if (probe.kind === 'done' && !line.hasHeld) report('fail', probe, line);
      if (probe.kind === 'held' && line.hasHeld) report('redo', probe, line);
      if (probe.kind === 'held') line.hasHeld = true;
    }
  };
}

function noteValue(line: Line | undefined, { name }: Probe, value: string | undefined): void {
  if (!line || name === undefined || value === undefined) return;
  const isLong = value.length > VALUE_LENGTH_MAX;
  line.values.set(name, isLong ? `${value.slice(0, VALUE_LENGTH_MAX)}…` : value);
}

function isSamePlace(a: Probe, b: Probe): boolean {
  const isSamePosition = a.file === b.file && a.row === b.row && a.column === b.column;
  return isSamePosition && a.name === b.name;
}
