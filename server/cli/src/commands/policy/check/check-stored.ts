/** `novacron policy check --stored`: what would today's checks say of the policies of a server? */
import { Policy } from '@novacron/contract/kinds/policy/policy';
import { isBundle } from '@novacron/contract/kinds/policy/policy-bundle';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import { findingsFailure } from '../../../failures/failure.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { plainLine } from '../../../output/plain-text.ts';
import { compilePolicies } from '../files/compile-policies.ts';
import { problemLine, warningLine } from '../files/problem-line.ts';

/** A policy of which a check would say something. */
type CheckedPolicy = {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Problems for which a new text with this rule would be refused. */
  readonly refused: readonly RegoProblem[];
  readonly warnings: readonly RegoProblem[];
};

/**
 * Checks all policies that are stored, in the order of their names. The rule of a bundle is checked
 * as far as the server does. Failures: findings where a policy would be refused; every problem of
 * the server.
 */
export async function checkStored(session: Session): Promise<Outcome> {
  const listed = await listAll(session, { operation: 'policy.list', input: {} });
  if (!listed.ok) return { failure: listed.error };
  const checked: CheckedPolicy[] = [];
  for (const item of listed.value) {
    const got = await callOperation(session, 'policy.get', { id: String(item.id) });
    if (!got.ok) return { failure: got.error };
    checked.push(checkOne(Policy.parse(got.value), session.io.nowMs));
  }
  checked.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = checked.filter(({ refused, warnings }) => refused.length + warnings.length > 0);
  const lines = found.flatMap(({ refused, warnings }) => [
    ...refused.map(problemLine),
    ...warnings.map(warningLine),
  ]);
  const bad = found.filter(({ refused }) => refused.length > 0).length;
  const count = checked.length === 1 ? '1 policy' : `${checked.length} policies`;
  const verdict =
    found.length === 0
      ? 'no problems'
      : `${bad} would be refused, ${found.length - bad} with warnings only`;
  const sum = `${count} checked: ${verdict}`;
  if (bad === 0) {
    return { document: { kind: 'report', value: found, text: `${lines.join('')}${sum}\n` } };
  }
  const document = { kind: 'report', value: found, text: lines.join('') } as const;
  return { document, failure: findingsFailure(sum) };
}

function checkOne(policy: Policy, nowMs: () => number): CheckedPolicy {
  const { id, name, enabled, rule, mismatches } = policy;
  const file = plainLine(name);
  const compiled = isBundle(rule) ? undefined : compile(policy, { file, nowMs });
  const unread: readonly RegoProblem[] =
    mismatches === null ? [{ ...UNREAD, file, row: 1, column: 1 }] : [];
  const misfits = (mismatches ?? []).map(
    ({ row, column, message }): RegoProblem => ({
      code: 'input-mismatch',
      message,
      file,
      row,
      column,
    }),
  );
  const errors = compiled?.ok === false ? compiled.error : [];
  const warnings = compiled?.ok ? compiled.value.warnings : [];
  return {
    id,
    name,
    enabled,
    refused: [...misfits, ...errors],
    warnings: [...unread, ...warnings],
  };
}

const UNREAD = {
  code: 'input-mismatch',
  message: 'The server could not compile the rule now, so what it reads of its input is not known.',
} as const;

/** Compiles a policy without checking its input, which the server reports itself. */
function compile(policy: Policy, { file, nowMs }: { file: string; nowMs: () => number }) {
  const { name, type, enforcement_mode: mode, actions, selector, scope } = policy;
  return compilePolicies({
    modules: { [file]: policy.rule },
    trial: 'tried',
    nowMs,
    settings: {
      name,
      type,
      mode,
      actions,
      selector,
      scope,
      platformWrites: policy.platform_writes,
    },
  });
}
