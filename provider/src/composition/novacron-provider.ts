/** NovaCron's provider: its arguments, resources and data sources. */
import { DEFAULT_DEPLOYMENT } from '@novacron/contract/access/identity';
import { DRIFT_SEVERITIES, DriftSeverity } from '@novacron/contract/drift/drift';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { PROBLEM_KINDS, type Problem } from '@novacron/contract/problem/problem';
import { ACTIONS_BY_TYPE } from '../actions/actions-by-type.ts';
import { ADMINISTRATIVE_TYPES } from '../administration/administrative-types.ts';
import { defineAdministrativeResource } from '../administration/define-administrative-resource.ts';
import type { Unknown } from '../cty/unknown.ts';
import { complianceSource } from '../data-sources/compliance.ts';
import { costSource } from '../data-sources/cost.ts';
import { defineDataSource } from '../data-sources/define-data-source.ts';
import { driftReportSource } from '../data-sources/drift-report.ts';
import { forecastSource } from '../data-sources/forecast.ts';
import { LOOKUPS_BY_TYPE } from '../data-sources/lookups.ts';
import { nodesSource } from '../data-sources/nodes.ts';
import { placementSource } from '../data-sources/placement.ts';
import { policyDecisionSource } from '../data-sources/policy-decision.ts';
import { recommendationsSource } from '../data-sources/recommendations.ts';
import { apiKeyResource, revokeOpenKeys } from '../ephemeral-resources/api-key.ts';
import { tokenResource } from '../ephemeral-resources/token.ts';
import { containsUnknown } from '../fields/field-values.ts';
import { RESOURCE_KINDS_BY_TYPE } from '../fields/resource-kinds.ts';
import type { DataSource } from '../framework/data-source.ts';
import type { Diagnostics } from '../framework/diagnostics/diagnostics.ts';
import type { Provider } from '../framework/provider.ts';
import type { Schema } from '../framework/schema/schema.ts';
import { checkRego } from '../functions/check-rego.ts';
import { parseSize } from '../functions/parse-size.ts';
import { planSubnets } from '../functions/plan-subnets.ts';
import {
  defineAdministrativeList,
  defineListResource,
} from '../list-resources/define-list-resource.ts';
import type { Logger } from '../process/logger.ts';
import { defineResource } from '../resources/define-resource.ts';
import type { RetryOptions } from '../rpc/call-with-retry.ts';
import { checkRelease } from '../rpc/check-release.ts';
import { openRunTrace } from '../rpc/open-run-trace.ts';
import type { Session, SessionOptions } from '../rpc/session.ts';
import { mayAnswerLater } from '../rpc/unreachable.ts';
import { DRIFT_OFF, PROVIDER_SCHEMA } from './provider-schema.ts';
import { readApiKey, readEndpoint } from './read-connection.ts';

/**
 * Time for which the first contact is tried without `retry_seconds`: long enough for a server that
 * is restarting, short enough to report a wrong endpoint quickly.
 */
const CONNECT_MS_MAX = 3_000;

const MS_PER_S = 1_000;

/** The arguments once no value is unknown. */
type Known<T> = { readonly [K in keyof T]: Exclude<T[K], Unknown> };

/** Environment variables; tests pass their own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Facts about the Terraform run that uses the provider. */
export type TerraformRun = Pick<SessionOptions, 'isDestroyRun' | 'isTerraformGone'>;

/**
 * Creates the provider. It keeps no state between configurations.
 * @param retry - how calls are retried; tests pass their own clock or a shorter limit
 */
export function createNovacronProvider(
  env: Environment,
  retry: RetryOptions = {},
  run: TerraformRun = {},
): Provider<typeof PROVIDER_SCHEMA, Session> {
  return {
    schema: PROVIDER_SCHEMA,
    isDestroyRun: run.isDestroyRun ?? false,
    async configure(config, { diagnostics, signal, log }) {
      const unknown = Object.entries(config).find(([, value]) => containsUnknown(value))?.[0];
      if (unknown !== undefined) {
        diagnostics.error({
          summary: 'The provider cannot be configured yet',
          detail:
            `${unknown} depends on a resource that does not exist yet. Apply that resource first ` +
            '(-target), or set the value with a variable.',
          path: [unknown],
        });
        return null;
      }
      // All values are known at this point.
      const { endpoint, api_key: apiKey, deployment, ...more } = config as Known<typeof config>;
      const { fail_on_drift: failOn, retry_seconds: retryS, warnings_max: warningsMax } = more;
      const url = readEndpoint({ block: endpoint, env: env.NOVACRON_ENDPOINT }, diagnostics);
      const key = readApiKey({ block: apiKey, env: env.NOVACRON_API_KEY }, diagnostics);
      const failOnDrift = readFailOn(
        env.NOVACRON_FAIL_ON_DRIFT ?? failOn ?? DRIFT_OFF,
        diagnostics,
      );
      if (url === undefined || key === undefined || failOnDrift === undefined) return null;
      // All calls belong to one trace: the trace of the process that started Terraform, if any.
      const trace = await openRunTrace(env, (reason) =>
        log.warn('Spans are not exported', { reason }),
      );
      const options = {
        endpoint: url,
        apiKey: key,
        deployment: deployment ?? DEFAULT_DEPLOYMENT,
        ...(more.ca_certificate === null ? {} : { caCertificate: more.ca_certificate }),
        ...(warningsMax === null ? {} : { warningsMax }),
        defaultLabels: textsOf(more.default_labels),
      };
      const patience = retryS === null ? {} : { retryMsMax: retryS * MS_PER_S };
      // Two of three starts only return the schema and do not load the client.
      const { openSession } = await import('../rpc/session.ts');
      const session = openSession(
        { ...options, ...run, trace, ...failOnDrift },
        { ...patience, ...retry },
      );
      log.debug('The trace of this configuration', { trace: trace.context.traceId });
      const connect = connecting({ ...patience, ...retry }, log);
      const answer = await session.client.call('identity.whoami', {}, { signal, ...connect.retry });
      const refused = answer.ok ? meetServer(session, answer.value, more.tenant) : undefined;
      if (answer.ok && refused === undefined) return session;
      await session.close();
      if (refused !== undefined) diagnostics.error(refused);
      if (!answer.ok) reportConnection(diagnostics, connect.explain(answer.error));
      return null;
    },
    settle: (session) => session.keys.settle(),
    close: async (session, ending) => {
      if (ending === 'dismissed') {
        const { keys } = session;
        await Promise.all([keys.settle(), keys.acknowledgeAnswered(), revokeOpenKeys(session)]);
      }
      await session.close();
    },
    surround: ({ trace }, { call, type }, work) => {
      if (trace === undefined) return work();
      const span = trace.tracer.startSpan({
        name: type === undefined ? call : `${call} ${type}`,
        parent: trace.context,
        attributes: { 'novacron.terraform.call': call, 'novacron.terraform.type': type },
      });
      return trace.tracer.run(span.context, work).finally(() => span.end());
    },
    resources: onFirstUse({
      ...byType(RESOURCE_KINDS_BY_TYPE, defineResource),
      ...byType(ADMINISTRATIVE_TYPES, (_type, info) => defineAdministrativeResource(info)),
    }),
    functions: { parse_size: parseSize, check_rego: checkRego, plan_subnets: planSubnets },
    listResources: onFirstUse({
      ...byType(RESOURCE_KINDS_BY_TYPE, defineListResource),
      ...byType(ADMINISTRATIVE_TYPES, (_type, info) => defineAdministrativeList(info)),
    }),
    actions: ACTIONS_BY_TYPE,
    ephemeralResources: { novacron_token: tokenResource, novacron_api_key: apiKeyResource },
    dataSources: onFirstUse<DataSource<Schema, Session>>({
      ...byType(LOOKUPS_BY_TYPE, (_type, info) => defineDataSource(info)),
      novacron_forecast: () => forecastSource,
      novacron_nodes: () => nodesSource,
      novacron_drift_report: () => driftReportSource,
      novacron_compliance: () => complianceSource,
      novacron_recommendations: () => recommendationsSource,
      novacron_cost: () => costSource,
      novacron_placement: () => placementSource,
      novacron_policy_decision: () => policyDecisionSource,
    }),
  };
}

/** Definitions of Terraform types, made by the functions. */
type Definitions<Defined> = Readonly<Record<string, () => Defined>>;

/** Defines what the provider has of each Terraform type. */
function byType<Info, Defined>(
  types: Readonly<Record<string, Info>>,
  define: (type: string, info: Info) => Defined,
): Definitions<Defined> {
  return Object.fromEntries(
    Object.entries(types).map(([type, info]) => [type, () => define(type, info)]),
  );
}

/**
 * Returns a table whose entries are defined when they are first read: a run uses few types, and
 * deriving the schemas of all was a quarter of what a start computed.
 */
function onFirstUse<Defined>(definitions: Definitions<Defined>): Readonly<Record<string, Defined>> {
  const table: Record<string, Defined> = {};
  for (const [type, define] of Object.entries(definitions)) {
    let found: { readonly value: Defined } | undefined;
    const get = () => {
      found ??= { value: define() };
      return found.value;
    };
    Object.defineProperty(table, type, { get, enumerable: true });
  }
  return table;
}

/** Returns a map of strings from a map without unknown values. */
function textsOf(values: Readonly<Record<string, unknown>> | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, text]) => [name, String(text)]),
  );
}

/** @returns why this provider cannot or must not use the server; undefined if it can */
function meetServer(session: Session, who: OutputOf<'identity.whoami'>, tenant: string | null) {
  const server = { version: who.server_version, level: who.contract_level };
  session.meet(server, who.tenant);
  const refused = checkRelease(server);
  if (refused !== undefined) return { ...refused, path: ['endpoint'] };
  if (tenant === null || tenant === who.tenant) return undefined;
  return {
    summary: 'The API key belongs to another tenant',
    detail:
      `This configuration is for tenant ${tenant}, but the key belongs to ${who.tenant}. Use a ` +
      `key of ${tenant}, or change or remove the argument \`tenant\`.`,
    path: ['tenant'],
  };
}

/**
 * Validates the environment variable; the value of the configuration has been validated already.
 */
function readFailOn(text: string, diagnostics: Diagnostics) {
  const severity = DriftSeverity.safeParse(text);
  if (severity.success) return { failOnDrift: severity.data };
  if (text === DRIFT_OFF || text === '') return { failOnDrift: undefined };
  diagnostics.error({
    summary: 'NOVACRON_FAIL_ON_DRIFT is not a severity',
    detail: `It is ${JSON.stringify(text)}; use one of ${DRIFT_SEVERITIES.join(', ')}, or off.`,
    path: ['fail_on_drift'],
  });
  return undefined;
}

/** Returns the retry policy of the first contact and the explanation of its failure. */
function connecting(options: RetryOptions, log: Logger) {
  const { retryMsMax = CONNECT_MS_MAX, nowMs = Date.now } = options;
  const startedAtMs = nowMs();
  let isRetried = false;
  const onRetry = ({ detail }: Problem, delayMs: number): void => {
    isRetried = true;
    log.warn('The server does not answer yet; retry_seconds limits the wait', { detail, delayMs });
  };
  const explain = (found: Problem): Problem => {
    if (!isRetried) return found;
    const triedS = Math.round((nowMs() - startedAtMs) / MS_PER_S);
    const remedy = `${found.remedy} If the server takes longer to start, set retry_seconds higher.`;
    return { ...found, detail: `${found.detail} It was tried for ${triedS} s.`, remedy };
  };
  return { retry: { retryMsMax, isTemporary: mayAnswerLater, onRetry }, explain };
}

function reportConnection(diagnostics: Diagnostics, found: Problem): void {
  diagnostics.error({
    summary: PROBLEM_KINDS[found.code].title,
    detail: `${found.detail}\n\n${found.remedy}`,
    path: [found.code === 'unauthenticated' ? 'api_key' : 'endpoint'],
  });
}
