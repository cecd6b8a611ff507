/** Models that the server trains: from what, who promotes them, and when they stay off. */
import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeRng } from '@novacron/engine/rng';
import type { MetricTarget } from '@novacron/server/ports/metric-series';
import { adminNamed } from '../test-kit/approve-waiver.ts';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const STEP_S = 900;
const DAY_STEPS = 96;

const LATENCY: InputOf<'model.create'> = {
  name: 'latency',
  target: 'latency_seconds',
  features: ['requests_per_second', 'queue_length_count'],
  history_days: 7,
};

type Load = (requests: number, queue: number, noise: number) => number;

/** Latency bends with load: no rule follows it. */
const bent: Load = (requests, queue, noise) =>
  0.02 + 0.4 * Math.sin(6 * requests) * queue + 0.002 * noise;

const straight: Load = (requests, queue, noise) => requests + queue + noise;

describe('a model on the server', () => {
  const bench = useBench();

  function tenantTarget(tenantId = bench().admin.tenantId): MetricTarget {
    return { id: tenantId, tenantId, kind: 'tenant' };
  }

  /** When the last whole step ends. */
  function lastStep(): string {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000 / STEP_S) * STEP_S;
    return new Date(nowS * 1_000).toISOString();
  }

  /** Stores a sample of each step up to now. */
  async function fill(
    { steps = 5 * DAY_STEPS, shift = 0, seed = 'load' } = {},
    load: Load = bent,
  ): Promise<void> {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000 / STEP_S) * STEP_S;
    const rng = makeRng(seed);
    const samples = Array.from({ length: steps }, (_, back) => {
      const atS = nowS - (steps - back) * STEP_S;
      const [requests, queue, noise] = [rng.next() + shift, rng.next(), rng.next() - 0.5];
      return [
        { name: 'requests_per_second', atS, value: requests },
        { name: 'queue_length_count', atS, value: queue },
        { name: 'latency_seconds', atS, value: load(requests, queue, noise) },
      ];
    }).flat();
    const written = await bench().deps.metricSeries?.write(
      [{ target: tenantTarget(), samples }],
      'written',
    );
    expect(written).toMatchObject({ ok: true });
  }

  async function create(more: Partial<InputOf<'model.create'>> = {}) {
    const { resource, operation } = await bench().expectOk('model.create', { ...LATENCY, ...more });
    return { id: resource.id, operation: await bench().end(operation) };
  }

  const versionsOf = async (id: string) =>
    (await bench().expectOk('model.versions', { id: id as never })).items;

  async function retrain(id: Awaited<ReturnType<typeof create>>['id']) {
    const { operation } = await bench().expectOk('model.train', { id });
    return bench().end(operation);
  }

  test('learns from series, says from which, and predicts once promoted', async () => {
    await fill();
    const { id, operation } = await create();
    expect(operation).toMatchObject({ status: 'succeeded', progress_percent: 100 });
    const [version] = await versionsOf(id);
    expect(version).toMatchObject({
      version: 1,
      state: 'candidate',
      environments: [],
      scores: { is_better: true, rows_held_back: 96, alarm: null },
      lineage: { rows: 480, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      format: 'novacron-model-1',
      robustness: { predictions: 4, agree: true },
      operation_id: operation.id,
    });
    expect(version?.scores?.r2).toBeGreaterThan(0.9);
    expect(version?.scores?.noisy_mae).toBeGreaterThan(version?.scores?.mae ?? 1);
    expect(version?.lineage?.query).toContain('latency_seconds from requests_per_second');
    const environment = 'development' as const;
    const off = await bench().expectProblem('model.predict', { id, environment });
    expect(off.detail).toBe('No version of the model latency acts in development.');
    const { resource } = await bench().expectOk('model.promote', {
      id,
      model_version: 1,
      environment,
    });
    expect(resource.champions).toEqual({ development: 1, staging: null, production: null });
    const rows = [
      { requests_per_second: 0.26, queue_length_count: 1 },
      { requests_per_second: 0.78, queue_length_count: null },
    ];
    const given = await bench().expectOk('model.predict', { id, environment, rows });
    expect(given.version).toBe(1);
    expect(given.predictions[0]?.value).toBeGreaterThan(0.3);
    expect(given.absent).toEqual(['queue_length_count']);
    const now = await bench().expectOk('model.predict', { id, environment });
    expect(now.predictions).toMatchObject([{ at: expect.stringMatching(/Z$/) }]);
    const strange = await bench().expectProblem('model.predict', {
      id,
      environment,
      rows: [{ load: 1 }],
    });
    expect(strange.detail).toContain('load is not a feature of the model');
    const empty = await bench().expectProblem('model.predict', {
      id,
      environment,
      rows: [...rows, { queue_length_count: null }],
    });
    expect(empty.detail).toBe('Row 3 has none of the features of the model latency.');
    const silentFrom = lastStep();
    await bench().skip(2 * STEP_S * 1_000);
    const silent = await bench().expectProblem('model.predict', { id, environment });
    expect(silent.detail).toContain(
      'nothing is stored of requests_per_second, queue_length_count; ' +
        `requests_per_second is silent since ${silentFrom}.`,
    );
  });

  test('leaves nothing behind after a training that was cancelled', async () => {
    await fill();
    const { operation } = await bench().expectOk('model.create', LATENCY);
    await bench().expectOk('operation.cancel', { id: operation.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    expect((await bench().expectOk('model.list', {})).items).toEqual([]);
    const { id } = await create();
    const again = await bench().expectOk('model.train', { id });
    await bench().expectOk('operation.cancel', { id: again.operation.id });
    await bench().end(again.operation);
    const [version] = await versionsOf(id);
    expect(version).toMatchObject({ version: 2, state: 'refused', scores: null, sha256: null });
    const promotion = { id, model_version: 2, environment: 'development' } as const;
    const refused = await bench().expectProblem('model.promote', promotion);
    expect(refused.detail).toBe('Version 2 of the model latency was not trained.');
  });

  test('is the same for the same data and seed, with the checksum of its file', async () => {
    await fill();
    const [one, other] = [await create(), await create({ name: 'again' })];
    const files = await Promise.all(
      [one, other].map(({ id }) => bench().expectOk('model.export', { id })),
    );
    const [first, second] = files.map(({ file }) => ({ ...JSON.parse(file), trained_at: '' }));
    expect({ ...first, sha256: '' }).toEqual({ ...second, sha256: '' });
    const [version] = await versionsOf(one.id);
    expect(files[0]?.sha256).toBe(version?.sha256);
  });

  test('has a card with plots', async () => {
    await fill();
    const { id } = await create({ alarm_above: 0.2 });
    const { card } = await bench().expectOk('model.card', { id });
    expect(card).toContain('# Model of latency_seconds');
    expect(card).toContain('| precision | recall | F1 | AUC |');
    expect(card).toContain('| a fifth of the values missing |');
    expect(card).toMatch(/4 predictions at once in another worker .* uses [\d.]+ MiB of memory/);
    const page = await bench().expectOk('model.card', { id, format: 'html' });
    expect(page.card.match(/<svg /g)).toHaveLength(4);
    expect(page.card).not.toMatch(/<script|NaN|undefined|https?:\/\/(?!www\.w3\.org)/);
  });

  test('is refused where a rule is as good, and never promoted', async () => {
    await fill({}, straight);
    const { id, operation } = await create();
    expect(operation.status).toBe('succeeded');
    const [version] = await versionsOf(id);
    expect(version).toMatchObject({
      state: 'refused',
      reason: 'Not better than the rule linear beyond chance. Use the rule.',
    });
    const refused = await bench().expectProblem('model.promote', {
      id,
      model_version: 1,
      environment: 'development',
    });
    expect(refused).toMatchObject({
      code: 'conflict',
      detail: 'Version 1 of the model latency is not better than the rule linear beyond chance.',
    });
  });

  test.each<[string, () => Promise<void>, Partial<InputOf<'model.create'>>]>([
    ['nothing is stored of latency_seconds', async () => undefined, {}],
    ['199 rows are too few to learn from', () => fill({ steps: 199 }), {}],
    ['the target is the same in all rows', () => fill({}, () => 7), {}],
    ['requests_per_second is the target in other words', () => fill({}, (load) => 2 * load), {}],
    ['nothing is stored of orders_count', fill, { features: ['orders_count'] }],
  ])('is not trained where %s', async (reason, prepare, more) => {
    await prepare();
    const { id, operation } = await create(more);
    expect(operation.status).toBe('failed');
    expect(operation.problem?.detail).toContain(reason);
    // The name is free again.
    expect((await bench().expectProblem('model.get', { id })).code).toBe('not-found');
  });

  test.each<[Partial<InputOf<'model.create'>>, string]>([
    [{ features: ['latency_seconds'] }, 'must not contain the target'],
    [{ features: ['queue_length_count', 'queue_length_count'] }, 'must be different'],
    [{ horizon_seconds: 100 }, 'must be a multiple of step_seconds, 900'],
    [{ step_seconds: 60 }, 'must have at most 20000 steps; it has 28800'],
  ])('is refused with %j', async (more, message) => {
    const input = { ...LATENCY, history_days: 20, ...more };
    expect((await bench().expectProblem('model.create', input)).detail).toContain(message);
  });

  test('needs another person where its environment asks, and can be rolled back', async () => {
    await fill();
    const ada = await adminNamed(bench(), 'ada');
    const { id } = await create();
    await retrain(id);
    const promote = (version: number) => ({
      id,
      model_version: version,
      environment: 'production' as const,
    });
    const asked = await bench().expectProblem('model.promote', promote(1));
    expect(asked.detail).toMatch(/needs the approval of another person: apr_\w+ asks for it/);
    const approvalId = String(asked.data?.approval_id);
    const shown = await bench().expectOk('approval.get', { id: approvalId as never });
    expect(shown).toMatchObject({
      subject_kind: 'model',
      message: 'Make version 1 of latency the champion of production?',
    });
    expect(shown.vote_refusal).not.toBeNull();
    await bench().expectOk('approval.approve', { id: approvalId as never }, ada);
    await bench().expectOk('model.promote', promote(1));
    // What was approved was version 1.
    const again = await bench().expectProblem('model.promote', promote(2));
    expect(again.code).toBe('forbidden');
    await bench().expectOk(
      'approval.approve',
      { id: String(again.data?.approval_id) as never },
      ada,
    );
    await bench().expectOk('model.promote', promote(2));
    expect((await versionsOf(id)).map(({ state }) => state)).toEqual(['champion', 'retired']);
    const { resource } = await bench().expectOk('model.rollback', { id, model_version: 2 });
    expect(resource.champions.production).toBe(1);
    expect((await versionsOf(id)).map(({ state }) => state)).toEqual(['retired', 'champion']);
    const late = await bench().expectProblem('model.rollback', { id, model_version: 2 });
    expect(late.detail).toBe(
      'The champion of production of the model latency has changed: it is version 1.',
    );
    const first = await bench().expectProblem('model.rollback', { id });
    expect(first.detail).toBe('The model latency had no other champion in production before.');
    // What was approved has been done.
    const third = await bench().expectProblem('model.promote', promote(2));
    expect(third.code).toBe('forbidden');
    const used = String(again.data?.approval_id);
    expect(third.data?.approval_id).not.toBe(used);
    expect(third.detail).toMatch(
      new RegExp(`^The approval ${used} was used already, and counts once. .* asks for it.$`),
    );
    const gone = await bench().expectOk('approval.get', { id: used as never });
    expect(gone).toMatchObject({ status: 'approved', used_at: expect.any(String) });
  });

  test('has to reach the thresholds of its environment', async () => {
    await fill();
    const { id } = await create();
    const staging = { improvement_min: 0.999, r2_min: 0, approval: 'none' } as const;
    await bench().expectOk('model_settings.update', { staging });
    const input = { id, model_version: 1, environment: 'staging' } as const;
    expect((await bench().expectProblem('model.promote', input)).detail).toMatch(
      /is better than the best rule by at least \d+\.\d %; staging needs 99\.9 %/,
    );
    await bench().expectOk('model_settings.update', {
      staging: { ...staging, improvement_min: 0, r2_min: 1 },
    });
    expect((await bench().expectProblem('model.promote', input)).detail).toContain(
      'of the variance; staging needs 100.0 %',
    );
  });

  test('is compared with its champion on rows that neither has learned from', async () => {
    await fill();
    const { id } = await create();
    await bench().expectOk('model.promote', { id, model_version: 1, environment: 'development' });
    await retrain(id);
    const input = { id, environment: 'development' } as const;
    const early = await bench().expectOk('model.compare', input);
    // Both had the same data: there is no difference, and most rows are still to come.
    expect(early).toMatchObject({ champion: 1, challenger: 2, rows: 96, verdict: 'undecided' });
    expect([early.statistic, early.welch_p]).toEqual([0, 1]);
    expect(early.mann_whitney_p).toBeCloseTo(1, 6);
    const ended = await bench().expectOk('model.compare', { ...input, planned_rows: 96 });
    expect(ended).toMatchObject({ verdict: 'no-difference' });
    const few = await bench().expectProblem('model.compare', { ...input, planned_rows: 39 });
    expect(few.code).toBe('validation-failed');
    const itself = await bench().expectProblem('model.compare', { ...input, model_version: 1 });
    expect(itself.detail).toContain('is the champion of development itself');
  });

  describe('in a trial', () => {
    const environment = 'development' as const;
    const trial = { model_version: 2, environment, planned_blocks: 20, block_seconds: 900 };

    /** A champion that learned from another load, and a challenger that learned from this one. */
    async function begin() {
      await fill();
      const { id } = await create({ history_days: 5 });
      await bench().expectOk('model.promote', { id, model_version: 1, environment });
      await retrain(id);
      return { id, ...(await bench().expectOk('model.start_trial', { id, ...trial })) };
    }

    test('the challenger acts for its blocks, which are measured, until the last one', async () => {
      const { id, resource } = await begin();
      expect(resource.trial).toMatchObject({ state: 'running', champion: 1, challenger: 2 });
      const acted = new Set<number>();
      for (let look = 0; look < 3; look += 1) {
        await bench().skip(7 * STEP_S * 1_000);
        await fill({ steps: 7, seed: `${look}` });
        acted.add((await bench().expectOk('model.predict', { id, environment })).version);
      }
      expect([...acted].toSorted()).toEqual([1, 2]);
      await bench().skip(4_000_000);
      const ended = await bench().expectOk('model.get', { id });
      // Both had the same data. Nothing is promoted.
      expect(ended.champions.development).toBe(1);
      expect(ended.trial).toMatchObject({ state: 'ended', result: { blocks: 20, bound: 2.2414 } });
      expect(ended.trial?.reason).toMatch(/After 20 of 20 blocks, the error of the challenger is/);
      const { champion, challenger } = ended.trial?.result ?? {};
      expect(Number(champion?.units) + Number(challenger?.units)).toBeGreaterThan(10);
    });

    test('another one is refused, and a change of the champion ends it', async () => {
      const { id } = await begin();
      const twice = await bench().expectProblem('model.start_trial', { id, ...trial });
      expect(twice.detail).toContain('A trial of version 2 of the model latency runs in develop');
      const { resource } = await bench().expectOk('model.promote', {
        id,
        model_version: 2,
        environment,
      });
      expect(resource.trial).toMatchObject({
        state: 'ended',
        reason: 'admin changed the champion of development.',
      });
      const none = await bench().expectProblem('model.stop_trial', { id });
      expect(none.detail).toBe('No trial of the model latency runs.');
    });

    test('each group keeps its version', async () => {
      const { id } = await begin();
      await bench().expectOk('model.stop_trial', { id });
      const { name: _name, ...vm } = SMALL_VM;
      const ids = await Promise.all(
        ['a', 'b', 'c', 'd'].map(async (name) => {
          const group = { name, vm, min_size: 1, max_size: 1 };
          return (await bench().expectOk('vm_group.create', group)).resource.id;
        }),
      );
      const groups = { unit: 'vm_group', vm_group_ids: ids } as const;
      await bench().expectOk('model.start_trial', { id, ...trial, ...groups });
      const rows = [{ requests_per_second: 0.5, queue_length_count: 0.5 }];
      const actingFor = async (vm_group_id: (typeof ids)[number]) =>
        (await bench().expectOk('model.predict', { id, environment, rows, vm_group_id })).version;
      await bench().skip(STEP_S * 1_000);
      const versions = await Promise.all(ids.map(actingFor));
      expect(versions.toSorted()).toEqual([1, 1, 2, 2]);
      await bench().skip(5 * STEP_S * 1_000);
      expect(await Promise.all(ids.map(actingFor))).toEqual(versions);
      const alone = await bench().expectOk('model.predict', { id, environment, rows });
      expect(alone.version).toBe(1);
    });

    test('needs what a promotion needs, and a design that can be measured', async () => {
      const { id } = await begin();
      const { resource } = await bench().expectOk('model.stop_trial', { id });
      expect(resource.trial?.reason).toBe('admin ended it.');
      const refused = async (more: object) =>
        (await bench().expectProblem('model.start_trial', { id, ...trial, ...more })).detail;
      expect(await refused({ model_version: 1 })).toContain('is the champion of development');
      expect(await refused({ environment: 'staging' })).toContain('acts in staging');
      expect(await refused({ block_seconds: 1_000 })).toContain('a multiple of the step, 900');
      expect(await refused({ unit: 'vm_group' })).toContain('must name at least 4 groups');
      await bench().expectOk('model_settings.update', {
        development: { improvement_min: 0, r2_min: null, approval: 'another-person' },
      });
      expect(await refused({})).toContain('A trial of latency in development needs the approval');
    });
  });

  test('is trained again when it drifts, and stays off while a rule is better', async () => {
    await fill();
    const { id } = await create();
    await bench().expectOk('model.promote', { id, model_version: 1, environment: 'development' });
    await retrain(id);
    const staging = { improvement_min: 0, r2_min: null, approval: 'none' } as const;
    await bench().expectOk('model_settings.update', { staging });
    await bench().expectOk('model.promote', { id, model_version: 2, environment: 'staging' });
    await bench().skip(2 * 86_400_000);
    // The same features mean something else now: the last value is the better guess.
    await fill({ steps: 2 * DAY_STEPS, shift: 3 }, () => 5);
    // The last check was a month ahead, before the clock was set back.
    const [row] = await bench().store.read({ from: 'models', where: { id } });
    const checked_at_ms = bench().deps.clock.nowMs() + 30 * 86_400_000;
    await bench().store.commit([
      { kind: 'put', into: 'models', row: { ...row, checked_at_ms } as never },
    ]);
    await bench().skip(4_000_000);
    await bench().endAll();
    const model = await bench().expectOk('model.get', { id });
    expect(model).toMatchObject({
      latest_version: 3,
      champions: { development: 1, staging: 2 },
      drift: [1, 2].map((version) => {
        return { version, drifted: true, acts: false, feature: 'requests_per_second' };
      }),
    });
    const [candidate] = await versionsOf(id);
    expect(candidate).toMatchObject({ version: 3, created_by: 'platform' });
    const off = await bench().expectProblem('model.predict', { id, environment: 'development' });
    expect(off.detail).toContain('does not act. It stays off: error');
    const also = await bench().expectProblem('model.predict', { id, environment: 'staging' });
    expect(also.detail).toContain('Version 2 of the model latency does not act.');
    // The next round does not train it once more.
    await bench().skip(4_000_000);
    await bench().endAll();
    expect((await bench().expectOk('model.get', { id })).latest_version).toBe(3);
  });

  test('belongs to its tenant, and learns from nothing of others', async () => {
    await fill();
    const { id } = await create();
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(String(made.secret));
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    expect((await bench().expectProblem('model.get', { id }, as)).code).toBe('not-found');
    expect((await bench().expectProblem('model.export', { id }, as)).code).toBe('not-found');
    const { operation } = await bench().expectOk('model.create', LATENCY, as);
    await bench().endAll();
    const ended = await bench().expectOk('operation.get', { id: operation.id }, as);
    expect(ended).toMatchObject({ status: 'failed' });
    expect(ended.problem?.detail).toContain('nothing is stored of latency_seconds');
  });

  test('with a damaged file, or one of another schema, predicts nothing', async () => {
    await fill();
    const { id } = await create();
    await bench().expectOk('model.promote', { id, model_version: 1, environment: 'development' });
    const [version] = await bench().store.read({ from: 'model_versions' });
    const where = { content: version?.content ?? '' };
    const [chunk] = await bench().store.read({ from: 'stored_chunks', where });
    const whole = Buffer.from(chunk?.text ?? '', 'base64').toString();
    const refused = async (file: string) => {
      const row = { ...chunk, text: Buffer.from(file).toString('base64') } as never;
      await bench().store.commit([{ kind: 'put', into: 'stored_chunks', row }]);
      const environment = 'development';
      return (await bench().expectProblem('model.predict', { id, environment })).detail;
    };
    expect(await refused(whole.replace('"order":"time"', '"order":"none"'))).toContain(
      'its checksum is wrong; it was damaged or edited',
    );
    expect(await refused(whole.replace('novacron-model-1', 'novacron-model-0'))).toContain(
      'its file is not a model: format',
    );
  });

  test('is trained by the next server after one that was killed', async () => {
    await fill();
    const { operation } = await bench().expectOk('model.create', LATENCY);
    await bench().restartServer();
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });
});
