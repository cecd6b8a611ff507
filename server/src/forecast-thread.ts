/**
 * A root of its own: the worker thread in which series are forecast. What is forecast is decided by
 * the engine, which the adapters may not know.
 */
import { continueForecast } from '@novacron/engine/scaling/forecast/continue-forecast';
import { serveTasks } from './adapters/threads/serve-tasks.ts';
import type { ForecastTask } from './ports/forecasts.ts';

serveTasks(({ series, request, selection }: ForecastTask) =>
  continueForecast(series, request, selection),
);
