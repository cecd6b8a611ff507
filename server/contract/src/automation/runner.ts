/**
 * Messages between servers and runners on the bus. The runner records an attempt at a step before
 * it begins: it answers a repeat from its journal. The reply to an order means acceptance; the
 * server learns how the attempt ended from a message or by querying.
 */
import { z } from 'zod';
import { OperationId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { BundleFile } from './bundle.ts';

/** Version of this protocol. Neighbouring releases must understand each other's messages. */
export const RUNNER_PROTOCOL_VERSION = 1;

/** Steps that runners carry out. */
export const RunnerCapability = z.enum(['command', 'ansible']);
export type RunnerCapability = z.infer<typeof RunnerCapability>;

/** Announced beside them by a runner whose memory limit is one of steps, not of each process. */
export const MEMORY_LIMIT = 'memory_limit';

/** Announced by a runner that knows the address of the server, for steps that call it. */
export const CALLS_SERVER = 'token';

/** The file of a step's token, which is named as the variable with its path. */
export const TOKEN_FILE = 'NOVACRON_API_KEY_FILE';
/** Announced by a runner that takes artifacts and gives them. */
export const ARTIFACTS = 'artifacts';

/** Longest artifact. Unit: bytes. */
export const ARTIFACT_BYTES_MAX = 67_108_864;

/** Most that the artifacts of an execution have together. Unit: bytes. */
export const ARTIFACTS_BYTES_MAX = 4 * ARTIFACT_BYTES_MAX;

/** Longest part of an artifact in one message. Unit: bytes, before Base64. */
export const ARTIFACT_PART_BYTES = 262_144;

/** Most words of a command, with its program. */
const WORDS_MAX = 1_024;

/** Identifies an attempt at a step of an execution. */
const AttemptKey = z.looseObject({
  execution_id: OperationId,
  attempt: z.string().describe('Key of the attempt in the log of the execution'),
});

const ArtifactSums = z.looseObject({
  bytes: z.int().nonnegative().max(ARTIFACT_BYTES_MAX),
  sha256: z.string().describe('Hexadecimal'),
});

/** An artifact that a step loads. */
const LoadedArtifact = ArtifactSums.extend({
  artifact: z
    .string()
    .regex(/^[\w-]+[.][\w-]+$/)
    .describe('STEP.NAME, as the step reads it'),
});

/** An artifact that a step has saved. */
const SavedArtifact = ArtifactSums.extend({ name: z.string() });
export type SavedArtifact = z.infer<typeof SavedArtifact>;

/** An attempt at a step that is a command. */
export const RunnerOrder = AttemptKey.extend({
  protocol: z.int(),
  start: z.string().describe('The start of the runner that it is for, as it was announced'),
  step: z.string().describe('The step: its attempts and what takes it back have it in common'),
  sequence: z.int().describe('Place in the log of the execution; later attempts have higher ones'),
  dispatch: z.int().positive().describe('Counts the runners that were chosen for the attempt'),
  ansible: z
    .looseObject({
      playbook: z.string(),
      inventory: z.string().optional().describe('The runner alone unless given'),
      variables: JsonObject,
    })
    .optional()
    .describe('A playbook of the files; the runner itself composes the words'),
  files: z.array(BundleFile).optional().describe('Files that the step can read, and not change'),
  words: z.array(z.string()).min(1).max(WORDS_MAX).describe('The program and its words'),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()),
  hosts: z
    .array(z.string())
    .optional()
    .describe('HOST:PORT that it may reach, if the runner lets it'),
  secrets: z
    .array(z.looseObject({ key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/), value: z.string() }))
    .describe('Each becomes a file that only the step can read'),
  token: z.string().optional().describe('What the step calls the server with'),
  masked: z.array(z.string()).describe('Values that no output and no log may have'),
  artifacts: z
    .looseObject({
      load: z.array(LoadedArtifact),
      save: z.array(z.string().regex(/^[\w-]+$/)),
    })
    .optional()
    .describe('Files that it gets of steps before it, and those that it leaves for later ones'),
  timeout_ms: z.int().positive(),
  traceparent: z.string().optional().describe('Span of the sender: W3C Trace Context'),
});
export type RunnerOrder = z.infer<typeof RunnerOrder>;

/** The reply to an order: whether the runner has it in its journal. */
export const RunnerAcceptance = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('accepted') }),
  z.looseObject({ kind: z.literal('busy').describe('All its places are taken; it has not begun') }),
  z.looseObject({
    kind: z.literal('wanting'),
    artifact: z
      .string()
      .describe('It has a place, and begins nothing yet: send this artifact, and the order again'),
  }),
  z.looseObject({ kind: z.literal('superseded'), by: z.string() }),
  z.looseObject({ kind: z.literal('withdrawn').describe('It was withdrawn before it came') }),
  z.looseObject({
    kind: z.literal('another-start'),
    current: z.string().describe('The start of the runner that has answered'),
  }),
  z.looseObject({ kind: z.literal('not-understood'), message: z.string() }),
]);
export type RunnerAcceptance = z.infer<typeof RunnerAcceptance>;

/** Size of a step's output, and the part missing from the log, which is read in chunks. */
const printed = {
  log_length: z.int().describe('Length of the log. Unit: characters'),
  dropped_bytes: z.int().describe('Output that is not in the log'),
};

/** Outcome of an attempt. */
export const RunnerOutcome = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('exited'),
    code: z.int().describe('Exit code; 128 and the number of the signal that ended it'),
    stdout: z.string().describe('The beginning of its standard output, masked'),
    stdout_cut: z.boolean(),
    error: z
      .string()
      .optional()
      .describe('Last line of what it has printed, if that says "error: "'),
    artifacts: z
      .discriminatedUnion('kind', [
        z.looseObject({ kind: z.literal('saved'), list: z.array(SavedArtifact) }),
        z.looseObject({ kind: z.literal('fault'), message: z.string() }),
      ])
      .optional()
      .describe('What it has saved, which the runner keeps until it is released; or why not'),
    ...printed,
  }),
  z.looseObject({
    kind: z.literal('ended'),
    why: z.enum(['timed-out', 'cancelled', 'out-of-memory', 'runner-stopped']),
    ...printed,
  }),
  z.looseObject({
    kind: z.literal('failed'),
    message: z.string().describe('Reason it has not begun, or why its outcome is unknown'),
    effect: z
      .enum(['none', 'unknown'])
      .optional()
      .describe('`unknown`: it had begun, and what it did is not known'),
  }),
]);
export type RunnerOutcome = z.infer<typeof RunnerOutcome>;

/** Published when an attempt has ended. */
export const RunnerCompletion = AttemptKey.extend({ outcome: RunnerOutcome });
export type RunnerCompletion = z.infer<typeof RunnerCompletion>;

/**
 * Asks how an attempt has ended. An order may still be on its way when the runner is asked, such as
 * that of a server that was killed: only what is withdrawn, or cancelled, never begins.
 */
export const RunnerQuery = AttemptKey.extend({
  start: z
    .string()
    .optional()
    .describe('The start that the order was for; without it nothing is `forgotten`'),
  withdraw: z
    .looseObject({
      dispatch: z.int().positive().describe('Orders up to this dispatch'),
      cancel: z.boolean().describe('Whether an attempt that runs is ended'),
    })
    .optional()
    .describe('Refuses orders that have not come yet'),
});
export type RunnerQuery = z.infer<typeof RunnerQuery>;

/**
 * `unknown`: the runner has not accepted it yet; `withdrawn`: nor will it; `forgotten`: the journal
 * is not the one that the order was for, so whether it ran is not known; `running`: it has not
 * ended yet.
 */
export const RunnerAnswer = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('unknown') }),
  z.looseObject({ kind: z.literal('withdrawn') }),
  z.looseObject({ kind: z.literal('forgotten') }),
  z.looseObject({ kind: z.literal('running') }),
  z.looseObject({ kind: z.literal('ended'), outcome: RunnerOutcome }),
]);
export type RunnerAnswer = z.infer<typeof RunnerAnswer>;

/** Asks for a part of the log of an attempt, also while it runs. */
export const RunnerLogQuery = AttemptKey.extend({
  offset: z.int().nonnegative().describe('Unit: characters'),
});
export type RunnerLogQuery = z.infer<typeof RunnerLogQuery>;

/** A part of a log; an empty text is behind its end, or behind what there is so far. */
export const RunnerLog = z.looseObject({
  text: z.string(),
  dropped_bytes: z
    .int()
    .optional()
    .describe('Output so far that is not in the log; absent once it has ended'),
});
export type RunnerLog = z.infer<typeof RunnerLog>;

/**
 * A message about the artifacts of an attempt. `put` sends a part of one that the attempt loads, of
 * which that at 0 is the first; `get` asks for a part of one that it has saved; after `release` the
 * runner has none of them any more.
 */
export const RunnerArtifactRequest = z.discriminatedUnion('kind', [
  AttemptKey.extend({
    kind: z.literal('put'),
    artifact: z.string(),
    offset: z.int().nonnegative(),
    data: z.string().describe('Base64'),
  }),
  AttemptKey.extend({
    kind: z.literal('get'),
    artifact: z.string(),
    offset: z.int().nonnegative(),
  }),
  AttemptKey.extend({ kind: z.literal('release') }),
]);
export type RunnerArtifactRequest = z.infer<typeof RunnerArtifactRequest>;

/** The answer to it. `forgotten`: the runner has nothing that it is about, or not up to there. */
export const RunnerArtifactAnswer = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('done') }),
  z.looseObject({ kind: z.literal('part'), data: z.string().describe('Base64') }),
  z.looseObject({ kind: z.literal('forgotten') }),
]);
export type RunnerArtifactAnswer = z.infer<typeof RunnerArtifactAnswer>;

/** Periodic announcement of a runner. */
export const RunnerAnnouncement = z.looseObject({
  protocol: z.int(),
  runner: z.string(),
  start: z.string().describe('In the order of text, a later start has a higher one'),
  version: z.string(),
  capabilities: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  network: z.enum(['none', 'hosts', 'open']),
  places: z.int().describe('Most steps at once'),
  running: z.int().describe('Steps that run now'),
});
export type RunnerAnnouncement = z.infer<typeof RunnerAnnouncement>;
