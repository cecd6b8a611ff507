/** Takes samples from Prometheus: each is written as by `metric.write`, with the caller's key. */
import { MetricWritten } from '@novacron/contract/monitoring/metric-operations';
import { V1_PREFIX } from '@novacron/contract/operations-table/v1-mapping';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { explainLeftOut } from '../../app/platform/metrics/sort-samples.ts';
import { type Core, dispatch } from '../dispatch/dispatch.ts';
import { contextOf, type ExchangeHandler } from '../http/exchange.ts';
import { bytesOf, collectBody } from '../http/read-body.ts';
import { sendProblem } from '../http/send-problem.ts';
import { decodeWriteRequest } from './decode-write-request.ts';
import { planWrites } from './plan-writes.ts';

/** The path that Prometheus writes to by convention. */
export const REMOTE_WRITE_PATH = `${V1_PREFIX}/write`;

const NO_CONTENT_STATUS = 204;

/** The content type without its parameters, and the encoding, of Remote Write 1.0. */
const MEDIA_TYPE = 'application/x-protobuf';
const ENCODING = 'snappy';

/** Targets of one request: each is a call of its own. */
const WRITES_MAX = 200;

/**
 * Makes the handlers. What can be written is; a problem names the rest, so that Prometheus, which
 * sends a request again for 5xx only, logs it. Problems: those of `metric.write`,
 * `unsupported-media-type`.
 */
export function createRemoteWriteHandlers(core: Core): readonly ExchangeHandler[] {
  return [requireEncoding, collectBody(), takeSamples(core)];
}

/** The body is decompressed here: what reads bodies knows no Snappy. */
const requireEncoding: ExchangeHandler = (request, response, next) => {
  const [type = ''] = (request.get('content-type') ?? '').toLowerCase().split(';');
  const encoding = request.get('content-encoding');
  const version = request.get('x-prometheus-remote-write-version') ?? '0.1.0';
  if (type.trim() !== MEDIA_TYPE || encoding !== ENCODING || !version.startsWith('0.')) {
    return sendProblem(response, wrongProtocol());
  }
  delete request.headers['content-encoding'];
  next();
};

function takeSamples(core: Core): ExchangeHandler {
  return async (request, response) => {
    const sent = decodeWriteRequest(bytesOf(request));
    if (!sent.ok) return sendProblem(response, sent.error);
    const { writes, refused } = planWrites(sent.value);
    if (writes.length > WRITES_MAX) return sendProblem(response, tooManyTargets(writes.length));
    const problems: Problem[] = [];
    const unstored = { late: 0, ahead: 0, not_a_number: 0 };
    for (const rawInput of writes) {
      const context = contextOf(response);
      const done = await dispatch(core, { name: 'metric.write', rawInput, context });
      if (!done.ok) {
        problems.push(done.error);
        continue;
      }
      const { late, ahead, not_a_number } = MetricWritten.parse(done.value);
      unstored.late += late;
      unstored.ahead += ahead;
      unstored.not_a_number += not_a_number;
    }
    const reasons = [...refused, ...explainLeftOut(unstored)];
    const found = chooseProblem(problems) ?? (reasons.length > 0 ? leftOut(reasons) : undefined);
    if (found !== undefined) return sendProblem(response, found);
    response.status(NO_CONTENT_STATUS).end();
  };
}

/** One that passes by itself first: a request that is sent again changes nothing twice. */
function chooseProblem(problems: readonly Problem[]): Problem | undefined {
  return problems.find(({ code }) => code === 'unavailable') ?? problems[0];
}

function wrongProtocol(): Problem {
  return problem('unsupported-media-type', {
    detail: `This path takes ${MEDIA_TYPE} with Content-Encoding ${ENCODING}: Remote Write 1.0.`,
    remedy: 'Let Prometheus send it: remote_write, with protobuf_message at its default.',
  });
}

function tooManyTargets(count: number): Problem {
  return problem('validation-failed', {
    detail: `The request has samples of ${count} VMs and groups; the most is ${WRITES_MAX}.`,
    remedy: `Set max_samples_per_send of its queue_config to ${WRITES_MAX} or less.`,
  });
}

function leftOut(reasons: readonly string[]): Problem {
  return problem('validation-failed', {
    detail: `All samples are stored except these. ${reasons.join(' ')}`,
    remedy:
      'Drop such series by write_relabel_configs, or combine them by a recording rule. Labels of ' +
      'the only source of a series can be removed by labeldrop. For times, check the clocks.',
  });
}
