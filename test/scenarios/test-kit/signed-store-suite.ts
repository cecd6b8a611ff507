/** What signing earlier policies must do, whatever the database: each one's test runs this. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CompletePorts } from '@novacron/server/app/composition/deps';
import { seedStore } from '@novacron/server/app/composition/seed-store';
import { createIntegrityVerifier } from '@novacron/server/app/policy/signing/policy-integrity';
import type { Change, Store } from '@novacron/server/ports/store';
import type { PolicyRow } from '@novacron/server/ports/tables/tables';
import { createVirtualTime } from '../../../server/agent/src/test-kit/virtual-time.ts';
import {
  commitAll,
  resourceRow,
  tenantRow,
} from '../../../server/src/adapters/store/suite/rows.ts';
import { sharedPorts } from '../../integration/replicas/test-kit/shared-ports.ts';

/** A policy as a release wrote it that signed none. */
function policyRow(id: string, steers: number | null): PolicyRow {
  const text =
    steers === null ? { type: 'resource', rule: 'package small' } : { document: 'policy small' };
  return {
    ...resourceRow(id, { desired_json: JSON.stringify({ ...text, enabled: true }) }),
    enabled: steers === null ? 1 : 0,
    steers,
    selector: null,
    rules: null,
    priority: null,
    author_role: null,
    compiled_json: '{"packageName":"small"}',
  };
}

const RULE = policyRow('pol_a', null);
const DOCUMENT = policyRow('orc_a', 1);

/** Declares the suite of one database. */
export function describeSignedStore(
  name: string,
  openStore: () => Promise<{ readonly store: Store; readonly remove: () => Promise<void> }>,
): void {
  describe(`policies of a release before signatures, on ${name}`, () => {
    let opened: Awaited<ReturnType<typeof openStore>>;
    let deps: CompletePorts;
    let errors: string[];

    beforeEach(async () => {
      opened = await openStore();
      errors = [];
      const onError = (text: string) => errors.push(text);
      deps = sharedPorts({ store: opened.store, time: createVirtualTime(), onError });
      const insert = (row: PolicyRow): Change => ({
        kind: 'put',
        into: 'orchestration_policies',
        row,
      });
      await commitAll(opened.store, [
        { kind: 'put', into: 'tenants', row: tenantRow(RULE.tenant_id) },
        insert(RULE),
        insert(DOCUMENT),
      ]);
    });
    afterEach(() => opened.remove());

    const start = (ports = deps) => seedStore(ports, {});

    const readPolicies = () => opened.store.read({ from: 'orchestration_policies' });

    const readAudit = () =>
      opened.store.read({ from: 'audit', where: { operation: 'policy.sign_earlier' } });

    /** What a server that starts now finds wrong, by id. */
    async function faults() {
      const { policySignatures: signatures } = deps;
      if (signatures === undefined) throw new Error('the ports sign');
      const trust = createIntegrityVerifier(opened.store, signatures);
      await trust.learn();
      return Object.fromEntries((await readPolicies()).map((row) => [row.id, trust.faultOf(row)]));
    }

    /** Removes the signatures, as an attacker who writes to the store can. */
    const strip = () =>
      commitAll(
        opened.store,
        [RULE, DOCUMENT].map(({ id, compiled_json }) => ({
          kind: 'update',
          table: 'orchestration_policies',
          id,
          set: { compiled_json },
          otherwise: { code: 'internal' } as never,
        })),
      );

    const noSignature = expect.stringContaining('it has no signature of the server');

    test('are signed once, at the first start, and the audit log names each', async () => {
      expect(await start()).toMatchObject({ ok: true });
      const signed = await readPolicies();
      expect(signed.map(({ compiled_json }) => Object.keys(JSON.parse(compiled_json)))).toEqual([
        ['packageName', 'seal'],
        ['packageName', 'seal'],
      ]);
      const entries = await readAudit();
      expect(
        entries.map(({ resource_kind, resource_id, principal }) => [
          resource_kind,
          resource_id,
          principal,
        ]),
      ).toEqual([
        ['orchestration_policy', 'orc_a', 'platform'],
        ['policy', 'pol_a', 'platform'],
      ]);
      expect(await start()).toMatchObject({ ok: true });
      expect(await readPolicies()).toEqual(signed);
      expect(await readAudit()).toHaveLength(2);
      expect(await faults()).toEqual({ pol_a: undefined, orc_a: undefined });
      expect(errors).toEqual([]);
    });

    test('are refused once the signature was removed', async () => {
      await start();
      await strip();
      expect(await faults()).toEqual({ pol_a: noSignature, orc_a: noSignature });
      await start();
      expect(await faults()).toEqual({ pol_a: noSignature, orc_a: noSignature });
    });

    test('are refused where the keys were taken away as well', async () => {
      await start();
      await strip();
      const keys = await opened.store.read({ from: 'policy_signing_keys' });
      await commitAll(
        opened.store,
        keys.map(({ id }): Change => ({ kind: 'drop', from: 'policy_signing_keys', id })),
      );
      expect(await start()).toMatchObject({ ok: true });
      expect(await faults()).toEqual({ pol_a: noSignature, orc_a: noSignature });
      expect(errors).toEqual([expect.stringContaining('keys that signed policies are missing')]);
    });

    test('are signed by the next start where one was killed in between', async () => {
      let commits = 0;
      const commit: Store['commit'] = (changes) => {
        commits += 1;
        // The seed, the key, the first policy; then the server is gone.
        return commits > 3 ? Promise.reject(new Error('killed')) : opened.store.commit(changes);
      };
      await expect(start({ ...deps, store: { ...opened.store, commit } })).rejects.toThrow();
      expect(await readAudit()).toHaveLength(1);
      expect(await faults()).toEqual({ pol_a: undefined, orc_a: undefined });
      await start();
      expect(await readAudit()).toHaveLength(2);
      expect(await faults()).toEqual({ pol_a: undefined, orc_a: undefined });
      await strip();
      expect(await faults()).toEqual({ pol_a: noSignature, orc_a: noSignature });
    });
  });
}
