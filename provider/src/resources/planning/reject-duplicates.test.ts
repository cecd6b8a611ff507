import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { CONFIG, NET, TYPE } from '../../rpc/test-kit/agreeable-answers.ts';
import { type Agreeable, startAgreeable } from '../../test-kit/start-agreeable.ts';

const refuse = () => {
  const words = { detail: 'Taken.', remedy: 'Ask.', data: { resource_id: NET } };
  throw problem('name-taken', words);
};

describe('two resources of one run that say the same', () => {
  let server: Agreeable['server'];
  let provider: Agreeable['provider'];
  let answers: Agreeable['answers'];
  let sent: Agreeable['sent'];
  let close: Agreeable['close'];

  beforeEach(async () => {
    ({ server, provider, answers, sent, close } = await startAgreeable());
    await provider.probe.configure({ endpoint: server.url, api_key: 'k' });
  });
  afterEach(() => close());

  async function apply(config: object) {
    const plan = await provider.probe.plan(TYPE, { config });
    return provider.probe.apply(TYPE, { config }, plan);
  }

  test('are refused by the plan: both would be one thing', async () => {
    const first = await provider.probe.plan(TYPE, { config: CONFIG });
    const twin = await provider.probe.plan(TYPE, { config: CONFIG });
    const namesake = await provider.probe.plan(TYPE, {
      config: { ...CONFIG, cidr: '10.1.0.0/16' },
    });
    expect(first.diagnostics).toEqual([]);
    for (const { diagnostics } of [twin, namesake]) {
      expect(diagnostics).toEqual([
        {
          severity: 'error',
          attribute: 'name',
          summary: 'Duplicate name: create novacron_network "n"',
          detail: expect.stringMatching(
            /another novacron_network with this name.*\$\{each\.key\}/s,
          ),
        },
      ]);
    }
  });

  test('send their create once, where only the apply knows it', async () => {
    const plan = await provider.probe.plan(TYPE, { config: CONFIG });
    await provider.probe.apply(TYPE, { config: CONFIG }, plan);
    const twin = await provider.probe.apply(TYPE, { config: CONFIG }, plan);
    expect(twin).toMatchObject({
      state: null,
      diagnostics: [{ summary: 'Duplicate create: create novacron_network "n"' }],
    });
    expect(sent('network.create')).toHaveLength(1);
    answers['network.get'] = () => {
      throw problem('not-found', { detail: 'Gone.', remedy: 'Ask.' });
    };
    await provider.probe.apply(TYPE, { config: CONFIG }, plan);
    expect(sent('network.create')).toHaveLength(2);
  });

  test('may follow each other', async () => {
    const made = await apply(CONFIG);
    const end = { prior: made.state, config: null };
    const ended = await provider.probe.plan(TYPE, end);
    expect(await provider.probe.apply(TYPE, end, ended)).toMatchObject({ diagnostics: [] });
    expect(await apply(CONFIG)).toMatchObject({ state: made.state, diagnostics: [] });
    expect(sent('network.create')).toHaveLength(2);
  });

  test('of two runs do not share it: it is confirmed when Terraform has the answer', async () => {
    await apply(CONFIG);
    answers['network.get'] = refuse;
    await apply({ ...CONFIG, name: 'unread' });
    expect(sent('idempotency.confirm')).toEqual([]);
    await provider.dismiss();
    const [first, unread] = sent('network.create');
    expect(unread).toMatchObject({ name: 'unread' });
    expect(sent('idempotency.confirm')).toEqual([{ keys: [first?.idempotency_key] }]);
  });

  test('are not confirmed while it is unknown whether Terraform has the response', async () => {
    await apply(CONFIG);
    await provider.close();
    expect(sent('network.create')).toHaveLength(1);
    expect(sent('idempotency.confirm')).toEqual([]);
  });

  test('are not imported from one thing, whichever way each names it', async () => {
    expect(await provider.probe.import(TYPE, NET)).toMatchObject({ diagnostics: [] });
    for (const text of [NET, 'n']) {
      const { state, diagnostics } = await provider.probe.import(TYPE, text);
      expect(state).toBeNull();
      expect(diagnostics).toEqual([
        {
          severity: 'error',
          attribute: '',
          summary: `Duplicate import: import novacron_network "${text}"`,
          detail: expect.stringMatching(/imports net_0+1 to another address.*`moved` block/s),
        },
      ]);
    }
    // Another run may: the state of this one may be gone.
    await provider.probe.configure({ endpoint: server.url, api_key: 'k' });
    expect(await provider.probe.import(TYPE, 'n')).toMatchObject({ diagnostics: [] });
  });

  test('learn that Terraform orders no renames, where one waits for another', async () => {
    const { state } = await apply(CONFIG);
    const start = { prior: state, config: { ...CONFIG, name: 'm' } };
    const plan = await provider.probe.plan(TYPE, start);
    answers['network.update'] = refuse;
    const { diagnostics } = await provider.probe.apply(TYPE, start, plan);
    const detail = expect.stringMatching(/^Taken\.\n\nIt is in the state .*apply again.*for_each/s);
    expect(diagnostics).toMatchObject([{ detail }]);
  });

  test('learn of create_before_destroy where one is there before the other goes', async () => {
    answers['network.create'] = refuse;
    const { diagnostics } = await apply(CONFIG);
    const detail = expect.stringMatching(
      /^Taken\.\n\nAsk\.\n\n.* remove create_before_destroy\.$/s,
    );
    expect(diagnostics).toMatchObject([{ detail }]);
  });
});
