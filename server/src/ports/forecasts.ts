/** Forecasts series as a port: fitting models takes time, and none of the server's own. */
import type {
  ContinuedForecast,
  ForecastRequest,
  Selection,
  Series,
} from '@novacron/engine/scaling/forecast/model/forecasting';

/** Series to forecast, with the request. */
export interface ForecastTask {
  readonly series: Series;
  readonly request: ForecastRequest;
  /** Chosen for the same request before; undefined to choose. */
  readonly selection: Selection | undefined;
}

/** A forecast, or why there is none. */
export type ForecastAnswer =
  | { readonly kind: 'done'; readonly answer: ContinuedForecast }
  | { readonly kind: 'failed'; readonly why: string };

/** Forecasts. It never throws: what fails is an answer. */
export interface Forecasts {
  /** @param tenantId - whose series it is: no tenant fills the queue of all others */
  readonly forecast: (task: ForecastTask, tenantId: string) => Promise<ForecastAnswer>;
  readonly close: () => Promise<void>;
}
