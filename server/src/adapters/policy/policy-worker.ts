/**
 * The worker thread in which policies are evaluated. It holds nothing that it could not be given
 * again: when a policy takes too long the whole thread is thrown away.
 */
import { serveRequests } from './serve-requests.ts';
import { createThreadPrograms } from './thread-programs.ts';

const programs = createThreadPrograms();

serveRequests((task, request) => {
  programs.take(request);
  if (task.kind !== 'evaluate') throw new Error(`this worker does not ${task.kind}`);
  return programs.evaluate(task, request);
});
