/** Forecasts series in a worker thread, each within its time. */
import type { ContinuedForecast } from '@novacron/engine/scaling/forecast/model/forecasting';
import type { Logger } from '@novacron/runtime/logger';
import type { Forecasts, ForecastTask } from '../../ports/forecasts.ts';
import { createTaskThread, programUrl } from '../threads/create-task-thread.ts';

/** Some hundred times what a series of usual length takes. */
const FORECAST_MS_MAX = 10_000;

/** Some seconds of work. */
const TASKS_WAITING_MAX = 128;

/** A quarter of the queue: other tenants always find room. */
const TASKS_OF_TENANT_MAX = 32;

/** A root of its own, beside that of the server: it runs what the engine decides. */
const FORECAST_PROGRAM = '../../forecast-thread.js';

/** Makes it; its thread starts with the first series. */
export function createForecasts(logger: Logger): Forecasts {
  const waiting = new Map<string, number>();
  const thread = createTaskThread<ForecastTask, ContinuedForecast>(logger, {
    name: 'the thread of forecasts',
    program: programUrl(import.meta.url, FORECAST_PROGRAM),
    waitingMax: TASKS_WAITING_MAX,
    busy: 'other series are being forecast',
  });
  return {
    forecast: async (task, tenantId) => {
      const before = waiting.get(tenantId) ?? 0;
      if (before >= TASKS_OF_TENANT_MAX) {
        return { kind: 'failed', why: `${before} series of the tenant are being forecast` };
      }
      waiting.set(tenantId, before + 1);
      const outcome = await thread.run({
        task,
        durationMsMax: FORECAST_MS_MAX,
        overran: `it took more than ${FORECAST_MS_MAX} ms`,
      });
      const left = (waiting.get(tenantId) ?? 1) - 1;
      if (left === 0) waiting.delete(tenantId);
      else waiting.set(tenantId, left);
      return outcome;
    },
    close: thread.close,
  };
}
