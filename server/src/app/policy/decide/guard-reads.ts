/**
 * Asks policies about reads, where one names the action `read`. Reads are frequent and such
 * policies rare: whether there is one is looked up once a second, and after a write here.
 */
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { SUBJECT_KINDS } from '@novacron/contract/policy-input/subject-fields';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';
import { readDeciding } from '../memory/read-deciding.ts';
import { decideWrite } from './decide-write.ts';

/** Maximum delay until a policy from another server begins to decide reads. */
const LOOK_MS = 1_000;

/** Reads that show no data of the tenant: the caller's identity, and decisions. */
const NEVER_ASKED: ReadonlySet<OperationName> = new Set<OperationName>([
  'identity.whoami',
  'session.get',
  'admission.preview',
  'policy_decision.ask',
]);

/** Decides reads. */
export interface ReadGuard {
  /** @returns `forbidden`, where a policy in block mode denies it; undefined where it is allowed */
  readonly refuse: (
    name: OperationName,
    input: unknown,
    context: CallContext,
  ) => Promise<Problem | undefined>;
  /** Called when policies may have changed. */
  readonly forget: () => void;
}

/** Makes the guard of one server. */
export function guardReads(deps: DecidingDeps): ReadGuard {
  const looked = new Map<string, { readonly atMs: number; readonly isAsked: boolean }>();

  async function isAsked(tenantId: string): Promise<boolean> {
    const nowMs = deps.clock.nowMs();
    const known = looked.get(tenantId);
    if (known !== undefined && nowMs - known.atMs < LOOK_MS) return known.isAsked;
    const policies = await readDeciding(deps.store, tenantId, {
      nowMs,
      memory: deps.decisions.memory,
    });
    const found = policies.some(({ actions }) => actions?.includes('read') === true);
    looked.set(tenantId, { atMs: nowMs, isAsked: found });
    return found;
  }

  return {
    refuse: async (name, input, context) => {
      if (operationRow(name).effect !== 'read' || NEVER_ASKED.has(name)) return undefined;
      if (!(await isAsked(context.principal.tenantId))) return undefined;
      const { problem: found } = await decideWrite(deps, context, questionOf(name, input));
      return found === undefined ? undefined : toForbidden(name, found);
    },
    forget: () => looked.clear(),
  };
}

/**
 * Returns the subject known before anything is read: the kind, and the id or the name in the input.
 */
function questionOf(operation: OperationName, input: unknown): PolicySubject {
  const noun = operation.slice(0, operation.indexOf('.'));
  const given: Readonly<Record<string, unknown>> =
    typeof input === 'object' && input !== null ? { ...input } : {};
  const text = (name: string): string =>
    typeof given[name] === 'string' ? String(given[name]) : '';
  return {
    operation,
    resourceKind: SUBJECT_KINDS.find((kind) => kind === noun) ?? 'operation',
    target: { id: text('id'), name: text('name') },
    before: null,
    wanted: null,
    unknown: [],
    moment: 'read',
  };
}

function toForbidden(name: OperationName, found: Problem): Problem {
  if (found.code === 'rate-limited') return found;
  const { detail, fields, data } = found;
  return problem('forbidden', {
    detail: `A policy does not allow you to call ${name}. ${detail}`,
    remedy: 'Ask an admin of the tenant to change or disable the policy.',
    fields,
    ...(data === undefined ? {} : { data }),
  });
}
