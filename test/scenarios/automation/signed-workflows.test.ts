/** Signatures of authors beneath workflows: which count, when they are needed, and when checked. */
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { bytesOfWorkflow, textOfBundle } from '@novacron/contract/automation/workflow-signing';
import { bytesOfRule, joinRule, textToSign } from '@novacron/contract/kinds/policy/policy-signing';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const TEXT = 'name: w\nsteps:\n  - { id: rest, wait: 1ms }\n';
const PLAYBOOK = 'name: w\nsteps:\n  - { id: patch, ansible: patch.yml }\n';

interface Author {
  readonly name: string;
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

function makeAuthor(name: string): Author {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return { name, privateKey, publicKey: `ed25519:${x}` };
}

function signed(whole: string, by: Author): string {
  return signedWith(whole, by, (text) => bytesOfWorkflow(text, null));
}

function signedWith(whole: string, by: Author, bytesOf: (text: string) => string): string {
  const text = textToSign(whole);
  const value = sign(null, Buffer.from(bytesOf(text)), by.privateKey).toString('base64');
  return joinRule(text, { key: by.publicKey, value });
}

/** Trusts the key of an author, as an admin does. */
async function trust({ name, publicKey: public_key }: Author) {
  return (await bench().expectOk('policy_author.create', { name, public_key })).resource;
}

async function requireSignatures(needed: boolean) {
  const { tenantId: id } = bench().admin;
  const features = { unsigned_workflows: !needed };
  await bench().expectOk('tenant.update', { id, features });
}

const detailOf = async (text: string) =>
  (await bench().expectProblem('workflow.create', { text })).detail;

describe('the signature of an author', () => {
  test('is that of the version, and of none once its key is not trusted any more', async () => {
    const ann = makeAuthor('ann');
    const { id: authorId } = await trust(ann);
    const made = await bench().expectOk('workflow.create', { text: signed(TEXT, ann) });
    const { id, signed_by } = made.resource;
    expect(signed_by).toBe('ann');
    await bench().expectOk('workflow.update', { id, text: TEXT });
    const { items } = await bench().expectOk('workflow.versions', { id });
    expect(items.map((each) => each.signed_by)).toEqual(['ann', null]);
    await bench().expectOk('policy_author.delete', { id: authorId });
    const early = await bench().expectOk('workflow.get', { id, at_version: 1 });
    expect(early.signed_by).toBeNull();
  });

  test('is refused where it is of another key, of another text, or of a policy', async () => {
    const ann = makeAuthor('ann');
    expect(await detailOf(signed(TEXT, ann))).toBe(
      `The text of w is not accepted: it is signed with the key ${ann.publicKey}, which this ` +
        'tenant does not trust.',
    );
    await trust(ann);
    const changed = 'its text or its bundle was changed after ann had signed it';
    expect(await detailOf(signed(TEXT, ann).replace('1ms', '2ms'))).toContain(changed);
    expect(await detailOf(signedWith(TEXT, ann, bytesOfRule))).toContain(changed);
    expect(await detailOf(`${signed(TEXT, ann)}triggers: []\n`)).toContain(
      'it has a line that looks like a signature but is not a valid one at its end',
    );
  });

  test('covers the bundle: another playbook needs another one', async () => {
    const ann = makeAuthor('ann');
    await trust(ann);
    const files = [{ path: 'patch.yml', text: '- hosts: all\n' }];
    const digest = hash('sha256', textOfBundle(files), 'hex');
    const text = signedWith(PLAYBOOK, ann, (bare) => bytesOfWorkflow(bare, digest));
    const made = await bench().expectOk('workflow.create', { text, files });
    expect(made.resource.signed_by).toBe('ann');
    const other = [{ path: 'patch.yml', text: '- hosts: none\n' }];
    const { id } = made.resource;
    const refused = await bench().expectProblem('workflow.update', { id, files: other });
    expect(refused.detail).toContain('its bundle was changed after ann had signed it');
  });

  test('is needed to store, to bring back and to run, where the tenant requires it', async () => {
    const ann = makeAuthor('ann');
    const { id: authorId } = await trust(ann);
    const { resource } = await bench().expectOk('workflow.create', { text: TEXT });
    const { id } = resource;
    await requireSignatures(true);
    const why = 'it has no signature of its author, which your tenant requires';
    expect((await bench().expectProblem('workflow.run', { id })).detail).toContain(why);
    expect(await detailOf(TEXT.replace('w', 'v'))).toContain(why);
    // What stands may still be switched off.
    await bench().expectOk('workflow.update', { id, enabled: false });
    await bench().expectOk('workflow.update', { id, text: signed(TEXT, ann), enabled: true });
    const { operation } = await bench().expectOk('workflow.run', { id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const back = await bench().expectProblem('workflow.rollback', { id, to_version: 1 });
    expect([back.detail, back.remedy]).toEqual([
      `The text of w is not accepted: ${why}.`,
      'Sign it as the last step (novacron workflow sign FILE --key KEY), then push it; an admin ' +
        'trusts keys: novacron policy-author create.',
    ]);
    const early = { id, at_version: 1 };
    expect((await bench().expectProblem('workflow.run', early)).detail).toContain(why);
    await bench().expectOk('policy_author.delete', { id: authorId });
    const gone = await bench().expectProblem('workflow.run', { id });
    expect(gone.detail).toContain(`the key ${ann.publicKey}, which this tenant does not trust`);
    await requireSignatures(false);
    const { operation: free } = await bench().expectOk('workflow.run', { id });
    expect(await bench().end(free)).toMatchObject({ status: 'succeeded' });
  });
});
