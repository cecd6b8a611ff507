/** `novacron drift annotate`: what is drifted in a plan, and what the plan does about it. */
import type {
  DriftField,
  DriftSeverity,
  ExplainedDriftRecord,
} from '@novacron/contract/drift/drift';
import { equalJson, type Json } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { ok, type Result } from '@novacron/contract/result';
import type { Session } from '../../client/session.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Outcome } from '../../operations/run-command.ts';
import type { OutputFormat } from '../../output/render-output.ts';
import { createSourceFinder, placeOf } from '../../terraform/find-sources.ts';
import type { PlannedResource } from '../../terraform/planned-resource.ts';
import { type ReviewedPlan, readPlan } from '../../terraform/read-plan.ts';
import { annotateMember, idsOf } from './annotate-member.ts';
import { sortRecords } from './describe-record.ts';
import type { AnnotatedField, AnnotatedResource, Annotation, PlanEffect } from './model.ts';
import { failureOfDrift, readRecords } from './read-records.ts';
import { renderAnnotation } from './render-drift.ts';
import { valueAt } from './value-at.ts';

/** Plan to annotate. */
export interface AnnotateRequest {
  /** File with what `terraform show -json` wrote. */
  readonly plan: string;
  /** Directory of the configuration. */
  readonly config: string;
  readonly failOn: DriftSeverity | undefined;
  readonly format: OutputFormat;
}

/**
 * Annotates a plan. Failures: a file that is not a plan, problems of the server, and the finding of
 * `failOn` about the resources of the plan.
 */
export async function annotatePlan(session: Session, request: AnnotateRequest): Promise<Outcome> {
  const { io } = session;
  const text = await readTextFile(io, request.plan, 'the plan');
  if (!text.ok) return { failure: text.error };
  const plan = readPlan(text.value);
  if (!plan.ok) return { failure: usageFailure(`cannot read ${request.plan}: ${plan.error}`) };
  const made = await makeAnnotation(session, plan.value, request.config);
  if (!made.ok) return { failure: made.error };
  const annotation = made.value;
  const document = renderAnnotation(annotation, { format: request.format, version: io.version });
  const drifted = annotation.resources.map(({ record }) => record);
  const failure = failureOfDrift(drifted, request.failOn);
  return failure === undefined ? { document } : { document, failure };
}

/**
 * Finds what is drifted in a plan. Failures: problems of the server.
 * @param config - directory of the configuration
 */
export async function makeAnnotation(
  session: Session,
  plan: ReviewedPlan,
  config: string,
): Promise<Result<Annotation, Failure>> {
  const records = await readRecords(session);
  if (!records.ok) return records;
  const byId = new Map(records.value.map((record) => [record.resource_id, record]));
  const finder = await createSourceFinder(session.io, config, plan);
  const found: AnnotatedResource[] = [];
  for (const resource of plan.resources) {
    const drifted = idsOf(resource).flatMap((id) => byId.get(id) ?? []);
    if (drifted.length === 0) continue;
    const source = await finder(resource);
    for (const record of drifted) {
      const [first] = record.resource_id === resource.id ? record.fields : [];
      const place = source && placeOf(source, first?.field);
      found.push({ ...annotate(resource, record), ...(place === undefined ? {} : { place }) });
    }
  }
  const resources = sortRecords(found);
  const planned = plan.resources.length;
  return ok({ resources, planned, others: records.value.length - found.length });
}

function annotate(resource: PlannedResource, record: ExplainedDriftRecord): AnnotatedResource {
  const fields =
    record.resource_id === resource.id
      ? record.fields.map((field) => annotateField(resource, field))
      : annotateMember(resource, record);
  const whole = WHOLE[resource.change];
  const effects = whole === undefined ? fields.map(({ effect }) => effect) : [whole];
  return { record, address: resource.address, fields, effects: [...new Set(effects)] };
}

/** Effects of changes to a whole resource that apply to each of its fields. */
const WHOLE: Partial<Readonly<Record<PlannedResource['change'], PlanEffect>>> = {
  delete: 'destroys',
  replace: 'replaces',
};

function annotateField(resource: PlannedResource, field: DriftField): AnnotatedField {
  const { was, is, drift_class } = field;
  const isHidden = isSecret(resource, field.field);
  const wanted = resource.after === null ? undefined : plannedValue(resource, 'after', field);
  const dotted = field.field.replace(/\[(\d+)\]/g, '.$1');
  const isUnknown = resource.unknown.some(
    (path) => path === dotted || dotted.startsWith(`${path}.`),
  );
  const effect = effectOn(resource, { field, wanted, isUnknown });
  return {
    field: field.field,
    drift_class,
    was,
    is,
    wanted: isUnknown || resource.after === null ? undefined : isHidden ? was : wanted,
    effect: isHidden && effect !== 'destroys' && effect !== 'replaces' ? 'unknown' : effect,
  };
}

function effectOn(
  resource: PlannedResource,
  about: {
    readonly field: DriftField;
    readonly wanted: Json | undefined;
    readonly isUnknown: boolean;
  },
): PlanEffect {
  const { field, wanted, isUnknown } = about;
  const { was, is } = field;
  if (resource.change === 'delete') return 'destroys';
  if (resource.change === 'replace') return 'replaces';
  if (isUnknown) return 'unknown';
  if (!equalJson(plannedValue(resource, 'before', field), is)) return 'unaware';
  if (equalJson(wanted, was)) return 'reverts';
  return equalJson(wanted, is) ? 'keeps' : 'changes';
}

/** Secrets are hidden, so the effect of a plan on them is unknown. */
function isSecret({ kind }: PlannedResource, path: string): boolean {
  const [name = ''] = path.split('.');
  return RESOURCE_DEFINITIONS[kind].table[name]?.secrecy === 'sensitive';
}

/** Returns a plan side's value of the drifted field; an element of a set has no position there. */
function plannedValue(
  resource: PlannedResource,
  side: 'before' | 'after',
  { field, was, is }: DriftField,
): Json {
  const values = resource[side];
  const { table } = RESOURCE_DEFINITIONS[resource.kind];
  const [name = ''] = field.split('[');
  if (table[name]?.collection !== 'set') return valueAt(values, `.${field}`);
  const element = was ?? is;
  const elements = valueAt(values, `.${name}`);
  const isThere = Array.isArray(elements) && elements.some((each) => equalJson(each, element));
  return isThere ? element : null;
}
