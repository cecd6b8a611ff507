/** Makes a server's orchestration policies what files in YAML or JSON say, all forms included. */
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import { err, ok, type Result } from '@novacron/contract/result';
import { readPolicies } from '@novacron/engine/automation/orchestration/parse/read-policies';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../../failures/failure.ts';
import { readTextFile } from '../../../io/read-text-file.ts';

/** Planned action for a single policy of a file. */
export interface OrchestrationStep {
  readonly action: 'create' | 'update' | 'none';
  readonly policy: { readonly name: string; readonly file: string };
  readonly changed: readonly string[];
  readonly document: string;
}

/** Whether a path names a file of orchestration policies. */
export function isOrchestrationFile(path: string): boolean {
  return /\.(?:ya?ml|json)$/.test(path);
}

/**
 * Reads every policy of some files, and compares them with those of the server. Nothing is written
 * before all files are valid. Failures: what is wrong, with its line; a name that occurs twice.
 */
export async function planOrchestration(
  session: Session,
  paths: readonly string[],
): Promise<Result<readonly OrchestrationStep[], Failure>> {
  if (paths.length === 0) return ok([]);
  const wanted = new Map<string, { readonly file: string; readonly policy: OrchestrationPolicy }>();
  for (const file of paths) {
    const read = await readFile(session, file);
    if (!read.ok) return read;
    for (const policy of read.value) {
      const { name } = policy.metadata;
      const other = wanted.get(name);
      if (other !== undefined) {
        return err(usageFailure(`${other.file} and ${file} both have a policy named ${name}`));
      }
      wanted.set(name, { file, policy });
    }
  }
  const listed = await listAll(session, { operation: 'orchestration_policy.list', input: {} });
  if (!listed.ok) return listed;
  const known = new Map(listed.value.map((item) => [String(item.name), item]));
  return ok(
    [...wanted].map(([name, { file, policy }]): OrchestrationStep => {
      // Parsed by its schema: JSON values only.
      const normal = JSON.parse(JSON.stringify(policy)) as JsonObject;
      const found = known.get(name);
      const isSame = found !== undefined && equalJson(found.policy ?? null, normal);
      return {
        action: found === undefined ? 'create' : isSame ? 'none' : 'update',
        policy: { name, file },
        changed: found === undefined || isSame ? [] : ['document'],
        document: canonicalJson(normal),
      };
    }),
  );
}

/** Stores the policies of one file: all of them or none. */
export async function pushOrchestrationFile(
  session: Session,
  steps: readonly OrchestrationStep[],
): Promise<Result<unknown, Failure>> {
  if (steps.every(({ action }) => action === 'none')) return ok(undefined);
  // YAML of several documents; each is JSON, which YAML contains.
  const document = steps.map((step) => step.document).join('\n---\n');
  return await callOperation(session, 'orchestration_policy.push', { document });
}

async function readFile(
  { io }: Session,
  file: string,
): Promise<Result<readonly OrchestrationPolicy[], Failure>> {
  const text = await readTextFile(io, file, 'orchestration policies');
  if (!text.ok) return text;
  const read = readPolicies(text.value);
  if (read.ok) return read;
  const lines = read.error.map(({ line, column, path, message }) =>
    [`${file}:${line}:${column}:`, path.slice(1).join('.'), message].filter(Boolean).join(' '),
  );
  return err(findingsFailure(lines.join('\n')));
}
