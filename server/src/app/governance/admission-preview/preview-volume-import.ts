/**
 * Previews the import of a disk image that is not on the server yet, so that an import is refused
 * before gigabytes are sent for it. What the image says is checked when it is there.
 */
import type { AdmissionPreview } from '@novacron/contract/admission/admission';
import {
  operationRow,
  operations,
  type ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type Problem,
  toProblemDocument,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { observeImport, placeImport } from '../../resources/volume-import/observe-import.ts';
import { toProblemList } from '../../rows/resource-problems.ts';
import { EMPTY_PREVIEW } from './empty-preview.ts';

/** The operation that is previewed. */
export const VOLUME_IMPORT = 'volume.import';

/** An image that is to be uploaded has no name before all of it is read. */
const ImportPreview = operations[VOLUME_IMPORT].input.partial({ image: true });

/** The size of a volume that is not known is that of the smallest one. Unit: GB. */
const SIZE_GB_MIN = 1;

/** Answers whether the image may be sent: everything of an import but its image. */
export async function previewVolumeImport(
  deps: CapabilityDeps,
  { input }: Pick<ParsedInputOf<'admission.preview'>, 'input'>,
  context: CallContext,
): Promise<Result<AdmissionPreview, Problem>> {
  const { principal } = context;
  const answer = (problems: readonly Problem[]) =>
    problems.map((found) => toProblemDocument(found, context.requestId));
  if (!mayCall(principal, VOLUME_IMPORT)) {
    const refusal = forbiddenCall(VOLUME_IMPORT, operationRow(VOLUME_IMPORT).role, principal);
    return ok({ ...EMPTY_PREVIEW, problems: answer([refusal]) });
  }
  const read = ImportPreview.safeParse(input, IN_WORDS);
  if (!read.success) {
    const invalid = toValidationProblem(read.error, 'The request');
    return ok({ ...EMPTY_PREVIEW, problems: answer([invalid]) });
  }
  const { image, size_gb, ...fields } = read.data;
  const origin = image?.startsWith('https:') === true ? 'address' : 'upload';
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const sized = { ...fields, size_gb: size_gb ?? SIZE_GB_MIN };
  const observed = await observeImport(sized, scope);
  const { spec, found } = observed;
  const decision = await deps.verdicts.decide(context, {
    operation: VOLUME_IMPORT,
    resourceKind: 'volume',
    target: { id: '', name: spec.name },
    before: null,
    wanted: spec,
    unknown: [],
    moment: 'preview',
  });
  // A VM that is busy now will not be when the image is there.
  const lasting = found.problems.filter(({ code }) => code !== 'conflict');
  const refusals = [...lasting, ...toProblemList(decision.problem)];
  const placed = refusals.length > 0 ? undefined : await placeImport(observed, origin, scope);
  const problems = placed?.ok === false ? placed.error : refusals;
  return ok({
    ...EMPTY_PREVIEW,
    problems: answer(problems),
    warnings: decision.warnings,
    deferred: decision.policies.filter(({ outcome }) => outcome === 'deferred'),
  });
}
