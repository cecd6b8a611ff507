/** Shows the keys that sign policies, and changes them. */
import type { ParsedInputOf } from '@novacron/contract/operations';
import type { PolicySigningKey } from '@novacron/contract/policy-signing';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CompiledRule } from '../../ports/policy-runtime.ts';
import type { Change } from '../../ports/store.ts';
import type { PolicyRow } from '../../ports/tables.ts';
import type { CallContext } from '../application.ts';
import { auditChange } from '../audit.ts';
import type { AppDeps } from '../deps.ts';
import { type Page, pageOf } from '../page.ts';
import { refuseByPolicy } from '../refuse-write.ts';
import { desiredOf } from '../resources/answer-resource.ts';
import { readVersions, versionOf } from '../resources/policy-versions.ts';
import { replan } from '../write.ts';
import {
  currentKey,
  type KeyDeps,
  makeKeyRow,
  readPublicKeys,
  readSigning,
  toKey,
  toShown,
} from './server-keys.ts';
import {
  faultOfSettings,
  faultOfText,
  type SigningKey,
  signText,
  type Trust,
} from './sign-text.ts';

/** Policies that are read at a time; each has up to a hundred texts. */
const POLICIES_PER_PAGE = 50;

/** Lists them, the one that signs last; it is made if there is none yet. */
export async function listSigningKeys(
  deps: AppDeps,
  { cursor, limit }: ParsedInputOf<'policy_signing_key.list'>,
): Promise<Result<Page<PolicySigningKey>, Problem>> {
  const able = requireSignatures(deps);
  if (!able.ok) return able;
  const made = await currentKey(able.value);
  if (!made.ok) return made;
  const rows = await deps.store.read({
    from: 'policy_signing_keys',
    where: cursor === undefined ? {} : { id: { above: cursor } },
    limit: limit + 1,
  });
  return ok(pageOf(rows, limit, toShown));
}

/**
 * Makes a new key, signs all that stands as it was accepted, and retires the keys before. What was
 * written meanwhile is signed in a second round, when nobody can sign with them any more.
 */
export async function rotateSigningKeys(
  deps: AppDeps,
  _input: ParsedInputOf<'policy_signing_key.rotate'>,
  context: CallContext,
) {
  const able = requireSignatures(deps);
  if (!able.ok) return able;
  const row = makeKeyRow(able.value);
  const write = {
    operation: 'policy_signing_key.rotate',
    resourceKind: 'policy_signing_key',
    target: { id: row.id, name: '' },
  } as const;
  const refusal = await refuseByPolicy(deps, context, { ...write, before: null, wanted: {} });
  if (refusal !== undefined) return err(refusal);
  const earlier = await readSigning(deps.store);
  const otherwise = rotatedMeanwhile();
  const begun = await deps.store.commit([
    { kind: 'insert', into: 'policy_signing_keys', row, otherwise },
    auditChange(deps, context, { ...write, outcome: 'done', changes: {} }),
  ]);
  if (!begun.ok) return begun;
  const trust = async (): Promise<Trust> => ({
    signatures: able.value.signatures,
    keys: await readPublicKeys(deps.store, 'all'),
  });
  const first = await signAll(able.value, toKey(row), await trust());
  const retired_at_ms = Math.max(1, deps.clock.nowMs());
  const retired = await deps.store.commit(
    earlier.map(({ id }) => ({
      ...{ kind: 'update', table: 'policy_signing_keys', id, otherwise },
      ...{ set: { retired_at_ms }, expect: { retired_at_ms: 0 } },
    })),
  );
  if (!retired.ok) return retired;
  const second = await signAll(able.value, toKey(row), await trust());
  const signed = Math.max(first.signed, second.signed);
  // The id was made by `makeKeyRow`.
  return ok({ key_id: row.id as PolicySigningKey['id'], signed, refused: second.refused });
}

async function signAll(deps: KeyDeps, key: SigningKey, trust: Trust) {
  let signed = 0;
  const refused: string[] = [];
  for (let after = ''; ; ) {
    const rows = await deps.store.read({
      from: 'orchestration_policies',
      where: { steers: null, id: { above: after } },
      limit: POLICIES_PER_PAGE,
    });
    for (const row of rows) {
      const written = await signPolicy(deps, { row, key, trust });
      if (written === 'refused') refused.push(row.id);
      else signed += written;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < POLICIES_PER_PAGE) return { signed, refused };
    after = last.id;
  }
}

/** @returns how many texts were signed; `refused` where something of it is not as accepted */
async function signPolicy(
  { store }: KeyDeps,
  { row, key, trust }: { readonly row: PolicyRow; readonly key: SigningKey; readonly trust: Trust },
): Promise<number | 'refused'> {
  const by = { signatures: trust.signatures, key, desired: desiredOf(row) };
  const own = acceptedOf(row, versionOf(row), String(by.desired.rule));
  if (faultOfText(row.compiled_json, own, trust) !== undefined) return 'refused';
  const settings = { ...trust, desired: by.desired };
  if (faultOfSettings(row.compiled_json, own, settings) !== undefined) return 'refused';
  const sign = (compiledJson: string, accepted: typeof own): string =>
    // Written from a CompiledRule; `signText` leaves out the seal that it has.
    signText(JSON.parse(compiledJson) as CompiledRule, accepted, by);
  const versions = await readVersions(store, row);
  const sound = versions.filter(
    (one) =>
      faultOfText(one.compiled_json, acceptedOf(row, one.version, one.rule), trust) === undefined,
  );
  const changes: Change[] = sound.map((one) => ({
    kind: 'put',
    into: 'policy_versions',
    row: {
      ...one,
      compiled_json: sign(one.compiled_json, acceptedOf(row, one.version, one.rule)),
    },
  }));
  const done = await store.commit([
    {
      ...{ kind: 'update', table: 'orchestration_policies', id: row.id },
      set: { compiled_json: sign(row.compiled_json, own) },
      ...{ expect: { revision: row.revision }, otherwise: replan(`The policy ${row.name}`) },
    },
    ...changes,
  ]);
  // Whoever was faster has signed it with a key that counts.
  return done.ok ? sound.length : 0;
}

function acceptedOf({ tenant_id, id }: PolicyRow, version: number, rule: string) {
  return { tenantId: tenant_id, policyId: id, version, rule };
}

/** What keys are kept with, where this server signs at all. Problems: `unavailable`. */
function requireSignatures(deps: AppDeps): Result<KeyDeps, Problem> {
  const { policySignatures: signatures } = deps;
  if (signatures !== undefined) return ok({ ...deps, signatures });
  return err(
    problem('unavailable', {
      detail: 'This server signs no policies.',
      remedy: 'Ask the people who run NovaCron.',
    }),
  );
}

function rotatedMeanwhile(): Problem {
  return problem('conflict', {
    detail: 'Somebody else changed the keys for policies at the same time.',
    remedy: 'List them, and send the request again if they are still to be changed.',
  });
}
