/** The `novacron` command line: understands the words, runs the command, reports the outcome. */
import { type Command, CommanderError } from 'commander';
import { commandOf } from './arguments/command-table.ts';
import { foldAnswers } from './arguments/fold-answers.ts';
import { readProfiles } from './client/profiles.ts';
import { type Session, withSession } from './client/session.ts';
import { type GlobalFlags, resolveSettings } from './client/settings.ts';
import { exportResources } from './commands/export/export-resources.ts';
import { chooseProfile } from './commands/profile/choose-profile.ts';
import { listProfiles } from './commands/profile/list-profiles.ts';
import { login } from './commands/profile/login.ts';
import { logout } from './commands/profile/logout.ts';
import type { ProfileContext } from './commands/profile/profile-context.ts';
import { showProfile } from './commands/profile/show-profile.ts';
import { installProviderHere } from './commands/provider/install-provider-here.ts';
import { serveProviderHere, uninstallProviderHere } from './commands/provider/provider-commands.ts';
import { breakGlass } from './commands/server/break-glass.ts';
import { copyDataDir } from './commands/server/copy-data-dir.ts';
import { createEmergencyKey } from './commands/server/create-emergency-key.ts';
import { readServedFlags } from './commands/server/read-served-flags.ts';
import { runAgentCommand } from './commands/server/run-agent-command.ts';
import { runRunnerCommand } from './commands/server/run-runner-command.ts';
import { runServerCommand } from './commands/server/run-server-command.ts';
import { showConfiguration } from './commands/server/show-configuration.ts';
import { answerCapacity, answerFailure } from './commands/simulate/simulate-capacity.ts';
import { simulateData } from './commands/simulate/simulate-data.ts';
import { simulatePlacement } from './commands/simulate/simulate-placement.ts';
import { COMPLETION_TIMEOUT_MS, listNames, PROFILE_NOUN } from './completion/complete-names.ts';
import { COMPLETE, completeWords, readTab } from './completion/complete-words.ts';
import { completionScript } from './completion/completion-script.ts';
import { EXIT_CODES, exitCodeOf, type Failure } from './failures/failure.ts';
import type { CliIo, Environment } from './io/cli-io.ts';
import { messageOf } from './io/message-of.ts';
import type { CommandContext } from './operations/command-context.ts';
import { type Outcome, runCommand, runWithInput } from './operations/run-command.ts';
import { plainLine } from './output/plain-text.ts';
import { renderFailure } from './output/render-failure.ts';
import { type OutputFormat, renderOutput } from './output/render-output.ts';
import { type Style, styleOf } from './output/style.ts';
import { createProgram, type PolicySwitch, type ProgramActions } from './program.ts';
import { splitServerArguments } from './split-server-arguments.ts';

/**
 * Runs one command line in this process. Never rejects and never ends the process.
 * @param argv - the words behind the program's name
 * @param env - `NOVACRON_ENDPOINT` and `NOVACRON_API_KEY` are read
 * @returns the exit code, see {@link EXIT_CODES}
 */
export async function runCli(
  argv: readonly string[],
  env: Environment,
  io: CliIo,
): Promise<number> {
  try {
    const running = runOwnCommandLine(argv, env, io);
    if (running === undefined) return await runProgram(argv, env, io);
    const ended = await running;
    return ended.ok ? ended.value : reportFailure(io, ended.error, 'table');
  } catch (cause) {
    if (cause instanceof CommanderError) return exitCodeOfParser(cause);
    const message = messageOf(cause);
    const text = plainLine(message).slice(0, FAULT_LENGTH_MAX);
    io.stderr.write(`error: internal error: ${text}\n`);
    return EXIT_CODES.failed;
  }
}

/** Server, agent and runner read their arguments themselves; undefined for other commands. */
function runOwnCommandLine(argv: readonly string[], env: Environment, io: CliIo) {
  const server = splitServerArguments(argv);
  if (server !== undefined) return runServerCommand(server, env, io);
  const agent = splitServerArguments(argv, 'agent');
  if (agent !== undefined) return runAgentCommand(agent, env, io);
  const runner = splitServerArguments(argv, 'runner');
  return runner === undefined ? undefined : runRunnerCommand(runner, env, io);
}

/** The message of a fault is not made for people: its beginning is enough. */
const FAULT_LENGTH_MAX = 300;

/** Commander has already written its words; help that was asked for is not an error. */
function exitCodeOfParser(error: CommanderError): number {
  const isAnswer = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
  return isAnswer || error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
}

async function runProgram(argv: readonly string[], env: Environment, io: CliIo): Promise<number> {
  let exitCode: number = EXIT_CODES.ok;
  const output = () => program.opts<GlobalFlags>().output ?? 'table';
  const finish = (outcome: Outcome, codeOf = exitCodeOf) => {
    const style = styleOf(io, env, program.opts<GlobalFlags>().color);
    report(io, outcome, { format: output(), style });
    exitCode = outcome.failure === undefined ? EXIT_CODES.ok : codeOf(outcome.failure);
  };
  const online: CommandContext['online'] = async (work, codeOf) => {
    const settings = await resolveSettings(program.opts<GlobalFlags>(), env, io);
    if (!settings.ok) return finish({ failure: settings.error }, codeOf);
    finish(await withSession(io, settings.value, work), codeOf);
  };
  const local = async (work: Promise<Parameters<typeof outcomeOf>[0]>) =>
    finish(outcomeOf(await work));
  const profiles = () => ({ flags: program.opts<GlobalFlags>(), env, io });
  const actions: ProgramActions = {
    runTable: (command, given) => online((session) => runCommand(session, command, given)),
    switchPolicy: async (request) => {
      if (request.by === 'server') return online((session) => switchPolicy(session, request));
      const { policy: name, dataDir, store } = request;
      return local(breakGlass(io, { name, dataDir, store }));
    },
    createEmergencyKey: (words) => local(createEmergencyKey(io, words)),
    login: () => local(login(profiles())),
    logout: () => local(logout(profiles())),
    listProfiles: () => local(listProfiles(profiles())),
    chooseProfile: (name) => local(chooseProfile(profiles(), name)),
    showProfile: (name) => local(showProfile(profiles(), name)),
    showConfiguration: (given) => local(showConfiguration(io, given, env)),
    copyDataDir: (request) => local(copyDataDir(io, request)),
    installProvider: (request) => local(installProviderHere(io, request)),
    simulatePlacement: (request) =>
      local(simulatePlacement(io, { ...request, progress: progressOf(program) })),
    answerCapacity: (question) => local(answerCapacity(io, question)),
    answerFailure: (question) => local(answerFailure(io, question)),
    simulateData: (request) => local(Promise.resolve(simulateData(request))),
    simulateDecisions: async (request) => {
      const { simulateDecisions } = await import('./commands/simulate/simulate-decisions.ts');
      await local(simulateDecisions(io, { ...request, progress: progressOf(program) }));
    },
    evaluateDecisions: async (request) => {
      const { evaluateDecisions } = await import('./commands/simulate/evaluate-decisions.ts');
      finish(await evaluateDecisions(io, request));
    },
    uninstallProvider: (request) => local(uninstallProviderHere(io, request)),
    serveProvider: () => local(serveProviderHere(io, env)),
    exportResources: (request) =>
      online(async (session) => outcomeOf(await exportResources(session, request))),
    describeResource: async (request) => {
      const { describeResource } = await import('./commands/describe/describe-resource.ts');
      await online((session) => describeResource(session, request));
    },
    uploadTemplate: async (request) => {
      const { uploadTemplate } = await import('./commands/template/upload-template.ts');
      await online((session) => uploadTemplate(session, request));
    },
    exportSnapshot: async (request) => {
      const { exportSnapshot } = await import('./commands/snapshot/export-snapshot.ts');
      await online((session) => exportSnapshot(session, request));
    },
    importVolume: async (request) => {
      const { importVolume } = await import('./commands/volume/import-volume.ts');
      await online((session) => importVolume(session, request));
    },
    openConsole: async (request) => {
      const { openConsole } = await import('./commands/console/open-console.ts');
      await online((session) => openConsole(session, request));
    },
    runGitopsStep: async (step) => {
      const { runGitopsStep } = await import('./commands/gitops/run-gitops-step.ts');
      exitCode = await runGitopsStep(step, env, io);
    },
    printCompletion: async (shell) => io.stdout.write(completionScript(shell)),
  };
  const progress = () => progressOf(program);
  const program = createProgram(actions, {
    io,
    env,
    words: argv,
    finish,
    online,
    progress,
    output,
  });
  if (argv[0] === COMPLETE) {
    const words = await completeWords(program, readTab(argv.slice(1)), {
      names: (noun, profile) =>
        namesOf({ flags: profile === undefined ? {} : { profile }, env, io }, noun),
      servedFlags: (path) => readServedFlags(io, path),
    });
    io.stdout.write(words.map((word) => `${word}\n`).join(''));
    return exitCode;
  }
  await program.parseAsync([...foldAnswers(program, argv)], { from: 'user' });
  return exitCode;
}

function progressOf(program: Command): 'shown' | 'hidden' {
  return program.opts<GlobalFlags>().quiet === true ? 'hidden' : 'shown';
}

/** Whatever goes wrong is silent: a tab key is no place for problems. */
async function namesOf(context: ProfileContext, noun: string): Promise<readonly string[]> {
  const { flags, env, io } = context;
  if (noun === PROFILE_NOUN) {
    const book = await readProfiles(env, io);
    return book.ok ? [...book.value.profiles.keys()] : [];
  }
  const settings = await resolveSettings(flags, env, io);
  if (!settings.ok) return [];
  const quick = { ...settings.value, timeoutMs: COMPLETION_TIMEOUT_MS };
  return withSession(io, quick, (session) => listNames(session, noun));
}

function switchPolicy(session: Session, request: PolicySwitch): Promise<Outcome> {
  const input = { id: request.policy, enabled: request.to === 'enabled' };
  return runWithInput(session, commandOf('policy.update'), { input, options: request.options });
}

function outcomeOf(result: Awaited<ReturnType<typeof breakGlass>>): Outcome {
  return result.ok ? { document: result.value } : { failure: result.error };
}

function report(
  io: CliIo,
  { document, failure }: Outcome,
  looks: { readonly format: OutputFormat; readonly style: Style },
): void {
  const { format, style } = looks;
  if (document !== undefined) {
    io.stdout.write(renderOutput(document, format, style));
    const words = document.kind === 'list' && document.value.length === 0 && document.words;
    if (words && (format === 'table' || format === 'wide')) {
      io.stderr.write(`No ${words} found.\n`);
    }
  }
  if (failure !== undefined) reportFailure(io, failure, format);
}

function reportFailure(io: CliIo, failure: Failure, format: OutputFormat): number {
  io.stderr.write(renderFailure(failure, format));
  return exitCodeOf(failure);
}
