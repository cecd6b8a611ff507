import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { ALLOWED, CONFIG, STATE, TYPE } from '../../rpc/test-kit/agreeable-answers.ts';
import { type Agreeable, startAgreeable } from '../../test-kit/start-agreeable.ts';

const REFUSED = {
  severity: 'error',
  attribute: 'name',
  summary: 'The name is taken: create novacron_network "n"',
};

describe('a create that the server refuses', () => {
  let server: Agreeable['server'];
  let provider: Agreeable['provider'];
  let answers: Agreeable['answers'];
  let sent: Agreeable['sent'];
  let close: Agreeable['close'];

  beforeEach(async () => {
    ({ server, provider, answers, sent, close } = await startAgreeable());
    await provider.probe.configure({ endpoint: server.url, api_key: 'k' });
    const fields = [{ path: ['name'], message: 'is taken' }];
    const taken = problem('name-taken', { detail: 'Taken.', remedy: 'Ask.', fields });
    answers['admission.preview'] = () => ({ ...ALLOWED, problems: [toProblemDocument(taken)] });
  });
  afterEach(() => close());

  test('is an error of its plan', async () => {
    const { diagnostics } = await provider.probe.plan(TYPE, { config: CONFIG });
    expect(diagnostics).toMatchObject([REFUSED]);
  });

  test('while Terraform applies is an error of its apply, which sends nothing', async () => {
    const start = { config: CONFIG, moment: 'apply' } as const;
    const plan = await provider.probe.plan(TYPE, start);
    expect(plan.diagnostics).toEqual([]);
    expect(plan.planned).toMatchObject(CONFIG);
    const applied = await provider.probe.apply(TYPE, start, plan);
    expect(applied).toMatchObject({ state: null, diagnostics: [REFUSED] });
    expect(sent('network.create')).toEqual([]);
  });

  test('is an error of its plan in a run that has read an object, as no apply does', async () => {
    await provider.probe.read(TYPE, STATE);
    const { diagnostics } = await provider.probe.plan(TYPE, { config: CONFIG, moment: 'apply' });
    expect(diagnostics).toMatchObject([REFUSED]);
  });
});

test('a replacement that only the apply knows is one error of its plan', async () => {
  const { server, provider, sent, close } = await startAgreeable();
  await provider.probe.configure({ endpoint: server.url, api_key: 'k' });
  const start = { prior: STATE, config: { ...CONFIG, cidr: '10.9.0.0/16' } };
  const planned = await provider.probe.plan(TYPE, start);
  expect(planned.replaces).toEqual(['cidr']);
  const again = await provider.probe.plan(TYPE, { ...start, moment: 'apply' });
  expect(again).toMatchObject({ replaces: [], diagnostics: [{ attribute: 'cidr' }] });
  expect(again.diagnostics[0]?.summary).toBe('Replacement needed: update novacron_network "n"');
  expect(sent('network.update')).toEqual([]);
  await close();
});
