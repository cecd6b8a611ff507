/** An execution as a tree of its steps, for people. */
import type { ApprovalSummary } from '@novacron/contract/access/approval';
import type {
  Execution,
  ExecutionSla,
  ExecutionStep,
} from '@novacron/contract/automation/execution';
import { formatDuration } from '@novacron/contract/formats/duration';
import type { Json } from '@novacron/contract/json';
import { isNothing } from '../../output/cell-text.ts';
import { countOf } from '../../output/count-of.ts';
import { paintStatus } from '../../output/paint-status.ts';
import { plainLine } from '../../output/plain-text.ts';
import type { Style } from '../../output/style.ts';

/** A step with what the execution itself does not carry. */
export interface InspectedStep extends ExecutionStep {
  /** Input with known values filled in; null if the definition cannot be read. */
  readonly input: Json;
  /** Ids of the steps that have to end before it begins. */
  readonly waits_for: readonly string[];
  /** The approval that it waits for. */
  readonly approval: ApprovalSummary | null;
  /** The executions that it has started, oldest first; empty unless it starts a workflow. */
  readonly executions: readonly InspectedExecution[];
}

/** An execution with these steps. */
export interface InspectedExecution extends Execution {
  steps: InspectedStep[];
}

/** Longer values are cut, except in `--output wide`; JSON has them whole. Unit: characters. */
const VALUE_CHARS_MAX = 160;

/** Rendering options. */
interface Looks {
  readonly style: Style;
  /** The end of what still runs. */
  readonly nowMs: number;
}

/**
 * Writes the tree. A step stands below the one of its needs that is deepest in the tree, and names
 * the others.
 */
export function renderExecution(execution: InspectedExecution, looks: Looks): string {
  const { part_of } = execution;
  const above =
    part_of === null
      ? []
      : [plainLine(`part of: ${part_of.execution_id} (${part_of.workflow}), ${part_of.step}`)];
  const [head = '', ...rest] = linesOfExecution(execution, looks);
  return [head, ...above, ...rest].map((line) => `${line}\n`).join('');
}

function linesOfExecution(execution: InspectedExecution, looks: Looks): readonly string[] {
  const { workflow, version, status, created_by, created_at, finished_at } = execution;
  const { inputs, problem, steps, paused_at, paused_by, held, sla } = execution;
  const time = timeText({ started_at: created_at, ended_at: finished_at }, looks);
  const name = plainLine(`${workflow} version ${version}`);
  const pause = timeText({ started_at: paused_at, ended_at: null }, looks);
  return [
    `${name}: ${statusText(status, looks)}${time}, started by ${plainLine(created_by)}`,
    ...(paused_at === null ? [] : [`paused${pause}, by ${plainLine(paused_by ?? '-')}`]),
    ...(held === null ? [] : [plainLine(holdText(held))]),
    ...(sla === null ? [] : [slaText(sla, execution, looks)]),
    ...groupLines(execution),
    ...(isNothing(inputs) ? [] : [`inputs: ${valueText(inputs, looks)}`]),
    ...(problem === null ? [] : [`problem: ${plainLine(problem.detail)}`]),
    ...treeOf(steps).flatMap((node) => linesOf(node, { execution, looks }, '')),
  ];
}

function holdText({ scope, held_by, held_at, reason }: NonNullable<Execution['held']>): string {
  const whose = scope === 'all' ? ' for all tenants' : '';
  return `automation is held${whose} since ${held_at} by ${held_by}: ${reason}`;
}

/** Names the holder of the concurrency group and the place in its queue. */
function groupLines({ concurrency, finished_at }: InspectedExecution): readonly string[] {
  if (concurrency === null || finished_at !== null) return [];
  const { group, place, holders, limit } = concurrency;
  const named = holders.map(({ id, workflow }) => `${id} (${workflow})`).join(', ');
  const held = `${countOf(holders.length, 'holder')} of ${limit}: ${named || '-'}`;
  const wait = place === null ? '' : `, waits at place ${place}`;
  return [plainLine(`group: ${group}${wait}, ${held}`)];
}

interface Node {
  readonly step: InspectedStep;
  readonly below: readonly Node[];
}

function treeOf(steps: readonly InspectedStep[]): readonly Node[] {
  const parents = parentsOf(steps);
  const nodesBelow = (parent: string | undefined): readonly Node[] =>
    steps
      .filter(({ id }) => parents.get(id) === parent)
      .map((step) => ({ step, below: nodesBelow(step.id) }));
  return nodesBelow(undefined);
}

/** The deepest of the needs of each step; a definition may list steps in any order. */
function parentsOf(steps: readonly InspectedStep[]): ReadonlyMap<string, string | undefined> {
  const known = new Map(steps.map((step) => [step.id, step] as const));
  const depths = new Map<string, number>();
  const parents = new Map<string, string | undefined>();
  const depthOf = (id: string): number => {
    const found = depths.get(id);
    if (found !== undefined) return found;
    let depth = 0;
    for (const need of known.get(id)?.needs ?? []) {
      const below = depthOf(need) + 1;
      if (below <= depth) continue;
      depth = below;
      parents.set(id, need);
    }
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of steps) depthOf(id);
  return parents;
}

interface Shown {
  readonly execution: InspectedExecution;
  readonly looks: Looks;
}

function linesOf({ step, below }: Node, shown: Shown, margin: string): readonly string[] {
  const inner = `${margin}${below.length === 0 ? '   ' : '│  '}`;
  return [
    headOf(step, shown),
    ...detailsOf(step, shown.looks).map((line) => `${inner}${line}`),
    ...below.flatMap((node, at) => {
      const isLast = at === below.length - 1;
      const [head = '', ...rest] = linesOf(node, shown, `${margin}${isLast ? '   ' : '│  '}`);
      return [`${margin}${isLast ? '└─ ' : '├─ '}${head}`, ...rest];
    }),
  ];
}

function headOf(step: InspectedStep, { execution, looks }: Shown): string {
  const { id, kind, status, attempts, needs } = step;
  const [, ...others] = needs;
  const isRetried = attempts > 1;
  const notes = [
    ...(step.finally ? ['finally'] : []),
    ...(isRetried && status === 'running' ? [`attempt ${attempts}`] : []),
    ...(isRetried && status !== 'running' ? [countOf(attempts, 'attempt')] : []),
    ...(step.runner === null ? [] : [`on ${step.runner}`]),
    ...(others.length === 0 ? [] : [`after ${needs.join(', ')}`]),
  ];
  const why = whyItWaits(step, execution);
  const state = why === undefined ? statusText(status, looks) : `${statusText('waiting', looks)}`;
  const time = status === 'waiting' || status === 'skipped' ? '' : timeText(step, looks);
  const reason = why === undefined ? '' : ` ${plainLine(why)}`;
  const noted = notes.length === 0 ? '' : ` (${plainLine(notes.join('; '))})`;
  return `${plainLine(`${id} [${kind}]`)}: ${state}${time}${reason}${noted}`;
}

/** Explains why a step waits; undefined if it is not waiting or has ended. */
function whyItWaits(
  { status, waits_for: steps, approval, signal, silence, runner }: InspectedStep,
  { finished_at, paused_at, queued_for, held }: InspectedExecution,
): string | undefined {
  if (approval !== null) {
    const { id, approved, required, expires_at, kind, message } = approval;
    if (kind === 'check') {
      return `for a person until ${expires_at}: ${message ?? ''} (novacron approval approve ${id})`;
    }
    return `for people: ${approved} of ${required} have approved ${id}, until ${expires_at}`;
  }
  if (silence !== null) {
    const { since, until } = silence;
    return `for ${runner ?? 'its runner'}, silent since ${since}: the attempt fails at ${until}`;
  }
  if (signal !== null) return `for the signal ${signal.name} until ${signal.until}`;
  if (status !== 'waiting') return undefined;
  if (finished_at !== null) return 'no more: the execution has ended';
  if (steps.length > 0) return `for ${steps.join(', ')}`;
  if (queued_for !== null) return `for its turn in ${queued_for}`;
  if (paused_at !== null) return 'until the execution is resumed';
  return held === null ? 'to begin' : 'until automation is released';
}

function detailsOf(step: InspectedStep, looks: Looks): readonly string[] {
  const { input, outputs, message, operations, of, item } = step;
  return [
    ...(of === null ? [] : [`item: ${valueText(item, looks)}`]),
    ...(isNothing(input) ? [] : [`in: ${valueText(input, looks)}`]),
    ...(isNothing(outputs) ? [] : [`out: ${valueText(outputs, looks)}`]),
    ...(message === null ? [] : [`failed: ${plainLine(message)}`]),
    ...operations.flatMap((id) => linesOfOperation(id, step, looks)),
  ];
}

/** An operation by its id; an execution with its own tree. */
function linesOfOperation(
  id: string,
  { kind, executions }: InspectedStep,
  looks: Looks,
): readonly string[] {
  if (kind !== 'workflow') return [`operation: ${id}`];
  const part = executions.find((each) => each.id === id);
  const tree = part === undefined ? [] : linesOfExecution(part, looks);
  return [`execution: ${id}`, ...tree.map((line) => `   ${line}`)];
}

/** The next moment of an SLA while it is kept, else when the execution was found to be late. */
function slaText(
  { warned_at, breached_at, breaches_at }: ExecutionSla,
  { finished_at }: InspectedExecution,
  { nowMs }: Looks,
): string {
  if (breached_at !== null) return `SLA: breached at ${breaches_at}`;
  if (finished_at !== null) return 'SLA: kept';
  const leftMs = Date.parse(breaches_at) - nowMs;
  const left = leftMs < MS_PER_S ? 0 : leftMs - (leftMs % MS_PER_S);
  const words = warned_at === null ? 'breached' : 'warned of, breached';
  return `SLA: ${words} in ${formatDuration(left)}, at ${breaches_at}`;
}

function statusText(status: string, { style }: Looks): string {
  return style.colors === 'on' ? paintStatus(status) : status;
}

const MS_PER_S = 1_000;

/** ` in 3s` of what has ended, ` for 3s` of what has not. */
function timeText(
  { started_at, ended_at }: Pick<ExecutionStep, 'started_at' | 'ended_at'>,
  { nowMs }: Looks,
): string {
  if (started_at === null) return '';
  const endMs = ended_at === null ? nowMs : Date.parse(ended_at);
  const durationMs = Math.max(0, endMs - Date.parse(started_at));
  const shownMs = durationMs < MS_PER_S ? durationMs : durationMs - (durationMs % MS_PER_S);
  return ` ${ended_at === null ? 'for' : 'in'} ${formatDuration(shownMs)}`;
}

function valueText(value: unknown, { style }: Looks): string {
  const text = plainLine(JSON.stringify(value));
  const isCut = style.detail === 'normal' && text.length > VALUE_CHARS_MAX;
  return isCut ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
}
