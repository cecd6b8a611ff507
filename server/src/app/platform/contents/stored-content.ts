/**
 * Large contents in the store, in chunks that are written and read one by one: only a chunk is
 * in memory at a time. A content counts once a row refers to it; what nothing
 * refers to after an hour was left behind by a write that did not end.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';

/** Unit: bytes. */
const CHUNK_BYTES = 262_144;

const DIGITS = 5;

/** A content that was written. */
export interface WrittenContent {
  readonly content: string;
  readonly bytes: number;
}

/** Writes a content. @param each - sees the bytes as they come; what it returns ends the write */
export async function writeContent(
  deps: Pick<KernelDeps, 'store' | 'ids' | 'clock'>,
  source: AsyncIterable<Uint8Array>,
  each: (bytes: Uint8Array) => Problem | undefined,
): Promise<Result<WrittenContent, Problem>> {
  const content = deps.ids.next('blob');
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  let chunks = 0;
  const flush = async (length: number): Promise<Problem | undefined> => {
    const all = Buffer.concat(waiting);
    const part = all.subarray(0, length);
    waiting = [all.subarray(length)];
    waitingBytes -= length;
    const row = {
      id: chunkId(content, chunks),
      content,
      text: part.toString('base64'),
      created_at_ms: deps.clock.nowMs(),
    };
    const otherwise = replan('A stored content');
    const done = await commitChanges(deps, [
      { kind: 'insert', into: 'stored_chunks', row, otherwise },
    ]);
    chunks += 1;
    return done.ok ? undefined : done.error;
  };
  const write = async (): Promise<Problem | undefined> => {
    for await (const more of source) {
      const refusal = each(more);
      if (refusal !== undefined) return refusal;
      waiting.push(more);
      waitingBytes += more.length;
      bytes += more.length;
      while (waitingBytes >= CHUNK_BYTES) {
        const failed = await flush(CHUNK_BYTES);
        if (failed !== undefined) return failed;
      }
    }
    return waitingBytes === 0 ? undefined : flush(waitingBytes);
  };
  const failed = await write();
  if (failed === undefined) return ok({ content, bytes });
  await commitChanges(deps, dropChunks(content, chunks));
  return err(failed);
}

/** Reads a content, chunk by chunk. @throws where a chunk is missing */
export async function* readContent(
  store: Pick<Store, 'read'>,
  { content, bytes }: WrittenContent,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at * CHUNK_BYTES < bytes; at += 1) {
    const id = chunkId(content, at);
    const [row] = await store.read({ from: 'stored_chunks', where: { id } });
    if (row === undefined) throw new Error(`the chunk ${id} is missing`);
    yield Buffer.from(row.text, 'base64');
  }
}

/** The changes that delete a content. */
export function dropContent({ content, bytes }: WrittenContent): ChangeSet {
  return dropChunks(content, Math.ceil(bytes / CHUNK_BYTES));
}

/** The changes that delete the chunks of a content by their number. */
export function dropChunks(content: string, chunks: number): ChangeSet {
  return Array.from({ length: chunks }, (_, at): Change => {
    return { kind: 'drop', from: 'stored_chunks', id: chunkId(content, at) };
  });
}

function chunkId(content: string, at: number): string {
  return `${content}/${String(at).padStart(DIGITS, '0')}`;
}
