/** Dry runs of writes: what a plan asks before anything is changed. */
import { z } from 'zod';
import { PlacementDecision } from './placement.ts';
import { PolicyVerdict } from './policy.ts';
import { ProblemDocument } from './problem.ts';

/** The writes that can be tried without doing them. */
export const PreviewableOperation = z.enum([
  'vm.create',
  'vm.update',
  'vm.delete',
  'network.create',
  'network.update',
  'network.delete',
  'volume.create',
  'volume.update',
  'volume.delete',
  'snapshot.create',
  'snapshot.update',
  'snapshot.delete',
  'policy.create',
  'policy.update',
  'policy.delete',
]);
export type PreviewableOperation = z.infer<typeof PreviewableOperation>;

/** A write that was allowed, with something to tell about it. */
export const AdmissionWarning = z.looseObject({
  policy: z.string().describe('Name of the policy that says so'),
  message: z.string(),
});
export type AdmissionWarning = z.infer<typeof AdmissionWarning>;

/** The write to try, and what of it is not known yet. */
export const AdmissionPreviewInput = z.strictObject({
  operation: PreviewableOperation.describe('The write to try'),
  input: z.record(z.string(), z.unknown()).describe('The input of the operation, as far as known'),
  unknown: z
    .array(z.string())
    .default([])
    .describe('Names of fields whose values will only be known later; absent from the input'),
});

/** What would happen if the write were sent now. */
export const AdmissionPreview = z.looseObject({
  problems: z.array(ProblemDocument).describe('Every reason why the write would be refused today'),
  warnings: z.array(AdmissionWarning),
  deferred: z.array(PolicyVerdict).describe('Verdicts that wait for unknown values'),
  placement: PlacementDecision.nullable().describe('Where a VM would go; null when not asked'),
});
export type AdmissionPreview = z.infer<typeof AdmissionPreview>;
