/**
 * `novacron terraform-state export`: the current versions of all states, for the day on which the
 * server is lost. The directory is there with all of them, or not at all.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_HEADER } from '@novacron/contract/access/identity';
import { ProblemDocument, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  TERRAFORM_STATE_PATH,
  TerraformState,
} from '@novacron/contract/terraform-state/terraform-state';
import { endpointText } from '../../client/endpoint.ts';
import { listAll } from '../../client/list-all.ts';
import type { Session } from '../../client/session.ts';
import { toAnsweredProblem } from '../../failures/answered-problem.ts';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';
import { messageOf } from '../../io/message-of.ts';
import type { Outcome } from '../../operations/outcome.ts';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** A state that was written. */
interface ExportedState {
  readonly name: string;
  readonly file: string;
  readonly serial: number | null;
  readonly lineage: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Exports all states. Failures: a directory that exists or cannot be written, every problem of the
 * server.
 */
export async function exportStates(session: Session, directory: string): Promise<Outcome> {
  const isThere = await stat(directory).then(
    () => true,
    () => false,
  );
  if (isThere) return { failure: usageFailure(`${directory} exists: name a new directory`) };
  const listed = await listAll(session, { operation: 'terraform_state.list', input: {} });
  if (!listed.ok) return { failure: listed.error };
  const part = `${directory}.part`;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { mode: DIRECTORY_MODE });
    const states: ExportedState[] = [];
    // One that was locked, and never written, has no content.
    for (const item of listed.value.filter(({ version }) => version !== 0)) {
      const written = await exportState(session, TerraformState.parse(item), part);
      if (!written.ok) return { failure: written.error };
      states.push(written.value);
    }
    const index = { exported_at: session.io.now().toISOString(), states };
    await writeFile(join(part, 'index.json'), [Buffer.from(`${JSON.stringify(index, null, 2)}\n`)]);
    await rename(part, directory);
    return { document: { kind: 'one', value: { directory, states: states.length } } };
  } catch (cause) {
    return { failure: usageFailure(`cannot write ${directory}: ${explainFileTrouble(cause)}`) };
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Fetches and writes a state in the version that the list has shown. Rejects like `node:fs`. */
async function exportState(
  session: Session,
  { name, version, serial, lineage }: TerraformState,
  directory: string,
): Promise<Result<ExportedState, Failure>> {
  const fetched = await fetchState(session, `${name}?version=${version}`);
  if (!fetched.ok) return fetched;
  const file = `${name}.tfstate`;
  const written = await writeFile(join(directory, file), fetched.value);
  return ok({ name, file, serial, lineage, ...written });
}

async function fetchState(
  { connection, signal }: Session,
  query: string,
): Promise<Result<AsyncIterable<Uint8Array>, Failure>> {
  const { endpoint, apiKey } = connection;
  const address = endpointText(endpoint.value);
  try {
    const answer = await fetch(`${address}${TERRAFORM_STATE_PATH.replace(':name', query)}`, {
      headers: {
        [CLIENT_HEADER]: 'cli',
        ...(apiKey.kind === 'key' ? { authorization: `Bearer ${apiKey.value}` } : {}),
      },
      signal,
    });
    if (answer.ok && answer.body !== null) return ok(answer.body);
    const document = ProblemDocument.parse(await answer.json());
    return err(problemFailure(toAnsweredProblem(document)));
  } catch (cause) {
    const detail = `A state could not be fetched from ${address}: ${messageOf(cause)}.`;
    const remedy = 'Check the server, and run the command again.';
    return err(problemFailure(problem('unavailable', { detail, remedy })));
  }
}

async function writeFile(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', FILE_MODE);
  let bytes = 0;
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
