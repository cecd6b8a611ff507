/** The placement of a VM as a preview of its create shows it. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { PlacementPreviewShown } from '@novacron/contract/placement/placement-preview';
import type { Problem } from '@novacron/contract/problem/problem';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toNewSpec } from '../../rows/inherit-fields.ts';
import { toPlacementAsk } from '../../rows/placement-ask.ts';
import type { PlacementDeps } from '../deps.ts';
import { steerAsk } from '../steering/apply-placement-policies.ts';
import { keepPreview } from './keep-preview.ts';

/** The fields that placement reads: while one of them is unknown nobody knows the node. */
const PLACEMENT_FIELDS = [
  'name',
  'cpu_cores',
  'memory_gb',
  'disk_gb',
  'metadata',
  'anti_affinity',
  'placement',
  'spot',
] as const;

/** What a preview has to say of a VM's place. */
export interface PreviewedPlacement {
  readonly shown: PlacementPreviewShown | null;
  readonly decision: PlacementDecision | null;
  readonly notices: string[];
  /** All that speaks against the create, with what the run itself has to say of room. */
  readonly problems: readonly Problem[];
}

/** Whether the run of the client seeks the place: of a VM of which all is known that decides it. */
export function isPlacedByRun(input: ParsedInputOf<'admission.preview'>): boolean {
  if (input.operation !== 'vm.create' || input.session === undefined) return false;
  return !PLACEMENT_FIELDS.some((name) => input.unknown.includes(name));
}

/**
 * Places a VM on the overlay of its run; nothing where no VM is created, no session is named, or a
 * value is missing or wrong.
 * @param input.parsed - the fields of the VM; undefined where a value is missing or wrong
 * @param problems - what speaks against the create of this moment
 */
export async function previewPlacement(
  deps: PlacementDeps,
  input: ParsedInputOf<'admission.preview'> & {
    readonly parsed: Readonly<Record<string, unknown>> | undefined;
  },
  context: CallContext,
  problems: readonly Problem[],
): Promise<PreviewedPlacement> {
  const nothing = { shown: null, decision: null, notices: [], problems };
  const { session, parsed } = input;
  if (session === undefined || parsed === undefined || !isPlacedByRun(input)) return nothing;
  // The run knows more than the fleet: its own VMs, and the node that was shown.
  const others = problems.filter(({ code }) => code !== 'no-capacity');
  if (others.length > 0) return nothing;
  const wanted = toNewSpec(parsed, {});
  if (!wanted.ok) return nothing;
  const spec = wanted.value;
  const ask = await steerAsk(deps, context.principal.tenantId, spec);
  const question = { ask, asked: toPlacementAsk(spec), session };
  const kept = await keepPreview(deps, context, question);
  if (!kept.ok) return { ...nothing, problems: [kept.error] };
  const { decision, notice } = kept.value;
  const notices = notice === undefined ? [] : [notice];
  return { shown: toShown(decision), decision, notices, problems: [] };
}

function toShown({ target_node, ...decision }: PlacementDecision): PlacementPreviewShown {
  const { score, explanation, alternatives, cost_per_hour } = decision;
  return { node: target_node, score, explanation, alternatives, cost_per_hour };
}
