/** Networks in the thread of forecasts: training is cut off, and the next series is forecast. */
import { afterAll, expect, test } from '@jest/globals';
import type {
  ContinuedForecast,
  ForecastRequest,
} from '@novacron/engine/scaling/forecast/model/forecasting';
import type { Logger } from '@novacron/runtime/logger';
import type { ForecastTask } from '../../ports/forecasts.ts';
import { createTaskThread, programUrl } from '../threads/create-task-thread.ts';
import { createForecasts } from './create-forecasts.ts';

const ignore = (): void => undefined;
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const REQUEST: ForecastRequest = { horizon: 2, periods: [] };
const TENANT = 'tnt_1';

/** A series whose next value is a curve over the last one (Hénon, 1976). */
function taskOf(count: number, request: ForecastRequest): ForecastTask {
  let [last, before] = [0.1, 0.1];
  const values = Array.from({ length: count }, () => {
    [last, before] = [1 - 1.4 * last * last + 0.3 * before, last];
    return last;
  });
  return { series: { startS: 0, stepS: 60, values }, request, selection: undefined };
}

const SHORT = taskOf(100, REQUEST);
const TRAINED = taskOf(600, { ...REQUEST, networks: 'tried' });

const forecasts = createForecasts(SILENT);
afterAll(() => forecasts.close());

test('a network is trained in the thread, and goes on with what it has learnt', async () => {
  const first = await forecasts.forecast(TRAINED, TENANT);
  if (first.kind === 'failed') throw new Error(first.why);
  const { selection, forecast } = first.answer;
  expect(selection.members).toMatchObject([
    { model: 'mlp', state: { errorSize: expect.any(Number) } },
  ]);
  const next = await forecasts.forecast({ ...TRAINED, selection }, TENANT);
  expect(next).toMatchObject({ kind: 'done', answer: { change: 'kept', forecast } });
});

test('training that takes too long ends with its thread, and the next has another', async () => {
  const thread = createTaskThread<ForecastTask, ContinuedForecast>(SILENT, {
    name: 'the thread of forecasts',
    program: programUrl(import.meta.url, '../../forecast-thread.js'),
    waitingMax: 2,
    busy: 'busy',
  });
  const run = (task: ForecastTask, durationMsMax: number) =>
    thread.run({ task, durationMsMax, overran: 'it took too long' });
  // The thread is there when training begins.
  expect(await run(SHORT, 60_000)).toMatchObject({ kind: 'done' });
  const cut = run(TRAINED, 1);
  const behind = run(SHORT, 60_000);
  expect(await cut).toEqual({ kind: 'failed', why: 'it took too long' });
  expect(await behind).toMatchObject({ kind: 'done' });
  await thread.close();
});

test('training does not keep a server from stopping', async () => {
  const stopped = createForecasts(SILENT);
  expect(await stopped.forecast(SHORT, TENANT)).toMatchObject({ kind: 'done' });
  const training = stopped.forecast(TRAINED, TENANT);
  await stopped.close();
  expect(await training).toEqual({ kind: 'failed', why: 'the server stops' });
});
