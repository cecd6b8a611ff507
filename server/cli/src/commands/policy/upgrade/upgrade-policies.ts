/** `novacron policy upgrade`: what the newest language level changes, and the move to it. */
import { Policy } from '@novacron/contract/kinds/policy/policy';
import { PolicyUpgradePlan } from '@novacron/contract/kinds/policy/policy-upgrade';
import { err, ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import { type Failure, findingsFailure } from '../../../failures/failure.ts';
import { resolveName } from '../../../operations/resolve-names.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { plainLine } from '../../../output/plain-text.ts';

/** Policies to upgrade, and the options. */
export interface UpgradeRequest {
  /** Names or ids; none: all policies at an earlier level. */
  readonly names: readonly string[];
  /** `ask`: on a terminal; without one it goes ahead. */
  readonly mode: 'dry-run' | 'ask' | 'go-ahead';
}

/** Changed decisions that are listed of each policy; the others are counted. */
const SHOWN_MAX = 20;

/**
 * Shows the plans of all policies, then moves those that are at an earlier level. Failures: wrong
 * usage; findings where the answer was not yes, or the newest level refuses a text; every problem
 * of the server, at the first policy that has one.
 */
export async function upgradePolicies(
  session: Session,
  { names, mode }: UpgradeRequest,
): Promise<Outcome> {
  const ids = await idsOf(session, names);
  if (!ids.ok) return { failure: ids.error };
  const plans: PolicyUpgradePlan[] = [];
  for (const id of ids.value) {
    const planned = await callOperation(session, 'policy.upgrade_plan', { id });
    if (!planned.ok) return { failure: planned.error };
    plans.push(PolicyUpgradePlan.parse(planned.value));
  }
  const lines = plans.flatMap(linesOf).map((line) => `${plainLine(line)}\n`);
  const open = plans.filter(({ language_level, to_level }) => language_level < to_level);
  const refused = open.filter(({ mistakes }) => mistakes.length > 0);
  const todo = open.filter(({ mistakes }) => mistakes.length === 0);
  const failure =
    refused.length === 0
      ? {}
      : { failure: findingsFailure(`${policies(refused.length)} to correct first`) };
  if (mode === 'dry-run' || todo.length === 0) {
    const text = `${lines.join('')}${policies(todo.length)} to upgrade\n`;
    return { document: { kind: 'report', value: plans, text }, ...failure };
  }
  if (mode === 'ask' && session.io.hasTerminal) {
    for (const line of lines) session.io.stderr.write(line);
    const answer = await session.io.readAnswer('Go ahead? Only "yes" is accepted: ');
    if (answer?.trim() !== 'yes') {
      return { failure: findingsFailure('Nothing was changed. Answer yes, or add --yes') };
    }
    lines.length = 0;
  }
  for (const { id, name } of todo) {
    const moved = await callOperation(session, 'policy.upgrade', { id });
    if (!moved.ok) return { failure: moved.error };
    const { version, language_level } = Policy.parse(moved.value.resource);
    lines.push(`${plainLine(name)}: version ${version} at language level ${language_level}\n`);
  }
  const text = `${lines.join('')}${policies(todo.length)} upgraded\n`;
  return { document: { kind: 'report', value: plans, text }, ...failure };
}

function policies(count: number): string {
  return count === 1 ? '1 policy' : `${count} policies`;
}

async function idsOf(
  session: Session,
  names: readonly string[],
): Promise<Result<readonly string[], Failure>> {
  if (names.length === 0) {
    const listed = await listAll(session, { operation: 'policy.list', input: {} });
    if (!listed.ok) return listed;
    const known = listed.value.map((item) => Policy.parse(item));
    return ok(known.filter(({ language_level }) => language_level < 2).map(({ id }) => id));
  }
  const ids = new Set<string>();
  for (const name of names) {
    const id = await resolveName(session, ['policy'], name);
    if (!id.ok) return err(id.error);
    ids.add(id.value);
  }
  return ok([...ids]);
}

function linesOf(plan: PolicyUpgradePlan): readonly string[] {
  const { name, language_level: level, to_level: to, expressions, mistakes, changed } = plan;
  if (level >= to) return [`${name} is at language level ${level}`];
  const found = mistakes.map((each) => `  ${each.row}:${each.column}: ${each.message}`);
  const parts = expressions.flatMap(({ row, column, text, explanation }) => [
    `  ${row}:${column}: ${text}`,
    `    ${explanation}`,
  ]);
  const shown = changed.slice(0, SHOWN_MAX).map((each) => {
    const what = `${each.action} ${each.resource_name ?? each.resource_kind} by ${each.user_id}`;
    return `  ${each.at} ${what}: ${each.was} -> ${each.becomes}`;
  });
  const more = changed.length - shown.length;
  return [
    `${name}: language level ${level} to ${to}`,
    ...(mistakes.length > 0 ? ['  Level 2 refuses the rule; correct it first:', ...found] : []),
    ...(expressions.length === 0 ? ['  No expression means anything else'] : parts),
    ...(expressions.length === 0 ? [] : [`  ${replayText(plan)}`]),
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function replayText({
  replayed,
  without_input: without,
  without_data: gone,
  is_complete: isComplete,
  changed,
}: PolicyUpgradePlan): string {
  const which = isComplete ? 'recorded' : 'latest recorded';
  const others = without === 0 ? '' : `; ${without} more have no recorded input`;
  const lost = gone === 0 ? '' : `; ${gone} more read data documents that are not stored any more`;
  return `${changed.length} of ${countOf(replayed, `${which} decision`)} change${others}${lost}`;
}
