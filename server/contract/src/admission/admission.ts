/** Dry runs of writes: what a plan asks before anything is changed. */
import { z } from 'zod';
import { PlacementDecision } from '../placement/placement.ts';
import { PlacementPreviewShown, PreviewSession } from '../placement/placement-preview.ts';
import { FieldProblem, ProblemDocument } from '../problem/problem.ts';
import { RESOURCE_KINDS } from '../schema/resource-kind.ts';
import { PolicyVerdict } from './policy-verdict.ts';

/** The writes that every kind of resource has, all of which can be tried without doing them. */
const PREVIEWABLE_VERBS = ['create', 'update', 'delete'] as const;

/** The writes that can be tried without doing them. */
export const PreviewableOperation = z.enum(
  RESOURCE_KINDS.flatMap((kind) => PREVIEWABLE_VERBS.map((verb) => `${kind}.${verb}` as const)),
);
export type PreviewableOperation = z.infer<typeof PreviewableOperation>;

/** A warning about a write that was allowed. */
export const AdmissionWarning = z.looseObject({
  policy: z.string().describe('Name of the policy that says so'),
  message: z.string(),
  version: z.int().optional().describe('Version of its rule'),
  rule_path: z.string().optional().describe('The Rego rule that warns, such as data.novacron.warn'),
  path: FieldProblem.shape.path.optional().describe('The field that it is about, if it names one'),
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
  session: PreviewSession.optional().describe(
    'Names the run of the client: the VMs of one run are placed one after another, and what is ' +
      'shown of a VM is shown again until it is created',
  ),
});

/** What would happen if the write were sent now. */
export const AdmissionPreview = z.looseObject({
  problems: z.array(ProblemDocument).describe('Every reason why the write would be refused today'),
  warnings: z.array(AdmissionWarning),
  deferred: z.array(PolicyVerdict).describe('Verdicts that wait for unknown values'),
  placement: PlacementDecision.nullable().describe('Where a VM would go; null when not asked'),
  placement_preview: PlacementPreviewShown.nullable()
    .prefault(null)
    .describe('Where a VM goes, kept for its create; null without a session or while unknown'),
  restarts: z
    .array(z.string())
    .prefault([])
    .describe('Fields whose change restarts what runs; none for a live change'),
  respelled: z
    .array(z.string())
    .prefault([])
    .describe('Fields whose new value is another spelling of what they say already'),
  inherited: z
    .record(z.string(), z.unknown())
    .prefault({})
    .describe('Values that the input leaves out, by field: what a VM gets from its template'),
  notices: z.array(z.string()).prefault([]).describe('What NovaCron itself has to say about it'),
});
export type AdmissionPreview = z.infer<typeof AdmissionPreview>;
