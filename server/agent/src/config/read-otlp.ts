/** The settings of tracing, as agents and runners take them. */
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  ENDPOINT_FORM,
  EXPOSED_HEADERS,
  HEADERS_FORM,
  isExposed,
  type OtlpSettings,
  readOtlpEndpoint,
  readOtlpHeaders,
} from '@novacron/tracing/otlp-settings';
import { placeOf, type SaidValues, textOf, wrong } from './read-agent-flags.ts';

/** The ratio is the server's: the others keep their part of what the server keeps. */
export function readOtlp(said: SaidValues): Result<OtlpSettings, readonly FieldProblem[]> {
  const text = textOf(said, 'otlp-endpoint');
  const endpoint = text === undefined ? undefined : readOtlpEndpoint(text);
  if (endpoint !== text) return err([wrong(placeOf(said, 'otlp-endpoint'), ENDPOINT_FORM)]);
  const written = textOf(said, 'otlp-headers');
  const headers = written === undefined ? {} : readOtlpHeaders(written);
  if (headers === undefined) return err([wrong(placeOf(said, 'otlp-headers'), HEADERS_FORM)]);
  const settings = { endpoint, headers, ratio: 1 };
  if (!isExposed(settings)) return ok(settings);
  return err([wrong(placeOf(said, 'otlp-endpoint'), EXPOSED_HEADERS)]);
}
