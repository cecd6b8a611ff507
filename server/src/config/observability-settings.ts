import { maskOtlpHeaders } from '@novacron/tracing/otlp-settings';
import { maskSecrets } from './mask-secrets.ts';
import { setting } from './setting.ts';
import {
  LOG_LEVELS,
  LogLevelSchema,
  OtlpEndpointSchema,
  OtlpHeadersSchema,
  RatioSchema,
  SwitchSchema,
} from './value-schemas.ts';

/** The settings of traces and the log. */
export const OBSERVABILITY_SETTINGS = {
  'metrics-open': setting({
    description: 'Serve /metrics without an API key, for scrapers on a trusted network.',
    schema: SwitchSchema,
    default: false,
  }),
  'otlp-endpoint': setting({
    description: 'OpenTelemetry collector for spans, over OTLP/HTTP as JSON.',
    placeholder: 'URL',
    schema: OtlpEndpointSchema,
    presence: 'optional',
    defaultWords: 'nothing is traced',
    otherVariables: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
    mask: maskSecrets,
  }),
  'otlp-headers': setting({
    description: 'Headers for the collector, such as its API key.',
    placeholder: 'NAME=VALUE,…',
    schema: OtlpHeadersSchema,
    presence: 'optional',
    otherVariables: ['OTEL_EXPORTER_OTLP_HEADERS'],
    mask: maskOtlpHeaders,
  }),
  'trace-ratio': setting({
    description: 'Share of traces that are sampled.',
    placeholder: 'N',
    unit: '0 to 1',
    schema: RatioSchema,
    default: '1',
    otherVariables: ['OTEL_TRACES_SAMPLER_ARG'],
  }),
  'log-level': setting({
    description: `Log level: ${LOG_LEVELS.join(', ')}.`,
    placeholder: 'LEVEL',
    schema: LogLevelSchema,
    default: 'info',
    otherVariables: ['LOG_LEVEL'],
  }),
} as const;
