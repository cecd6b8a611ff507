/** Finds models of the caller's tenant, and shows them. */
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { fromProblemDocument, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Model, ModelVersion } from '@novacron/contract/training/model';
import { explainCard, explainCardPage } from '@novacron/engine/training/explain-card';
import type { ModelRow, ModelVersionRow } from '../../../ports/tables/model-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listWhole, type WholeList } from '../../kernel/lists/list-items.ts';
import { type ListInput, readList } from '../../kernel/lists/read-list.ts';
import { readContent } from '../../platform/contents/stored-content.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import {
  evaluationOf,
  lineageOf,
  noVersion,
  robustnessOf,
  specOf,
  toModel,
  toVersion,
} from './model-rows.ts';

type ReadDeps = Pick<CapabilityDeps, 'store' | 'clock'>;

/** Finds a model. Problems: `not-found`. */
export async function findModel(
  { store }: Pick<ReadDeps, 'store'>,
  id: string,
  { principal }: Pick<CallContext, 'principal'>,
): Promise<Result<ModelRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'models', where });
  return row === undefined ? err(notFound('model', id)) : ok(row);
}

/** Shows a model. Problems: `not-found`. */
export async function getModel(
  deps: ReadDeps,
  id: string,
  context: CallContext,
): Promise<Result<Model, Problem>> {
  const found = await findModel(deps, id, context);
  return found.ok ? ok(toModel(found.value)) : found;
}

/** Lists models. */
export async function listModels(
  deps: ReadDeps,
  input: ListInput,
  { principal }: CallContext,
): Promise<Result<Page<Model>, Problem>> {
  const source = {
    operation: 'model.list',
    from: 'models',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'mdl',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toModel)) : page;
}

/** The versions of a model, oldest first. */
export function readVersions(
  { store }: Pick<ReadDeps, 'store'>,
  { id }: Pick<ModelRow, 'id'>,
): Promise<readonly ModelVersionRow[]> {
  const orderBy = { column: 'version', direction: 'asc' } as const;
  return store.read({ from: 'model_versions', where: { model_id: id }, orderBy });
}

/** Finds a version; the newest one by default. Problems: `not-found`. */
export async function findVersion(
  { store }: Pick<ReadDeps, 'store'>,
  row: ModelRow,
  version: number = row.latest_version,
): Promise<Result<ModelVersionRow, Problem>> {
  const where = { model_id: row.id, version };
  const [found] = await store.read({ from: 'model_versions', where });
  return found === undefined ? err(noVersion(row, version)) : ok(found);
}

/** Lists the versions of a model. Problems: `not-found`. */
export async function listVersions(
  deps: ReadDeps,
  { id, ...listed }: ParsedInputOf<'model.versions'>,
  context: CallContext,
): Promise<Result<WholeList<ModelVersion>, Problem>> {
  const found = await findModel(deps, id, context);
  if (!found.ok) return found;
  const rows = await readVersions(deps, found.value);
  const operations = await deps.store.read({
    from: 'operations',
    where: { id: { in: rows.map(({ operation_id }) => operation_id) } },
    damaged: 'blank',
  });
  const failures = new Map<string, string>(
    operations.flatMap(({ id: operationId, problem_json }) =>
      problem_json === null
        ? []
        : [[operationId, fromProblemDocument(JSON.parse(problem_json)).detail] as const],
    ),
  );
  const all = rows.map((row) => {
    const item = toVersion(found.value, row, failures.get(row.operation_id));
    return { id: row.id, item, created_at: item.created_at };
  });
  const nowMs = deps.clock.nowMs();
  const request = { operation: 'model.versions', input: listed, nowMs } as const;
  const { items, ...total } = listWhole(request, all);
  return ok({ items: items.map(({ item }) => item), ...total });
}

/** A version with its file. */
export interface ModelWithFile {
  readonly row: ModelRow;
  readonly version: ModelVersionRow;
  readonly file: string;
}

/** Reads the file of a version. Problems: `conflict` for one that has none. */
export async function openVersion(
  { store }: Pick<ReadDeps, 'store'>,
  row: ModelRow,
  version: ModelVersionRow,
): Promise<Result<ModelWithFile, Problem>> {
  const { content, bytes } = version;
  if (content === null || bytes === null) return err(notTrained(row, version));
  const chunks: Uint8Array[] = [];
  for await (const chunk of readContent(store, { content, bytes })) chunks.push(chunk);
  return ok({ row, version, file: Buffer.concat(chunks).toString('utf8') });
}

/** Exports a version. Problems: `not-found`, `conflict` for one that is not trained. */
export async function exportModel(
  deps: ReadDeps,
  input: ParsedInputOf<'model.export'>,
  context: CallContext,
): Promise<Result<OutputOf<'model.export'>, Problem>> {
  const found = await findModel(deps, input.id, context);
  if (!found.ok) return found;
  const version = await findVersion(deps, found.value, input.model_version);
  if (!version.ok) return version;
  const opened = await openVersion(deps, found.value, version.value);
  if (!opened.ok) return opened;
  const { file } = opened.value;
  return ok({ version: version.value.version, sha256: version.value.sha256 ?? '', file });
}

/** Writes the card of a version. Problems: `not-found`, `conflict` for one that is not trained. */
export async function writeCard(
  deps: ReadDeps,
  input: ParsedInputOf<'model.card'>,
  context: CallContext,
): Promise<Result<OutputOf<'model.card'>, Problem>> {
  const found = await findModel(deps, input.id, context);
  if (!found.ok) return found;
  const row = found.value;
  const version = await findVersion(deps, row, input.model_version);
  if (!version.ok) return version;
  const evaluation = evaluationOf(version.value);
  const lineage = lineageOf(version.value);
  if (evaluation === undefined || lineage === undefined) {
    return err(notTrained(row, version.value));
  }
  const { target, features, seed } = specOf(row);
  const subject = {
    target,
    features,
    data: { rows: lineage.rows, sha256: lineage.sha256, order: 'time', seed },
    trained_at: toTimestamp(version.value.created_at_ms),
    evaluation,
    file: { bytes: version.value.bytes ?? 0, ...robustnessOf(version.value) },
    origin: [
      `Version ${version.value.version} of the model ${row.name}.`,
      `Data: ${lineage.query}.`,
    ],
  } as const;
  const write = input.format === 'html' ? explainCardPage : explainCard;
  return ok({ version: version.value.version, card: write(subject) });
}

function notTrained({ name }: ModelRow, { version, state }: ModelVersionRow): Problem {
  return problem('conflict', {
    detail:
      state === 'training'
        ? `Version ${version} of the model ${name} is being trained.`
        : `Version ${version} of the model ${name} was not trained.`,
    remedy: `See why: novacron model versions ${name}`,
  });
}
