/** Loaded into a process before its program: reports its CPU time when it exits. */
const { appendFileSync } = require('node:fs');

const US_PER_MS = 1000;

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const line = { program: process.argv[1], cpuMs: (user + system) / US_PER_MS };
  appendFileSync(process.env.BENCH_CPU_FILE, `${JSON.stringify(line)}\n`);
});
