/**
 * Follows references within one request: what is wanted in the same turn of the event loop is asked
 * for at once, and nothing is asked for twice.
 * Source of the idea: DataLoader (Facebook), without its options.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';

/** Asks for the resource of an id. */
export interface ReferenceLoader {
  /**
   * @param name - the operation that shows one resource, such as `network.get`
   * @returns null where the resource is gone
   */
  readonly load: (name: OperationName, id: string) => Promise<Result<unknown, Problem>>;
}

type Call = (name: OperationName, rawInput: unknown) => Promise<Result<unknown, Problem>>;

/** Reads that run at the same time: more of them would only wait for each other in the store. */
const READS_AT_ONCE_MAX = 64;

interface Wanted {
  readonly name: OperationName;
  readonly id: string;
  readonly resolve: (answer: Result<unknown, Problem>) => void;
}

/** Makes the loader of one request. */
export function loadReferences(call: Call): ReferenceLoader {
  const asked = new Map<string, Promise<Result<unknown, Problem>>>();
  let batch: Wanted[] = [];

  async function ask({ name, id, resolve }: Wanted): Promise<void> {
    const answer = await call(name, { id });
    resolve(!answer.ok && answer.error.code === 'not-found' ? ok(null) : answer);
  }

  async function run(): Promise<void> {
    const wanted = batch;
    batch = [];
    const worker = async (): Promise<void> => {
      for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) await ask(next);
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE_MAX }, worker));
  }

  return {
    load: (name, id) => {
      const key = `${name} ${id}`;
      const known = asked.get(key);
      if (known !== undefined) return known;
      const answer = new Promise<Result<unknown, Problem>>((resolve) => {
        if (batch.length === 0) setImmediate(() => void run());
        batch.push({ name, id, resolve });
      });
      asked.set(key, answer);
      return answer;
    },
  };
}
