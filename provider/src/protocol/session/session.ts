import type {
  ApplyContext,
  BaseContext,
  ClientContext,
  PlanContext,
  ResourceContext,
} from '../../framework/context.ts';
import type { Diagnostic, Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { UserError } from '../../framework/diagnostics/user-error.ts';
import type { PrivateRecord } from '../../framework/private-state.ts';
import type { Provider } from '../../framework/provider.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { ClientCapabilities } from '../../gen/tfplugin6.ts';
import type { Logger } from '../../process/logger.ts';
import { createValueCache, type ValueCache } from '../translation/value-cache.ts';

/** A provider with erased types. */
export type AnyProvider = Provider<Schema, unknown>;

/** Options for serving a provider. */
export interface SessionOptions {
  readonly provider: AnyProvider;
  readonly log: Logger;
  /** Whether every answer is checked against Terraform's rules. */
  readonly conformance: boolean;
}

/**
 * The state of one served provider between calls. There is no module-level state, so that a process
 * can serve several providers.
 */
export interface Session extends SessionOptions {
  /** The latest client; undefined before the first successful configuration. */
  client: { readonly value: unknown } | undefined;
  /** Failure of the latest configuration; the first use of the client reports it. */
  failure: ConfigurationFailure | undefined;
  /** All clients created so far. With aliases Terraform may still use an earlier one. */
  readonly clients: unknown[];
  terraformVersion: string;
  /** Values that Terraform is likely to send again. */
  readonly values: ValueCache;
  /** Whether an object was read since the configuration: only plans read objects. */
  hasRead: boolean;
  /** Aborted by StopProvider, renewed by the next ConfigureProvider. */
  stop: AbortController;
}

/** Errors of a configuration that are reported later. */
export interface ConfigurationFailure {
  readonly errors: readonly Diagnostic[];
  /** Whether a call of this plan has reported them, so that the plan fails. */
  isReported: boolean;
}

/** Creates the session of a provider. */
export function createSession(options: SessionOptions): Session {
  const stop = new AbortController();
  const values = createValueCache();
  const nothingYet = { client: undefined, clients: [], terraformVersion: '', hasRead: false };
  return { ...options, ...nothingYet, failure: undefined, values, stop };
}

/** The context of handlers that need no client. */
export function baseContext(session: Session, diagnostics: Diagnostics): BaseContext {
  const { log, terraformVersion, stop } = session;
  return { diagnostics, log, terraformVersion, signal: stop.signal };
}

/**
 * The context of handlers that talk to the server.
 * @throws UserError before the provider is configured
 */
export function clientContext(session: Session, diagnostics: Diagnostics): ClientContext<unknown> {
  if (session.client === undefined) {
    const [reason] = session.failure?.errors ?? [];
    if (reason !== undefined) throw new UserError({ ...reason, path: [] });
    throw new UserError({
      summary: 'The provider is not configured',
      detail: 'Its configuration failed; see the errors above.',
    });
  }
  return { ...baseContext(session, diagnostics), client: session.client.value };
}

/**
 * Reports a configuration that failed, to the first call of a plan that reads or plans an object:
 * the plan has failed then, and the same error for each of a thousand objects says nothing more.
 * @returns whether it failed, so that there is no client
 */
export function reportFailure({ failure }: Session, diagnostics: Diagnostics): boolean {
  if (failure === undefined) return false;
  if (!failure.isReported) diagnostics.append(failure.errors);
  failure.isReported = true;
  return true;
}

/** The context of handlers about one object. */
export function resourceContext(
  session: Session,
  diagnostics: Diagnostics,
  privateRecord: PrivateRecord,
): ResourceContext<unknown> {
  return {
    ...clientContext(session, diagnostics),
    privateState: privateRecord.values,
    imported: privateRecord.imported,
  };
}

/**
 * Infers whether Terraform plans or applies. Terraform 1.11 allows deferrals in an apply only. That
 * is an accident, so a run that has read objects, which an apply never does, counts as a plan.
 */
export function momentOf(
  { hasRead }: Session,
  capabilities: ClientCapabilities | undefined,
): PlanContext<unknown>['moment'] {
  return capabilities?.deferral_allowed === true && !hasRead ? 'apply' : 'plan';
}

/** The context of create and update; what they record is collected into `partials`. */
export function applyContext(
  context: ResourceContext<unknown>,
  partials: object[],
): ApplyContext<Schema, unknown> {
  return { ...context, recordPartial: (state) => void partials.push(state) };
}
