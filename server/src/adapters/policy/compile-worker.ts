/** The worker thread in which the text of policies is compiled, apart from their evaluation. */
import { readProgram } from './read-program.ts';
import { serveRequests } from './serve-requests.ts';

serveRequests((task) => {
  if (task.kind !== 'compile') throw new Error('this worker does not evaluate');
  return readProgram(task.rule, task);
});
