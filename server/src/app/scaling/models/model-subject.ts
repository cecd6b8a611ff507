/** Promotions as subjects of approvals: a vote changes nothing, its requester promotes later. */
import { hash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { ModelEnvironment } from '@novacron/contract/training/model';
import { explainVerdict } from '@novacron/engine/training/explain-card';
import type { ChangeSet } from '../../../ports/store.ts';
import type { ModelRow, ModelVersionRow } from '../../../ports/tables/model-rows.ts';
import type { ApprovalSubject } from '../../access/approvals/approval-subjects.ts';
import {
  actionOf,
  type NeededApproval,
  requireApproval,
} from '../../access/approvals/require-approval.ts';
import { personNamed } from '../../access/identity/person-of.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { championOf, evaluationOf } from './model-rows.ts';

/** A promotion of one version, or a trial, in which it acts for a share of the units. */
export interface Promotion {
  readonly row: ModelRow;
  readonly version: ModelVersionRow;
  readonly environment: ModelEnvironment;
  readonly purpose: 'promote' | 'try';
}

/** Behavior of models. */
export function modelSubject({ store }: Pick<CapabilityDeps, 'store'>): ApprovalSubject {
  return {
    right: () => 'model.promote',
    digestNow: async (approval) => {
      const { subject_id: id, tenant_id } = approval;
      const asked = readAction(actionOf(approval));
      const [row] = await store.read({ from: 'models', where: { id, tenant_id } });
      if (row === undefined || asked === undefined) return undefined;
      const { environment, purpose } = asked;
      const where = { model_id: id, version: asked.version };
      const [version] = await store.read({ from: 'model_versions', where });
      if (version === undefined || championOf(row, environment) === asked.version) return undefined;
      return digestOf({ row, version, environment, purpose });
    },
    decide: async () => ({ changes: [], after: async () => undefined }),
  };
}

/** Finds the approval of a promotion, as `requireApproval` does. */
export function requirePromotionApproval(
  deps: CapabilityDeps,
  { promotion, mode }: Pick<NeededApproval, 'mode'> & { readonly promotion: Promotion },
  context: CallContext,
): Promise<Result<ChangeSet, Problem>> {
  const { row, version, environment, purpose } = promotion;
  const { tenantId } = context.principal;
  const evaluation = evaluationOf(version);
  const own = nameAction(promotion);
  const needed: NeededApproval = {
    operation: 'model.promote',
    about: {
      tenant_id: tenantId,
      subject_kind: 'model',
      subject_id: row.id,
      subject_name: row.name,
    },
    subject: modelSubject(deps),
    action: own,
    mode,
    // Another action on this model is about another version or environment.
    digestOf: (asked) => (asked === own ? digestOf(promotion) : asked),
    describe: async () => ({
      message:
        purpose === 'promote'
          ? `Make version ${version.version} of ${row.name} the champion of ${environment}?`
          : `Try version ${version.version} of ${row.name} beside the champion of ${environment}?`,
      details: { version: version.version, environment },
      // Who had it trained does not decide where it acts.
      excluded: [await personNamed(deps, { name: version.created_by, tenantId })],
      effects: [
        purpose === 'promote'
          ? `Predictions in ${environment} come from version ${version.version}.`
          : `A share of the predictions in ${environment} comes from version ${version.version}.`,
        ...(evaluation === undefined ? [] : [explainVerdict(evaluation)]),
      ],
      shown: { sha256: version.sha256 ?? '' },
    }),
    refuse: (pending) =>
      problem('forbidden', {
        detail:
          `A ${purpose === 'promote' ? 'promotion' : 'trial'} of ${row.name} in ${environment} ` +
          'needs the approval of another person' +
          `${pending === undefined ? '' : `: ${pending.id} asks for it`}.`,
        remedy:
          pending === undefined
            ? 'Send the request to ask for it.'
            : `Ask for votes (novacron approval approve ${pending.id}), then repeat the request.`,
        data: { resource_id: row.id, ...(pending && { approval_id: pending.id }) },
      }),
  };
  return requireApproval(deps, needed, context);
}

function nameAction({ version, environment, purpose }: Promotion): string {
  return `${purpose} version ${version.version} in ${environment}`;
}

function readAction(action: string) {
  const [, verb, version = '', environment] =
    /^(promote|try) version (\d+) in (\w+)$/.exec(action) ?? [];
  const read = ModelEnvironment.safeParse(environment);
  if (!read.success) return undefined;
  const purpose = verb === 'try' ? ('try' as const) : ('promote' as const);
  return { version: Number(version), environment: read.data, purpose };
}

/** Digest of all that a voter sees: the file, and what it replaces. */
function digestOf({ row, version, environment, purpose }: Promotion): string {
  const champion = championOf(row, environment) ?? null;
  const { sha256 } = version;
  const seen = { id: row.id, version: version.version, sha256, environment, champion, purpose };
  return hash('sha256', canonicalJson(seen), 'hex');
}
