// Runs the safety check over all rules.

import type { RegoProblem } from '../syntax/rego-problem.ts';
import { orderBranch } from './order-body.ts';
import type { ResolvedBranch } from './resolved-tree.ts';
import { type RuleDefinition, type RuleNode, ruleNodes } from './rule-tree.ts';

/**
 * Orders the bodies of all definitions and reports unsafe variables.
 *
 * @param faulty - definitions that are passed over; grows by those that are unsafe
 */
export function orderRules(
  root: RuleNode,
  faulty: Set<RuleDefinition>,
  problems: RegoProblem[],
): void {
  for (const node of ruleNodes(root)) {
    for (const definition of node.definitions) {
      if (faulty.has(definition)) continue;
      const before = problems.length;
      definition.branches = definition.branches.map((branch) =>
        orderDefinition(definition, branch, problems),
      );
      if (problems.length > before) faulty.add(definition);
    }
  }
}

function orderDefinition(
  { module }: RuleDefinition,
  branch: ResolvedBranch,
  problems: RegoProblem[],
): ResolvedBranch {
  const unsafe = new Set<number>();
  const ordered = orderBranch(branch, (id) => unsafe.add(id));
  const reported = new Set<string>();
  for (const id of [...unsafe].sort((a, b) => a - b)) {
    const local = branch.locals[id];
    if (!local || local.name.startsWith('$hidden') || reported.has(local.name)) continue;
    reported.add(local.name);
    problems.push({
      code: 'unsafe-variable',
      message:
        `The variable "${local.name}" never gets a value here; assign it, iterate over ` +
        'something with it, or check the spelling.',
      file: module.file,
      ...local.at,
    });
  }
  if (unsafe.size > 0 && reported.size === 0) {
    const message = 'An expression here needs a value that nothing gives it.';
    problems.push({ code: 'unsafe-variable', message, file: module.file, ...branch.at });
  }
  return ordered;
}
