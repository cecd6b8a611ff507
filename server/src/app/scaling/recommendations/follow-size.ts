/** The write that follows a recommended size, of people and of NovaCron. */
import type { Recommendation } from '@novacron/contract/fleet/recommendation';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { vmOperations } from '@novacron/contract/kinds/vm/vm-operations';
import type { Change } from '../../../ports/store.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Begun } from '../../kernel/arbitration/platform-write.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { concatSagas, type Saga } from '../../kernel/operations/saga.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseInput, prepareOf } from '../../platform/step-write.ts';
import type { Check } from '../../resources/scope.ts';
import { restartWindowOf } from '../../resources/vm/update/restart-window.ts';
import { restartsForGrowth } from '../../resources/vm/update/restarts-for-growth.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { recordFollowed } from './followed-rows.ts';

type Input = Readonly<Record<string, unknown>>;

/** The input of `vm.update` of an action. */
export function resizeOf({ input }: Pick<Recommendation['actions'][number], 'input'>): Input {
  return parseInput('vm.update', input);
}

/** Commits what was promised with the write that follows it. */
export function withFollowed(deps: CapabilityDeps, recommendation: Recommendation): Check<Input> {
  return async (input, scope) => {
    return withNote(await prepareOf(deps, 'vm.update')(input, scope), {
      note: `It follows the recommendation ${recommendation.id}: ${recommendation.title}.`,
      saga: recordFollowed(recommendation)(scope),
    });
  };
}

type Checked = Awaited<ReturnType<Check<Input>>>;

/** Adds a note, and changes that are committed with the write. */
function withNote(
  checked: Checked,
  { note, saga }: { readonly note: string; readonly saga: Partial<Saga> },
): Promise<Checked> {
  return extendPlan(checked, (write) => ({
    ...write,
    note: write.note === undefined ? note : `${note} ${write.note}`,
    saga: concatSagas(write.saga, saga),
  }));
}

/** A write that NovaCron makes by itself. */
interface AutomaticWrite {
  readonly row: VmRow;
  readonly guard: () => Change;
  readonly input: Input;
  readonly prepare: Check<Input>;
}

/** Follows a recommendation by itself. All that is more urgent comes first. */
export function beginFollowing(
  parts: BeginParts<CapabilityDeps>,
  {
    recommendation,
    ...write
  }: Pick<AutomaticWrite, 'row' | 'guard'> & { readonly recommendation: Recommendation },
): Promise<Begun> {
  const [action = { input: {} }] = recommendation.actions;
  const prepare = withFollowed(parts.deps, recommendation);
  return beginResize(parts, { ...write, input: resizeOf(action), prepare });
}

/** Takes a size back, with changes that are committed with the write. */
export function beginTakingBack(
  parts: BeginParts<CapabilityDeps>,
  {
    undo,
    changes,
    note,
    ...write
  }: Pick<AutomaticWrite, 'row' | 'guard'> & {
    readonly undo: Input;
    readonly changes: readonly Change[];
    readonly note: string;
  },
): Promise<Begun> {
  const prepare: Check<Input> = async (input, scope) =>
    withNote(await prepareOf(parts.deps, 'vm.update')(input, scope), {
      note,
      saga: { reserve: changes },
    });
  return beginResize(parts, { ...write, input: parseInput('vm.update', undo), prepare });
}

async function beginResize(
  parts: BeginParts<CapabilityDeps>,
  { row, guard, input, prepare }: AutomaticWrite,
): Promise<Begun> {
  const isInterrupted = await restartsNow(parts.deps, row, input);
  return beginWrite(parts, {
    who: 'recommendations',
    class: 'scaling',
    target: {
      kind: 'vm',
      row,
      effect: isInterrupted ? 'stops' : 'none',
      priority: desiredAs(row, VmSpec).priority,
    },
    guard,
    name: 'vm.update',
    input,
    prepare,
    context: platformContext(parts.deps, row.tenant_id, 'autoscaler'),
  });
}

/** Whether a change stops the VM at once; with a restart window, the change waits for it. */
export async function restartsNow(
  { store }: Pick<CapabilityDeps, 'store'>,
  row: VmRow,
  input: Input,
): Promise<boolean> {
  if (restartWindowOf(desiredAs(row, VmSpec)) !== undefined) return false;
  return restartsForGrowth(store, row, vmOperations['vm.update'].input.parse(input));
}
