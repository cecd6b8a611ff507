/** Asks the server what it would say to a planned change, and tells the user in the plan. */
import {
  type AdmissionPreview,
  type AdmissionWarning,
  PreviewableOperation,
} from '@novacron/contract/admission';
import { fromProblemDocument, type Problem } from '@novacron/contract/problem';
import type { KnownInput } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { Attributes } from '../../framework/schema/attribute.ts';
import type { Session } from '../../rpc/session.ts';
import { explainDeletion } from '../problems/explain-deletion.ts';
import { explainNameConflict } from '../problems/explain-name-conflict.ts';
import { reportProblem } from '../problems/report-problem.ts';
import { deferToPlannedPeer } from './planned-peers.ts';

/** A change to be previewed. */
export interface PlannedWrite {
  readonly operation: string;
  /** Id of the resource; undefined for a create. */
  readonly id: string | undefined;
  readonly values: KnownInput;
  /** What the user sees: `novacron_vm web-01`. */
  readonly label: string;
  readonly attributes: Attributes;
}

/**
 * Previews one write; every finding becomes a diagnostic.
 * @returns the server's answer; undefined when there is none
 */
export async function previewPlan(
  session: Session,
  planned: PlannedWrite,
  context: { readonly diagnostics: Diagnostics; readonly signal: AbortSignal },
): Promise<AdmissionPreview | undefined> {
  const { diagnostics, signal } = context;
  const doing = `${planned.operation.split('.')[1]} ${planned.label}`;
  const operation = PreviewableOperation.parse(planned.operation);
  const { unknown } = planned.values;
  const input = {
    ...planned.values.input,
    ...(planned.id === undefined ? {} : { id: planned.id }),
  };
  // A create that a state holds shall not answer for this one.
  await session.keys.settle();
  // VMs alone have a place, in which the other VMs of this run matter.
  const run = operation === 'vm.create' ? { session: session.runId } : {};
  const answer = await session.client.call(
    'admission.preview',
    { operation, input, unknown, ...run },
    { signal },
  );
  const options = { attributes: planned.attributes, doing };
  if (!answer.ok) {
    reportProblem(diagnostics, answer.error, options);
    return undefined;
  }
  for (const document of answer.value.problems) {
    const found = fromProblemDocument(document);
    if (mayPassDuringApply(session, found)) continue;
    const asking = { operation, input, unknown, doing };
    if (await deferToPlannedPeer(session, found, asking, context)) continue;
    const otherwise = found.code === 'no-capacity' ? ruleOfPlace(planned) : undefined;
    const told = await explain(session, found, { id: planned.id, signal });
    reportProblem(diagnostics, told, { ...options, otherwise });
  }
  for (const warning of answer.value.warnings) {
    reportWarning(diagnostics, warning, options);
  }
  for (const verdict of answer.value.deferred) {
    const unknown = verdict.unknown_fields.join(', ');
    diagnostics.warning({
      summary: `Policy ${JSON.stringify(verdict.policy)} decides at apply: ${doing}`,
      detail:
        `Its answer depends on values that are not known yet: ${unknown}. ` +
        'If it denies then, the apply stops at this resource.',
    });
  }
  reportNotices(diagnostics, answer.value.notices, options);
  return answer.value;
}

async function explain(
  session: Session,
  found: Problem,
  { id, signal }: { readonly id: string | undefined; readonly signal: AbortSignal },
): Promise<Problem> {
  if (id === undefined) return explainNameConflict(found, 'create');
  return explainNameConflict(await explainDeletion(found, { id, session, signal }), 'update');
}

/** What leaves a VM no node where none lacks room: its own rules, said in one attribute or two. */
function ruleOfPlace({ values }: PlannedWrite): string | undefined {
  const rules = ['placement', 'anti_affinity'];
  const [rule, ...more] = rules.filter((name) => (values.input[name] ?? null) !== null);
  return more.length === 0 ? rule : undefined;
}

/** Tells what a policy warns about: by which rule, and at the attribute that it names. */
function reportWarning(
  diagnostics: Diagnostics,
  { policy, version, rule_path: rule, message, path }: AdmissionWarning,
  { doing, attributes }: { readonly doing: string; readonly attributes: Attributes },
): void {
  const summary = `Policy ${JSON.stringify(policy)} warns: ${doing}`;
  // The server of an older release says no more than the words.
  const source = version === undefined ? '' : `\n\nIt is version ${version}, rule ${rule}.`;
  // Terraform shows the line of a top-level attribute only.
  const place = path === undefined || path.length < 2 ? '' : `${path.join('.')}: `;
  const detail = `${place}${message}${source}`;
  const name = String(path?.[0]);
  diagnostics.warning({ summary, detail, ...(name in attributes ? { path: [name] } : {}) });
}

/** What NovaCron's own words are about, by the attribute that decides it. */
const ABOUT: Readonly<Record<string, string>> = {
  placement: 'Another place than planned',
  document: 'Another policy may disagree',
};

/** Tells what NovaCron itself has to say of a write: of a VM's place, a policy, a template. */
export function reportNotices(
  diagnostics: Diagnostics,
  notices: readonly string[],
  { doing, attributes }: { readonly doing: string; readonly attributes: Attributes },
): void {
  const name = Object.keys(ABOUT).find((each) => each in attributes);
  const about = name === undefined ? 'What it does to VMs' : ABOUT[name];
  const path = name === undefined ? {} : { path: [name] };
  for (const detail of notices) {
    diagnostics.warning({ summary: `${about}: ${doing}`, detail, ...path });
  }
}

/**
 * A name or an address range held by a resource of this state may be free when its turn comes: most
 * likely that resource is being replaced (`-replace`, tainted).
 */
function mayPassDuringApply(session: Session, found: Problem): boolean {
  if (found.code !== 'name-taken' && found.code !== 'network-overlap') return false;
  const holder = String(found.data?.resource_id);
  if (!session.inState.has(holder)) return false;
  session.leaving.add(holder);
  return true;
}
