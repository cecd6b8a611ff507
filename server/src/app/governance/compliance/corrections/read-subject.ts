/** Reads the subject of a finding as the scan reads it, with the resources that it names. */
import type { Client } from '@novacron/contract/client/client';
import type { CorrectedSubject, RelatedLabels } from '@novacron/engine/compliance/model/correction';
import type { SubjectFacts } from '@novacron/engine/compliance/model/facts';
import { withOmitted } from '@novacron/engine/compliance/model/omitted-facts';
import type { ComplianceFindingRow } from '../../../../ports/tables/policy/compliance-rows.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { platformContext } from '../../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { type Subject, type SubjectReader, TENANT_SOURCES, vmFacts } from '../read-subjects.ts';

/** Dependencies of corrections. */
export interface SubjectParts {
  readonly deps: CapabilityDeps;
  /** Reads as the API answers. */
  readonly client: Client<CallContext>;
}

/** The subject of a finding, and what surrounds it. */
export interface FoundSubject {
  readonly subject: CorrectedSubject;
  readonly related: RelatedLabels;
  /** Whether the check passes, or does not apply. */
  readonly passes: (checkId: string) => boolean;
}

/** @returns undefined if no correction changes its kind, or it is gone */
export async function readSubject(
  { deps, client }: SubjectParts,
  { tenant_id, subject_kind, subject_id }: ComplianceFindingRow,
): Promise<FoundSubject | undefined> {
  const context = platformContext(deps, tenant_id, 'platform');
  const reader = { client, context, store: deps.store };
  const subject = await readFacts(reader, subject_kind, subject_id);
  const judged = await readOne(reader, subject_id);
  if (subject === undefined || judged === undefined) return undefined;
  const named = await Promise.all(idsIn(subject).map((id) => readOne(reader, id)));
  const found = named.filter((each) => each !== undefined);
  const volumes = new Map<string, SubjectFacts['volume']>();
  for (const { surrounds } of found) {
    if (surrounds.volume !== undefined) volumes.set(surrounds.volume.id, surrounds.volume);
  }
  const results = judged.judge({ nowMs: deps.clock.nowMs(), volumes });
  return {
    subject,
    related: new Map(found.map(({ id, labels }) => [id, labels])),
    passes: (checkId) => {
      const state = results.find((result) => result.checkId === checkId)?.state;
      return state === 'pass' || state === 'not-applicable';
    },
  };
}

async function readFacts(
  { client, context }: SubjectReader,
  kind: string,
  id: string,
): Promise<CorrectedSubject | undefined> {
  switch (kind) {
    case 'vm': {
      const vm = await client.call('vm.get', { id }, context);
      return vm.ok ? { kind, facts: vmFacts(vm.value) } : undefined;
    }
    case 'volume': {
      const volume = await client.call('volume.get', { id }, context);
      return volume.ok ? { kind, facts: withOmitted('volume', volume.value) } : undefined;
    }
    default:
      return undefined;
  }
}

/** The resources that corrections take labels from. */
function idsIn(subject: CorrectedSubject): readonly string[] {
  const ids =
    subject.kind === 'vm'
      ? [subject.facts.network_id, ...(subject.facts.volumes ?? [])]
      : [subject.facts.attached_to];
  return ids.flatMap((id) => id ?? []);
}

async function readOne(reader: SubjectReader, id: string): Promise<Subject | undefined> {
  const source = TENANT_SOURCES.find(({ prefix }) => id.startsWith(`${prefix}_`));
  const found = await source?.get?.(reader, id);
  return found?.ok ? found.value : undefined;
}
