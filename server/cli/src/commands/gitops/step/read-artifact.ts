/** Artifacts of earlier steps, and the key of the server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from './refusal.ts';
import type { StepContext } from './step-context.ts';

/** Reads an artifact. @param name - `fetch.source`: the step and what it has saved */
export async function readArtifact(
  { artifacts }: Pick<StepContext, 'artifacts'>,
  name: 'fetch.source' | 'plan.plan',
): Promise<Result<Buffer, Refusal>> {
  const content = await readFile(join(artifacts, 'load', name)).catch(() => undefined);
  if (content !== undefined) return ok(content);
  return refuse(`There is no artifact ${name}: the step ${name.split('.')[0]} has to run first.`);
}

/** Where the server is, and the key for it. */
export interface ServerAccess {
  readonly endpoint: string;
  readonly token: string;
}

/** Reads it. */
export async function readServerAccess({
  env,
}: Pick<StepContext, 'env'>): Promise<Result<ServerAccess, Refusal>> {
  const { NOVACRON_ENDPOINT: endpoint = '', NOVACRON_API_KEY_FILE: path = '' } = env;
  if (!URL.canParse(endpoint)) return refuse('NOVACRON_ENDPOINT is not the address of a server.');
  const token = path === '' ? '' : (await readFile(path, 'utf8').catch(() => '')).trim();
  if (token === '')
    return refuse('The secret NOVACRON_API_KEY_FILE is missing: the key of the server.');
  return ok({ endpoint: endpoint.replace(/\/+$/, ''), token });
}
