/** Results that Terraform gets of creates whose answers belong to a single run. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { ALLOWED, CONFIG, NET, operation, TYPE } from '../rpc/test-kit/agreeable-answers.ts';
import { type Agreeable, startAgreeable } from '../test-kit/start-agreeable.ts';

const held = (retry_after_ms: number) =>
  problem('name-taken', {
    detail: 'Another run creates it.',
    remedy: 'Wait.',
    data: { resource_id: NET, unconfirmed: 'held', retry_after_ms },
  });

describe('a create with a claim', () => {
  let server: Agreeable['server'];
  let provider: Agreeable['provider'];
  let answers: Agreeable['answers'];
  let sent: Agreeable['sent'];
  let close: Agreeable['close'];

  beforeEach(async () => {
    ({ server, provider, answers, sent, close } = await startAgreeable());
    await configure();
  });
  afterEach(() => close());

  const configure = () => provider.probe.configure({ endpoint: server.url, api_key: 'k' });

  async function apply(config: object = CONFIG) {
    const plan = await provider.probe.plan(TYPE, { config });
    return provider.probe.apply(TYPE, { config }, plan);
  }

  const methods = () => server.batches.flat().map(({ method }) => method);

  test('is delivered after its operation has ended, before Terraform has the state', async () => {
    expect(await apply()).toMatchObject({ state: { id: NET }, diagnostics: [] });
    const [{ claim, idempotency_key: key } = {}] = sent('network.create');
    expect(sent('idempotency.deliver')).toEqual([{ claim, keys: [key] }]);
    expect(methods().slice(-3)).toEqual(['operation.wait', 'network.get', 'idempotency.deliver']);
  });

  test('has the claim of its run, which no other run has', async () => {
    await apply();
    await apply({ ...CONFIG, name: 'm' });
    await configure();
    await apply({ ...CONFIG, name: 'k' });
    const [first, second, third] = sent('network.create').map(({ claim }) => claim);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('leaves no state where another run has taken it over', async () => {
    answers['idempotency.deliver'] = ({ keys }) => ({ delivered: 0, refused: keys });
    expect(await apply()).toMatchObject({
      state: null,
      diagnostics: [
        {
          severity: 'error',
          detail: expect.stringMatching(/Another run with the same configuration has continued/),
        },
      ],
    });
  });

  test('leaves no state where the delivery cannot be recorded, and says what is next', async () => {
    answers['idempotency.deliver'] = () => {
      throw problem('storage-full', { detail: 'Full.', remedy: 'Make room.' });
    };
    const { state, diagnostics } = await apply();
    expect(state).toBeNull();
    expect(diagnostics).toMatchObject([
      {
        detail: expect.stringMatching(
          new RegExp(`${NET} exists on the server.*terraform import ${TYPE}\\.NAME ${NET}$`, 's'),
        ),
      },
    ]);
    await provider.dismiss();
    expect(sent('idempotency.confirm')).toEqual([]);
  });

  test('is delivered before it is tainted in the state, and else is in no state', async () => {
    answers['operation.wait'] = () => operation('running', { progress_percent: 40 });
    const config = { ...CONFIG, timeouts: { create: '1s', update: null, delete: null } };
    expect(await apply(config)).toMatchObject({ state: { id: NET } });
    expect(sent('idempotency.deliver')).toHaveLength(1);
    await configure();
    answers['idempotency.deliver'] = ({ keys }) => ({ delivered: 0, refused: keys });
    expect(await apply(config)).toMatchObject({ state: null });
  });

  test('is planned and sent again after the lease of an interrupted run', async () => {
    const refusals = [held(1)];
    answers['admission.preview'] = () => ({
      ...ALLOWED,
      problems: refusals.splice(0).map((found) => toProblemDocument(found)),
    });
    const accept = answers['network.create'];
    const creates = [held(1)];
    answers['network.create'] = (params) => {
      const [refusal] = creates.splice(0);
      if (refusal !== undefined) throw refusal;
      return accept?.(params);
    };
    expect(await apply()).toMatchObject({ state: { id: NET }, diagnostics: [] });
    expect(sent('admission.preview')).toHaveLength(2);
    expect(sent('network.create')).toHaveLength(2);
  });

  test('is refused with the words of the server while the other run is alive', async () => {
    answers['network.create'] = () => {
      throw held(60_000);
    };
    const plan = await provider.probe.plan(TYPE, { config: CONFIG });
    expect(await provider.probe.apply(TYPE, { config: CONFIG }, plan)).toMatchObject({
      state: null,
      diagnostics: [{ attribute: '', detail: 'Another run creates it.\n\nWait.' }],
    });
    answers['admission.preview'] = () => ({
      ...ALLOWED,
      problems: [toProblemDocument(held(60_000))],
    });
    await configure();
    expect(await provider.probe.plan(TYPE, { config: CONFIG })).toMatchObject({
      diagnostics: [{ severity: 'error', detail: 'Another run creates it.\n\nWait.' }],
    });
  });
});
