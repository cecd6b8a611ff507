/** An application that remembers what it was asked and answers what a test wants. */
import type { FeatureName } from '@novacron/contract/access/feature';
import type { Role } from '@novacron/contract/access/identity';
import { makeId, type RequestId } from '@novacron/contract/ids';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import type { RateStanding } from '../../app/access/limits/call-limits.ts';
import type { Application } from '../../app/composition/application.ts';
import type { CallContext, Principal } from '../../app/kernel/context/call-context.ts';
import { sampleId, sampleOf } from './sample-values.ts';

/** One call that arrived. */
export interface RecordedCall {
  readonly name: OperationName;
  readonly input: unknown;
  readonly context: CallContext;
}

/** Decides the answer to a call. */
export type Answering = (call: RecordedCall) => Promise<Result<unknown, Problem>>;

/** The fake, and the handles a test holds it by. */
export interface FakeApplication extends Application {
  readonly calls: readonly RecordedCall[];
  /** Answers differently from now on. */
  readonly answerWith: (answering: Answering) => void;
  /** Judges keys differently from now on. */
  readonly authenticateWith: (judge: Application['authenticate']) => void;
  /** Opens consoles differently from now on. */
  readonly openConsoleWith: (open: Application['openConsole']) => void;
  /** Admits downloads differently from now on. */
  readonly admitDownloadWith: (admit: Application['admitDownload']) => void;
  /** Admits uploads differently from now on. */
  readonly admitUploadWith: (admit: Application['admitUpload']) => void;
  /** Takes deliveries differently from now on. */
  readonly takeDeliveryWith: (take: Application['takeDelivery']) => void;
  /** Signs browsers in differently from now on. */
  readonly signInsWith: (changes: Partial<Application['signIns']>) => void;
  /** Takes a feature away from every tenant from now on. */
  readonly withoutFeature: (feature: FeatureName) => void;
}

/** The default answer of the fake: a sample of the row's output. */
export function sampleAnswer(name: OperationName): unknown {
  return sampleOf(operationRow(name).output);
}

/** The secret of the fake's key of a role. */
export function secretOf(role: Role): string {
  return `secret-of-${role}`;
}

/** Makes the fake. It knows three keys, one a role. */
export function fakeApplication(): FakeApplication {
  const calls: RecordedCall[] = [];
  let answering: Answering = async ({ name }) => ok(sampleAnswer(name));
  let judge: Application['authenticate'] = async (secret) => authenticate(secret);
  let open: Application['openConsole'] = async () => err(noConsole());
  let admit: Application['admitDownload'] = async () => err(noExport());
  let admitPart: Application['admitUpload'] = async () => ok(async () => undefined);
  let takeDelivery: Application['takeDelivery'] = async () => err(noSession());
  let signIns: Application['signIns'] = {
    methods: ['api_key'],
    withKey: async () => err(noSession()),
    authenticate: async () => err(noSession()),
    end: async () => ok(undefined),
    issuer: {
      name: undefined,
      begin: async () => err(noSession()),
      finish: async () => ({ returnPath: '/dashboard/', session: err(noSession()) }),
      signOutUrl: async () => undefined,
    },
  };
  let missing: FeatureName | undefined;
  let requests = 0;
  return {
    calls,
    answerWith: (next) => {
      answering = next;
    },
    authenticateWith: (next) => {
      judge = next;
    },
    withoutFeature: (feature) => {
      missing = feature;
    },
    anyone: async (address) => ({
      id: `anyone@${address}`,
      name: 'anyone',
      role: 'viewer',
      tenantId: sampleId('tnt'),
    }),
    terraformStates: {
      open: async () => ok(undefined),
      write: async () => ok(undefined),
      lock: async () => ok(undefined),
      unlock: async () => ok(undefined),
    },
    authenticate: (secret, sender) => judge(secret, sender),
    get signIns() {
      return signIns;
    },
    signInsWith: (changes) => {
      signIns = { ...signIns, ...changes };
    },
    tokenKeys: async () => [{ kty: 'OKP', kid: 'key-1' }],
    admitAddress: () => ok(undefined),
    rateStandings: ({ principal, address }) => [
      ...(principal === undefined ? [] : [standingOf('principal')]),
      ...(address === undefined ? [] : [standingOf('address')]),
    ],
    inTurn: (_taker, _signal, act) =>
      act({ next: async () => undefined, aside: (waited) => waited }),
    openConsole: (ticket, context) => open(ticket, context),
    openConsoleWith: (next) => {
      open = next;
    },
    takeDelivery: (request) => takeDelivery(request),
    takeDeliveryWith: (next) => {
      takeDelivery = next;
    },
    admitUpload: (upload) => admitPart(upload),
    admitUploadWith: (next) => {
      admitPart = next;
    },
    admitDownload: (request, context) => admit(request, context),
    admitDownloadWith: (next) => {
      admit = next;
    },
    recordForbidden: async () => undefined,
    requirePlatform: async () => ok(undefined),
    requireFeature: async (feature) =>
      feature === missing ? err(featureMissing()) : ok(undefined),
    call: (name, input, context) => {
      const call = { name, input, context };
      calls.push(call);
      return answering(call);
    },
    nextRequestId: () => {
      requests += 1;
      return requestId(requests);
    },
  };
}

/** Standing under a rate limit after one request. */
function standingOf(scope: RateStanding['scope']): RateStanding {
  return { scope, quota: 4, windowS: 2, remaining: 3, resetS: 1 };
}

function authenticate(secret: string): Result<Principal, Problem> {
  const roles: readonly Role[] = ['admin', 'operator', 'viewer'];
  const role = roles.find((one) => secretOf(one) === secret);
  if (role !== undefined) {
    return ok({ id: sampleId('key'), name: `the ${role}`, role, tenantId: sampleId('tnt') });
  }
  return err(
    problem('unauthenticated', { detail: 'The API key is not known.', remedy: 'Use another.' }),
  );
}

function noSession(): Problem {
  return problem('unauthenticated', { detail: 'The fake has no sessions.', remedy: 'Use a key.' });
}

function noConsole(): Problem {
  return problem('conflict', { detail: 'The fake has no consoles.', remedy: 'Use another.' });
}

function noExport(): Problem {
  return problem('not-found', { detail: 'The fake has no exports.', remedy: 'Use another.' });
}

function featureMissing(): Problem {
  return problem('feature-disabled', { detail: 'Your tenant is without it.', remedy: 'Ask.' });
}

function requestId(count: number): RequestId {
  return makeId('req', count, new Uint8Array(10));
}

/** A line that was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger that keeps its lines. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']): Logger['info'] =>
    (fields, message) => {
      lines.push({ level, fields, message });
    };
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { logger, lines };
}
