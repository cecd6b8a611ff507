/** `novacron api-key create --break-glass`: a key on the machine of the server. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { loadFunction } from '../../io/load-function.ts';
import type { Fields } from '../../output/fields.ts';
import type { Document } from '../../output/render-output.ts';
import type { EmergencyKeyWords } from './add-emergency-key.ts';

type CreateKeyOnThisMachine = (request: {
  readonly dataDir?: string;
  readonly store?: string;
  readonly tenant?: string;
  readonly name: string;
  readonly role: string;
  readonly user: string;
}) => Promise<Result<Fields, Problem>>;

/** Creates an API key in the store itself, when no key can create one any more. */
export async function createEmergencyKey(
  io: CliIo,
  { name, role, tenant, dataDir, store }: EmergencyKeyWords,
): Promise<Result<Document, Failure>> {
  if (name === undefined) return err(usageFailure('missing: --name'));
  if (role === undefined) return err(usageFailure('missing: --role'));
  const place = { specifier: '@novacron/server/break-glass', name: 'createKeyOnThisMachine' };
  const create = await loadFunction<CreateKeyOnThisMachine>(io, place);
  if (!create.ok) return create;
  const done = await create.value({
    name,
    role,
    user: io.userName(),
    ...(tenant === undefined ? {} : { tenant }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(store === undefined ? {} : { store }),
  });
  if (!done.ok) return err(problemFailure(done.error));
  io.stderr.write('Save this secret; it is not shown again\n');
  return ok({ kind: 'written', value: done.value });
}
