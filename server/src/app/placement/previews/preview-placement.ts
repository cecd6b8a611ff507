/** The placement of a VM as a preview of its create shows it. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { PlacementPreviewShown } from '@novacron/contract/placement/placement-preview';
import type { Problem } from '@novacron/contract/problem/problem';
import type { PlacementPreviewRow } from '../../../ports/tables/preview-tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toNewSpec } from '../../rows/inherit-fields.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';
import { isTakenByOther } from '../../rows/resource-problems.ts';
import type { PlacementDeps } from '../deps.ts';
import { applyPoliciesToRequest } from '../steering/apply-placement-policies.ts';
import { storePreview } from './store-preview.ts';
import {
  previewKeyOf,
  readRefusedDecision,
  readShownDecision,
  withSeveralInterfaces,
} from './stored-preview.ts';

/** The fields that placement reads: while one of them is unknown the node is unknown too. */
const PLACEMENT_FIELDS = [
  'name',
  'cpu_cores',
  'memory_gb',
  'disk_gb',
  'metadata',
  'anti_affinity',
  'placement',
  'requirements',
  'io_limits',
  'firmware',
  'secure_boot',
  'tpm',
  'healing',
  'guest_os',
  'drivers_image',
  'spot',
] as const;

/** The fields that name networks, whose addresses may have a price. */
const NETWORK_FIELDS = ['network_id', 'further_network_ids'] as const;

/** The placement part of a preview. */
export interface PreviewedPlacement {
  readonly shown: PlacementPreviewShown | null;
  readonly decision: PlacementDecision | null;
  readonly notices: string[];
  /** The problems of the create; about room those of the run itself. */
  readonly problems: readonly Problem[];
}

/** A previewed write, and the fields of its VM: undefined where a value is missing or wrong. */
type PlacementQuestion = ParsedInputOf<'admission.preview'> & {
  readonly parsed: Readonly<Record<string, unknown>> | undefined;
  /** Additional explanation of its place. */
  readonly explain?: Parameters<typeof storePreview>[2]['explain'];
};

/** Whether the client's run places the VM: where all fields that placement reads are known. */
export function isPlacedByRun(input: ParsedInputOf<'admission.preview'>): boolean {
  if (input.operation !== 'vm.create' || input.session === undefined) return false;
  return !PLACEMENT_FIELDS.some((name) => input.unknown.includes(name));
}

/**
 * Places a VM on the overlay of its run; nothing where no VM is created, no session is named, or a
 * value is missing or wrong.
 * @param problems - of the same create if it were sent now
 */
export async function previewPlacement(
  deps: PlacementDeps,
  input: PlacementQuestion,
  context: CallContext,
  problems: readonly Problem[],
): Promise<PreviewedPlacement> {
  const nothing = { shown: null, decision: null, notices: [], problems };
  const { session, parsed } = input;
  if (session === undefined || parsed === undefined || !isPlacedByRun(input)) return nothing;
  // The run knows more than the fleet: its own VMs, and the node that was shown. It does not know
  // of the room that is kept free for the VMs of lost nodes.
  const others = problems.filter(
    ({ code, data }) => code !== 'no-capacity' || data?.reason === 'failover',
  );
  const replaces = input.moment === 'plan' && others.length > 0 && others.every(isTakenByOther);
  // Terraform plans again during apply and must be shown the same, even if the create is refused.
  const refused = async (found: readonly Problem[]) => {
    const decision = readRefusedDecision(await findStored(deps, input, context), input.moment);
    return {
      ...nothing,
      shown: decision === undefined ? null : toShown(decision),
      problems: found,
    };
  };
  if (others.length > 0 && !replaces) return refused(problems);
  const wanted = toNewSpec(parsed, {});
  if (!wanted.ok) return nothing;
  const spec = wanted.value;
  const { unknown } = input;
  const asked = withSeveralInterfaces(toPlacementRequest(spec), unknown);
  const steered = await applyPoliciesToRequest(deps, context.principal.tenantId, spec);
  const ask = withSeveralInterfaces(steered, unknown);
  const mayFail = replaces || input.tentative === true;
  const { explain } = input;
  const networks = NETWORK_FIELDS.some((name) => unknown.includes(name)) ? undefined : spec;
  const question = { ask, asked, networks, session, replaces, mayFail, explain };
  const kept = await storePreview(deps, context, question);
  // Where there is room only without the VM that is replaced, the apply chooses the node.
  if (!kept.ok) return replaces ? nothing : refused([kept.error]);
  const { decision, notice } = kept.value;
  const notices = notice === undefined ? [] : [notice];
  return { shown: toShown(decision), decision, notices, problems: others };
}

/**
 * Returns what an earlier preview of the same VM has shown, for a create that cannot be placed now:
 * it is there already, or something else is in its way. A plan must not change during apply.
 */
export async function readShown(
  deps: PlacementDeps,
  input: PlacementQuestion,
  context: CallContext,
): Promise<PlacementPreviewShown | null> {
  const decision = readShownDecision(await findStored(deps, input, context));
  return decision === undefined ? null : toShown(decision);
}

async function findStored(
  { store }: PlacementDeps,
  input: PlacementQuestion,
  context: CallContext,
): Promise<PlacementPreviewRow | undefined> {
  if (input.parsed === undefined || !isPlacedByRun(input)) return undefined;
  const wanted = toNewSpec(input.parsed, {});
  if (!wanted.ok) return undefined;
  const [row] = await store.read({
    from: 'placement_previews',
    where: { lookup_key: previewKeyOf(context, toPlacementRequest(wanted.value)) },
  });
  return row;
}

function toShown({ target_node, ...decision }: PlacementDecision): PlacementPreviewShown {
  const { score, explanation, alternatives, cost_per_hour } = decision;
  return { node: target_node, score, explanation, alternatives, cost_per_hour };
}
